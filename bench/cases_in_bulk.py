"""A bank with as many cases as wanted, written in few statements: for measuring pages.

Some hundred complaints are received as an import receives them, through the store; everything else
is copied from these by PostgreSQL, each with its own unit, texts, customer and journal. Of the
copies a third are with a handler, some are escalated, and a tenth as many are closed. The seals of
their journals are those of what they were copied from, so a verification would refuse them.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Category, Channel, Level, Role
from domain.complaint import Complaint
from domain.directory import BankUnit, Person
from store.cases.receipts import Receipt, receive_each
from store.customers import sealed_row
from store.database import Sessions, personal_ring
from store.policies.packs import publish_all
from tests.bank import Bank
from tests.builders import a_complaint

BRANCHES, OUTLETS, HANDLERS = 10, 189, 4
"""Branches below the head office, outlets below these, handlers in each outlet."""

TEMPLATES = 240
"""Complaints that are received one by one; the others are copies of them."""

DAYS = 60
"""How far back they were received."""

AT_ONCE = 20_000
"""Copies in one statement."""

PLACES = ("柜台", "自助机", "手机银行", "大堂", "贵宾室", "客服热线", "理财窗口", "信用卡中心")
THINGS = ("排队", "年费", "转账", "理财产品", "利率", "积分", "冻结账户", "贷款审批", "短信提醒")
DOINGS = ("无人处理", "多次推诿", "态度生硬", "说法不一", "没有告知", "扣款重复", "拖延三周")
WISHES = ("请求退还费用", "要求书面道歉", "希望尽快答复", "要求赔偿损失", "请求更正记录")
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "一二三四五六七八九十明华强丽芳伟"


def a_large_bank() -> Bank:
    """A head office with its offices, branches with a supervisor each, outlets with handlers."""
    units = {"head-office": BankUnit(id="head-office", level=Level.HEAD_OFFICE, parent=None,
                                     policy="head-office")}  # fmt: skip
    people: dict[str, Person] = {}
    for role in Role:
        if role is not Role.HANDLER:
            _employ(people, f"head-{role}", "head-office", role)
    for number in range(BRANCHES):
        units[branch(number)] = BankUnit(
            id=branch(number), level=Level.TIER_1, parent="head-office", policy=None
        )
        _employ(people, f"supervisor-{number}", branch(number), Role.SUPERVISOR)
    for number in range(OUTLETS):
        units[outlet(number)] = BankUnit(
            id=outlet(number), level=Level.OUTLET, parent=branch(number % BRANCHES), policy=None
        )
        for each in range(HANDLERS):
            _employ(people, f"handler-{number}-{each}", outlet(number), Role.HANDLER)
    return Bank(units=units, people=people)


def branch(number: int) -> str:
    """The id of a branch."""
    return f"branch-{number:02}"


def outlet(number: int) -> str:
    """The id of an outlet."""
    return f"outlet-{number:03}"


def fill(sessions: Sessions, cases: int, *, seed: int = 1) -> None:
    """Write that bank and as many open cases, and a tenth as many closed ones."""
    with sessions.begin() as session:
        publish_all(session)
        bank = a_large_bank()
        bank.moves_into(session)
        _receive(session, bank, random.Random(seed))
    every = cases + cases // 10 - TEMPLATES
    for first in range(1, every + 1, AT_ONCE):
        with sessions.begin() as session:
            session.execute(text("set local statement_timeout = 0"))  # its machine may be busy
            _copy(session, first, min(first + AT_ONCE, every + 1), seed, closed_from=cases)
    with sessions() as session:
        connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        connection.execute(text("set statement_timeout = 0"))
        for table in ("complaints", "cases", "clocks", "journal", "tasks", "notices", "outbox"):
            connection.execute(text(f"vacuum analyze {table}"))


def _employ(people: dict[str, Person], name: str, unit: str, role: Role) -> None:
    people[name] = Person(id=name, unit=unit, roles=(role,))


def _receive(session: Session, bank: Bank, chance: random.Random) -> None:
    now = datetime.now(UTC)
    by: Actor = bank.actor("head-intake")
    received = receive_each(session, list(_templates(chance, now)), by)
    refused = [each for each in received if not isinstance(each, Receipt)]
    assert not refused, refused
    session.execute(text("create unlogged table copied_from (n serial, reference text)"))
    session.execute(text("insert into copied_from (reference) select reference from cases"))


def _templates(chance: random.Random, now: datetime) -> Iterator[Complaint]:
    for number in range(TEMPLATES):
        received_at = now - timedelta(days=DAYS * number / TEMPLATES, minutes=5)
        category = chance.choice(list(Category)[:5])
        yield a_complaint(
            intake_key=f"template-{number}",
            received_at=received_at,
            imported_at=now,
            channel=chance.choice([Channel.PHONE, Channel.INTERNET, Channel.VISIT]),
            category=category,
            unit=outlet(number % OUTLETS),
            language="zh",
            **words_of(number),
        )


def words_of(number: int) -> dict[str, str]:
    """What a customer of this number said, and who that is. Every name is invented."""
    chance = random.Random(number)
    pick = chance.choice
    told = [
        f"{pick(PLACES)}办理{pick(THINGS)}时{pick(DOINGS)}，第{chance.randint(1, 999)}次来访。"
        for _ in range(6)
    ]
    return {
        "subject": f"{pick(THINGS)}{pick(DOINGS)}",
        "narrative": f"流水号{number:07}。" + "".join(told),
        "demand": pick(WISHES),
        "name": pick(FAMILY) + pick(GIVEN) + pick(GIVEN),
        "phone": f"139{number:08}",
        "email": f"customer{number}@example.com" if number % 3 == 0 else "",
    }


_COLUMNS = (
    "reference", "subject", "narrative", "demand", "name", "phone", "email",
    "name_hash", "phone_hash", "email_hash",
)  # fmt: skip


def _copy(session: Session, first: int, beyond: int, seed: int, *, closed_from: int) -> None:
    """Copies of these numbers, each of a complaint that was received."""
    session.execute(text("create temporary table said (like complaints) on commit drop"))
    session.execute(
        text("alter table said add number int, " + ", ".join(
            f"alter {name} drop not null" for name in (
                "intake_key", "received_at", "recorded_at", "recorded_by", "channel", "language",
                "source", "address", "account",
            )
        ))
    )  # fmt: skip
    _load_words(session, first, beyond)
    numbers = {"templates": TEMPLATES, "outlets": OUTLETS, "branches": BRANCHES,
               "handlers": HANDLERS, "closed_from": closed_from - TEMPLATES}  # fmt: skip
    for statement in _COPIES:
        session.execute(text(statement), numbers)


def _load_words(session: Session, first: int, beyond: int) -> None:
    ring = personal_ring(session)
    lines = StringIO()
    for number in range(first, beyond):
        words = {"address": "", "account": "", "contents": None, **words_of(number)}
        row = sealed_row(ring, {"reference": _reference(number), **words})
        row |= {name: row[name].token for name in ("name", "phone", "email")}
        cells = [str(number), *(_cell(row[name]) for name in _COLUMNS)]
        lines.write("\t".join(cells) + "\n")
    lines.seek(0)
    cursor = session.connection().connection.cursor()
    cursor.copy_expert(f"copy said (number, {', '.join(_COLUMNS)}) from stdin", lines)


def _reference(number: int) -> str:
    return f"C-2026-{number + TEMPLATES:06}"


def _cell(value: str | None) -> str:
    return r"\N" if value is None else value


_OF_TEMPLATE = """
    said join copied_from on copied_from.n = said.number % :templates + 1
"""

_STATE = """
    c.state || jsonb_build_object('reference', said.reference, 'unit', place.unit,
        'handler', place.handler,
        'received_at', to_jsonb(c.received_at + said.number % 3600 * interval '1 s'))
"""

_PLACE = """
    cross join lateral (select
        'outlet-' || lpad((said.number * 7 % :outlets)::text, 3, '0') as unit,
        case when said.number % 3 = 0 then
            'handler-' || (said.number * 7 % :outlets) || '-' || (said.number / 3 % :handlers)
        end as handler,
        said.number > :closed_from as is_closed,
        case when said.number % 50 = 0 then 1 else 0 end as rungs
    ) place
"""

_COPIES = (
    f"""
    insert into complaints (reference, intake_key, received_at, recorded_by, channel, language,
        subject, narrative, demand, name, phone, email, name_hash, phone_hash, email_hash, source)
    select said.reference, 'copy-' || said.number,
        c.received_at + said.number % 3600 * interval '1 s',
        c.recorded_by, c.channel, c.language, said.subject, said.narrative, said.demand,
        said.name, said.phone, said.email, said.name_hash, said.phone_hash, said.email_hash,
        c.source
    from {_OF_TEMPLATE} join complaints c on c.reference = copied_from.reference
    """,
    f"""
    insert into cases (reference, version, status, channel, category, severity, unit, handler,
        first_owner, policy, received_at, closed_at, is_waiting, next_due_at, next_clock,
        next_step_at, breaches, rungs, concerned, state)
    select said.reference,
        c.version + (place.handler is not null)::int + place.is_closed::int,
        case when place.is_closed then 'closed' when place.handler is null then c.status
            else 'in_progress' end,
        c.channel, c.category, c.severity, place.unit, place.handler, c.first_owner, c.policy,
        c.received_at + said.number % 3600 * interval '1 s',
        case when place.is_closed then now() end, c.is_waiting,
        case when not place.is_closed then c.next_due_at end,
        case when not place.is_closed then c.next_clock end,
        case when not place.is_closed then c.next_step_at end,
        c.breaches, place.rungs, c.concerned,
        {_STATE} || jsonb_build_object('version',
            c.version + (place.handler is not null)::int + place.is_closed::int,
            'status', case when place.is_closed then 'closed' when place.handler is null
                then c.status else 'in_progress' end)
    from {_OF_TEMPLATE} join cases c on c.reference = copied_from.reference {_PLACE}
    """,
    f"""
    insert into clocks (reference, key, position, due_at, stopped_at, breached, nature,
        counted_on, planned_in_version, clock, derivation)
    select said.reference, c.key, c.position, c.due_at,
        case when place.is_closed then now() else c.stopped_at end, c.breached, c.nature,
        case when not place.is_closed then c.counted_on end, c.planned_in_version,
        case when place.is_closed then c.clock || '{{"steps": []}}' else c.clock end, c.derivation
    from {_OF_TEMPLATE} join clocks c on c.reference = copied_from.reference {_PLACE}
    """,
    f"""
    insert into journal (reference, version, key, event, by, at, facts, words, words_digest,
        previous_hash, hash)
    select said.reference, c.version, c.key, c.event, c.by, c.at, c.facts, c.words, c.words_digest,
        c.previous_hash, c.hash
    from {_OF_TEMPLATE} join journal c on c.reference = copied_from.reference
    """,
    f"""
    insert into journal (reference, version, key, event, by, at, facts, words, words_digest,
        previous_hash, hash)
    select said.reference, c.version + 1, 'assigned', 'assigned', place.handler, now(),
        jsonb_build_object('handler', place.handler), '{{}}', c.words_digest, c.hash, c.hash
    from {_OF_TEMPLATE} join journal c on c.reference = copied_from.reference {_PLACE}
    where place.handler is not null and c.version = 1
    """,
    f"""
    insert into tasks (key, reference, kind, opened_at, facts, person, role, unit, due_at, is_held)
    select said.reference || substr(t.key, length(t.reference) + 1), said.reference, t.kind,
        t.opened_at, t.facts, place.handler, t.role, place.unit, t.due_at, t.is_held
    from {_OF_TEMPLATE} join tasks t on t.reference = copied_from.reference {_PLACE}
    where not place.is_closed
    """,
    f"""
    insert into tasks (key, reference, kind, opened_at, facts, person, role)
    select said.reference || '/step/escalated', said.reference, 'acknowledge', now(),
        '{{"clock": "reply", "step": "supervisor"}}',
        'supervisor-' || (said.number * 7 % :outlets % :branches), 'supervisor'
    from {_OF_TEMPLATE} {_PLACE} where place.rungs > 0 and not place.is_closed
    """,
)  # fmt: skip
