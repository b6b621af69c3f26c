"""What is absent and what is not theirs are one answer: status, body and work; noted both times."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from desk.repair import RepairShop
from domain.acts import Link
from domain.errors import Refusal, Refused
from store.cases.commands import store_command
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import ApprovalRow, AuditRow, CommandRow
from tests.access.asking import Bank, body_of
from tests.access.cast import VISITORS

ABSENT = "C-1999-000001"

PAGES = (
    ("p-hr-near", "get", "/cases/{}"),
    ("p-intake-near", "get", "/cases/{}"),
    ("p-hr-near", "get", "/cases/{}/history"),
    ("p-hr-near", "get", "/cases/{}/attachments"),
    ("p-hr-near", "get", "/cases/{}/attachments/1"),
    ("p-hr-near", "get", "/cases/{}/letters"),
    ("p-hr-near", "get", "/cases/{}/letters/new/final-reply/zh"),
    ("p-hr-near", "get", "/cases/{}/letters/1"),
    ("p-hr-near", "get", "/cases/{}/history?as_of=2026-11-01T00:00"),
    ("p-hr-near", "send", "/cases/{}/acts/note"),
    ("p-hr-near", "send", "/cases/{}/acts/no-such-act"),
    ("p-hr-near", "send", "/cases/{}/attachments"),
    ("p-hr-near", "send", "/cases/{}/letters/new/final-reply/zh"),
    ("p-hr-near", "send", "/cases/{}/letters/1/dispatches"),
    ("p-supervisor-near", "get", "/registered/{}"),
    ("p-regulator_liaison-near", "get", "/reports/{}/step/reply/regulator"),
    ("p-regulator_liaison-near", "send", "/reports/{}/step/reply/regulator"),
    ("p-administrator-near", "get", "/admin/failed/{}/points"),
    ("p-administrator-near", "get", "/admin/failed/{}/points/4"),
    ("p-administrator-near", "send", "/admin/failed/{}/points/4"),
    ("p-administrator-near", "send", "/admin/failed/{}/retry"),
)


@contextmanager
def statements(sessions: Sessions) -> Iterator[list[str]]:
    """What PostgreSQL is asked meanwhile."""
    engine, asked = sessions.kw["bind"], list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("who", "how", "url"), PAGES)
@pytest.mark.parametrize("kind", ["handed-to-security", "about-{}"])
def test_what_is_not_theirs_is_as_if_it_were_not_there(
    bank: Bank, sessions: Sessions, who: str, how: str, url: str, kind: str
) -> None:
    browser = bank.browser(VISITORS[who])
    hidden = bank.cases[kind.format(who)].reference
    ask = getattr(browser, how)
    if how == "send":
        ask("/language", language="en")
    browser.get("/")  # packs are read once a process, the bank once it has changed
    answers = []
    for reference in (ABSENT, hidden):
        with statements(sessions) as asked:
            answer = ask(url.format(reference))
        # Once in a while a visitor is noted as still there, whatever is asked for.
        questions = [each for each in asked if not each.startswith("UPDATE stays SET seen_at")]
        answers.append((answer.status_code, body_of(answer.text, reference), questions))
        with sessions() as session:
            noted = select(func.count()).where(
                AuditRow.action == Action.LOOK_REFUSED,
                AuditRow.by == who,
                func.split_part(AuditRow.subject, "/", 1) == reference,
            )
            assert session.scalar(noted), f"{reference} was asked for, and nobody would know"
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_a_reports_unit_that_is_not_theirs_is_as_if_it_were_not_there(bank: Bank) -> None:
    browser = bank.browser(VISITORS["p-supervisor-near"])
    url = "/reports-owed/{}/statistics/2026-11-01"
    answers = {unit: browser.get(url.format(unit)) for unit in ("no-such-unit", "west-branch")}
    assert [each.status_code for each in answers.values()] == [404, 404]
    assert len({body_of(each.text, unit) for unit, each in answers.items()}) == 1


@pytest.mark.parametrize("kind", ["handed-to-security", "about-p-handler-near", "the-other-branch"])
def test_a_link_to_a_case_that_is_not_theirs_is_answered_as_one_to_a_case_that_is_not_there(
    bank: Bank, sessions: Sessions, kind: str
) -> None:
    """S-13: both ends must be open to whoever links, and the other end hears nothing."""
    browser = bank.browser(VISITORS["p-handler-near"])
    mine, hidden = bank.cases["handled"].reference, bank.cases[kind].reference
    answers = []
    for number, reference in enumerate((ABSENT, hidden)):
        key = f"6f9619ff-8b86-4011-b42d-00c04fc964f{number}"
        answer = browser.send(
            f"/cases/{mine}/acts/link", command_id=key, seen_version="99", reference=reference
        )
        assert f"There is no case {reference}" in answer.text
        answers.append(answer.status_code)
        with sessions() as session:
            assert session.get(CommandRow, key) is None
            of_the_other = select(func.count()).where(
                CommandRow.reference == reference, CommandRow.act["kind"].astext == "link"
            )
            assert session.scalar(of_the_other) == 0
    assert answers == [409, 409]


def test_a_group_is_completed_as_far_as_whoever_links_may_read(
    bank: Bank, sessions: Sessions
) -> None:
    """The hub knows every case; a handler who links to it writes into none that is shut to them."""
    who, mine = VISITORS["p-handler-near"], bank.cases["lent"].reference
    with sessions.begin() as session:
        store_command(
            session,
            command_id="a-group",
            reference=mine,
            act=Link(reference=bank.hub.reference.lower()),
            words={},
            by=who.actor,
            seen_version=None,
        )
        written = set(
            session.scalars(
                select(CommandRow.reference).where(CommandRow.id.startswith("a-group/"))
            )
        )
        session.rollback()
    assert bank.cases["next-door"].reference not in written
    assert bank.cases["about-p-handler-near"].reference not in written
    assert bank.cases["handled"].reference in written


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("p-administrator-near", "about-p-administrator-near"),
        ("p-administrator-near", "in-conflict-administrator"),
        ("p-administrator-near", "handed-to-security"),
        ("p-admin-handler", "handled-by-an-administrator"),
    ],
)
def test_no_case_is_repaired_by_whom_it_keeps_out_or_who_handles_it(
    bank: Bank, sessions: Sessions, who: str, kind: str
) -> None:
    """S-12, from a terminal too: neither asker nor approver, and nothing is tried again."""
    told, by = bank.cases[kind], VISITORS[who].actor
    shop = RepairShop(sessions, bank.temporal)
    for ask in (
        lambda: shop.retry(told.reference, by),
        lambda: shop.points_of(told.reference, by),
        lambda: shop.preview_of(told.reference, 4, by),
        lambda: shop.approve(told.repair, digest="", by=by),
        lambda: shop.decline(told.repair, by),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.code is Refusal.UNKNOWN_REFERENCE
    with sessions() as session:
        retried = select(func.count()).where(
            AuditRow.action == Action.REPAIR_RETRIED, AuditRow.subject == told.reference
        )
        assert session.scalar(retried) == 0
        assert session.get_one(ApprovalRow, told.repair).outcome is None


def test_a_command_finds_no_case_that_is_not_theirs(bank: Bank, sessions: Sessions) -> None:
    """Whoever comes without a page is asked the same."""
    who = VISITORS["p-handler-near"]
    for reference in (ABSENT, bank.cases["handed-to-security"].reference):
        with pytest.raises(Refused) as refused, sessions.begin() as session:
            store_command(
                session,
                command_id=f"stolen/{reference}",
                reference=reference,
                act=Link(reference=bank.hub.reference),
                words={},
                by=who.actor,
                seen_version=None,
            )
        assert refused.value.code is Refusal.UNKNOWN_REFERENCE
