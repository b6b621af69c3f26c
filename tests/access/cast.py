"""A bank in which somebody of every role stands to some case in every way there is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from domain.approvals import ApprovalKind
from domain.case import Actor, Case, CaseTask, ExtensionRequest, Fired
from domain.classification import Level, Role
from domain.complaint import Language
from domain.concerns import offices_concerned
from domain.events import Event
from domain.journal import Change, Entry
from domain.relations import Reader, Relation, named_in, relations_of
from domain.sentences import sentence
from domain.verification import Disagreement, Invariant, Verification
from store.cases.journal import standing_of, write
from store.cases.receipts import receive
from store.operations.repairs import wish_of
from store.operations.verification import keep_verification
from store.policies.packs import published_pack
from store.scope import reader_in
from store.tables import (
    ApprovalRow,
    AttachmentRow,
    CaseRow,
    CommandRow,
    JournalRow,
    NoticeRow,
    PersonRow,
    PolicyVersionRow,
    RegulatorReportRow,
    TaskRow,
    UnitRow,
)
from store.values import ACT, CASE, to_json
from tests.access.requests import Requests, ask_for_two
from tests.builders import MONDAY, a_complaint

UNITS: Mapping[str, tuple[Level, str | None, bool]] = {
    "head-office": (Level.HEAD_OFFICE, None, False),
    "hotline": (Level.HEAD_OFFICE, "head-office", False),
    "other-hotline": (Level.HEAD_OFFICE, "head-office", False),
    "east-branch": (Level.TIER_1, "head-office", True),
    "harbour-outlet": (Level.OUTLET, "east-branch", False),
    "garden-outlet": (Level.OUTLET, "east-branch", False),
    "west-branch": (Level.TIER_1, "head-office", True),
    "station-outlet": (Level.OUTLET, "west-branch", False),
}
"""Each with its level, the unit above it, and whether it is one of the key branches."""

NEAR: Mapping[Role, str] = {
    Role.INTAKE: "hotline",
    Role.HANDLER: "harbour-outlet",
    Role.HR: "head-office",
    Role.REGULATOR_LIAISON: "head-office",
    Role.ADMINISTRATOR: "head-office",
}
"""Where somebody of a role sits; all others sit in the eastern branch."""

FAR: Mapping[Role, str] = {
    Role.INTAKE: "other-hotline",
    Role.HANDLER: "station-outlet",
    Role.SUPERVISOR: "west-branch",
    Role.LEGAL: "west-branch",
}
"""Where a second one sits, who is near other cases: one for each kind of place. A second one of
every office would stand to no case in another way than the first one stands to some."""

ASKS_FOR_REPAIRS = "p-roots"
"""An administrator who is no visitor: every repair waits for the decision of another."""

ABSENT, DEPUTY = "p-absent", "p-handler-near"
"""A handler who is no visitor and absent without an end, and the visitor who stands in."""

SHUT = "shut@to-handlers"
"""A version of a pack."""

COMMON_WORDS = ("overcharged", "柜台", "threefold", "refund")
"""What every case says, with the number of its batch behind: a search by one of them finds all of a
batch that one may read, and a batch is smaller than what a search shows."""

A_BATCH = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who asks for pages."""

    id: str
    unit: str
    roles: tuple[Role, ...]

    @property
    def actor(self) -> Actor:
        return Actor(person=self.id, roles=self.roles, unit=self.unit)

    @property
    def reader(self) -> Reader:
        return _reader(self)


@cache
def _reader(visitor: Visitor) -> Reader:
    return reader_in({unit: parent for unit, (_, parent, _) in UNITS.items()}, visitor.actor)


def visitors() -> Iterator[Visitor]:
    """Somebody of each role, a second one elsewhere, a colleague in one room, and some who are two
    things at once."""
    for role in Role:
        yield Visitor(id=f"p-{role}-near", unit=NEAR.get(role, "east-branch"), roles=(role,))
        if role in FAR:
            yield Visitor(id=f"p-{role}-far", unit=FAR[role], roles=(role,))
    yield Visitor(id="p-colleague", unit="harbour-outlet", roles=(Role.HANDLER,))
    yield Visitor(
        id="p-admin-handler", unit="harbour-outlet", roles=(Role.ADMINISTRATOR, Role.HANDLER)
    )
    yield Visitor(
        id="p-admin-office", unit="head-office", roles=(Role.ADMINISTRATOR, Role.DISCIPLINE)
    )
    yield Visitor(id="p-head-boss", unit="head-office", roles=(Role.SUPERVISOR, Role.LEADER))


VISITORS: Mapping[str, Visitor] = {each.id: each for each in visitors()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """How a case came to be, and who stands to it how."""

    name: str
    unit: str = "harbour-outlet"
    first_owner: str = "p-intake-near"
    named: str | None = None
    charged: str | None = None
    """Who is to tell the customer by telephone."""
    asked_by: str | None = "p-handler-near"
    rung: str = "supervisor"
    """How far the ladder of the reply was climbed."""
    state: Mapping[str, Any] = field(default_factory=dict)


LATER = (
    Role.INTAKE,
    Role.HANDLER,
    Role.SUPERVISOR,
    Role.HR,
    Role.REGULATOR_LIAISON,
    Role.ADMINISTRATOR,
    Role.UNION,
)
"""One for each way of coming to read a case: named later, or in conflict."""

OFFICES = (
    Role.UNION,
    Role.LEADING_GROUP,
    Role.MEDIA_OFFICE,
    Role.DISCIPLINE,
    Role.LEGAL,
    Role.SECURITY,
    Role.LEADER,
    Role.BUSINESS_LINE,
)


def _task(role: Role) -> CaseTask:
    """A task as a pack gives it; which of the pack's it is does not matter here."""
    return CaseTask(
        name="legal-department",
        number=list(Role).index(role),
        role=role,
        level=None,
        rule="A-14",
        opened_at=MONDAY,
    )


def plots() -> Iterator[Plot]:
    """A case for each way of standing to one; and one about every visitor."""
    yield Plot(name="nobodys")
    yield Plot(name="handled", state={"handler": "p-handler-near"})
    yield Plot(name="handled-by-a-colleague", state={"handler": "p-colleague"})
    yield Plot(name="handled-by-an-administrator", state={"handler": "p-admin-handler"})
    yield Plot(name="nobody-asks", asked_by=None)
    yield Plot(name="climbed-to-hr", asked_by=None, rung="hr")
    yield Plot(name="climbed-to-the-regulator", asked_by=None, rung="regulator")
    yield Plot(name="only-for-whom-it-is-given", asked_by=None, state={"policy": SHUT})
    yield Plot(name="next-door", unit="garden-outlet", asked_by=None)
    yield Plot(name="the-branch", unit="east-branch", asked_by=None)
    yield Plot(name="the-head-office", unit="head-office", first_owner="p-intake-far")
    yield Plot(name="the-other-branch", unit="station-outlet", first_owner="p-intake-far")
    yield Plot(
        name="handled-far",
        unit="station-outlet",
        first_owner="p-intake-far",
        state={"handler": "p-handler-far"},
    )
    yield Plot(
        name="handled-by-an-absent-one",
        unit="station-outlet",
        first_owner="p-intake-far",
        state={"handler": ABSENT},
    )
    yield Plot(name="lent", unit="station-outlet", state={"handler": "p-handler-near"})
    for owner in ("p-handler-near", "p-supervisor-near"):
        yield Plot(name=f"heard-by-{owner}", unit="station-outlet", first_owner=owner)
    yield Plot(name="charged", unit="station-outlet", charged="p-colleague")
    yield Plot(
        name="assisted",
        state={"host_unit": "east-branch", "assisting_units": ("station-outlet",)},
    )
    yield Plot(name="disputed", state={"disputed_with": "station-outlet"})
    for role in OFFICES:
        yield Plot(name=f"task-of-{role}", state={"tasks": (_task(role),)})
    tasks = tuple(_task(role) for role in OFFICES)
    yield Plot(name="all-offices", unit="garden-outlet", state={"tasks": tasks})
    for role in (Role.DISCIPLINE, Role.SECURITY):
        yield Plot(name=f"handed-to-{role}", asked_by=None, state={"restricted_to": (role,)})
    yield Plot(
        name="handed-and-given",
        state={"restricted_to": (Role.DISCIPLINE,), "handler": "p-discipline-near"},
    )
    for visitor in VISITORS.values():
        where = visitor.unit
        yield Plot(name=f"about-{visitor.id}", unit=where, named=visitor.id, charged=visitor.id)
    for role in LATER:
        later = f"p-{role}-near"
        where = VISITORS[later].unit
        yield Plot(
            name=f"also-about-{role}",
            unit=where,
            named="p-colleague",
            first_owner=later,
            state={"also_complained_about": (later,), "handler": None},
        )
        yield Plot(
            name=f"in-conflict-{role}",
            unit=where,
            charged=later,
            state={"in_conflict": (later,), "handler": later},
        )
    yield Plot(name="handed-far", unit="station-outlet", state={"restricted_to": (Role.HR,)})
    yield Plot(
        name="about-many-from-elsewhere",
        unit="station-outlet",
        first_owner="p-intake-far",
        state={"also_complained_about": tuple(each for each in VISITORS if each.endswith("-near"))},
    )
    handled_by_the_office = {"restricted_to": (Role.DISCIPLINE,), "handler": "p-discipline-near"}
    yield Plot(
        name="handed-and-about-the-office",
        named="p-discipline-near",
        state={**handled_by_the_office, "handler": None},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A case as it lies in the bank, and what one may look for to see whether it leaks."""

    plot: Plot
    case: Case
    charged: frozenset[str]
    offices: frozenset[Role]
    breaches: int
    rungs: int
    batch: int
    words: tuple[str, ...]
    """Words that only this case holds."""
    file: str
    dead_notice: int
    tell_task: int | None
    repair: str
    report: str
    requests: Requests
    _stands: dict[Visitor, frozenset[Relation]] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return self.case.reference

    def relations_of(self, visitor: Visitor) -> frozenset[Relation]:
        """How somebody stands to it, by the domain's own words; asked of each pair again and again,
        while nothing of a case changes any more."""
        if visitor not in self._stands:
            self._stands[visitor] = self._relations_of(visitor)
        return self._stands[visitor]

    def _relations_of(self, visitor: Visitor) -> frozenset[Relation]:
        owner = VISITORS.get(self.case.first_owner)
        return relations_of(
            visitor.reader,
            self.case,
            took_in=owner.unit if owner else None,
            charged=self.charged,
            offices=self.offices,
            teams=frozenset(VISITORS[each].unit for each in named_in(self.case)),
            waiting_is_read=self.case.policy != SHUT,
            stands_in_for=frozenset({ABSENT} if visitor.id == DEPUTY else ()),
        )


def people_the_bank(session: Session) -> None:
    """Units and people, and the pack of some of their cases."""
    publish_a_shut_pack(session)
    for unit, (level, parent, is_key) in UNITS.items():
        policy = None if parent else "head-office"
        session.add(
            UnitRow(
                id=unit, name_en=unit, name_zh=unit, level=level, parent=parent, policy=policy,
                is_key=is_key,
            )
        )  # fmt: skip
        session.flush()
    everybody = [
        *VISITORS.values(),
        Visitor(id=ASKS_FOR_REPAIRS, unit="head-office", roles=(Role.ADMINISTRATOR,)),
    ]
    for each in everybody:
        session.add(
            PersonRow(
                id=each.id, login=each.id, name=f"Person {each.id}", unit=each.unit,
                roles=list(each.roles), language=Language.EN,
            )
        )  # fmt: skip
    session.flush()
    session.add(
        PersonRow(
            id=ABSENT, login=ABSENT, name="Person absent", unit="station-outlet",
            roles=[Role.HANDLER], language=Language.EN, deputy=DEPUTY, absent_from=MONDAY.date(),
        )
    )  # fmt: skip
    session.flush()


def publish_a_shut_pack(session: Session) -> None:
    """A pack like the head office's, under which handlers read only what they are given."""
    like = session.scalars(
        select(PolicyVersionRow).where(PolicyVersionRow.name == "head-office")
    ).one()
    session.add(
        PolicyVersionRow(
            version=SHUT, name="shut", text=like.text, is_current=False, waiting_is_read=False
        )
    )


def said_in_batch(batch: int) -> tuple[str, ...]:
    """The words that all cases of a batch hold."""
    return tuple(f"{word}{batch}z" for word in COMMON_WORDS)


NUMBERS = count(1)


def tell(session: Session, plot: Plot, digest: str) -> Told:
    """A case of this plot with everything that may hang on one: an escalation with a draft for the
    regulator, a wish for a later date, notices to everybody, one that died, a file, a repair that
    waits for a decision, and acts that take a second person.
    """
    number = next(NUMBERS)
    words = (f"subject{number:04}x", f"narrative{number:04}x", f"demand{number:04}x")
    said = said_in_batch(number // A_BATCH)
    reference = receive(
        session,
        a_complaint(
            unit=plot.unit,
            person_complained_about=plot.named,
            subject=f"{said[0]} {words[0]}",
            narrative=f"{said[1]} {said[2]} {said[3]} {words[1]}",
            demand=words[2],
            phone="010 5550 0100",
        ),
        VISITORS[plot.first_owner].actor,
    ).reference
    case = _escalated(session, plot, standing_of(session, reference).case)
    row = session.get_one(CaseRow, reference)
    session.refresh(row)
    to_tell = _to_tell(session, plot, case)
    return Told(
        plot=plot,
        case=case,
        charged=_charged(session, reference),
        offices=offices_concerned(case, published_pack(session, case.policy)),
        breaches=row.breaches,
        rungs=row.rungs,
        batch=number // A_BATCH,
        words=words,
        file=_file(session, case, digest),
        dead_notice=_notify(session, case),
        tell_task=to_tell,
        repair=_repair(session, case),
        report=_draft(session, case),
        requests=ask_for_two(session, case, plot.asked_by or "p-supervisor-near"),
    )


def _escalated(session: Session, plot: Plot, case: Case) -> Case:
    rung = Fired(clock="reply", step=plot.rung, planned_at=MONDAY, at=MONDAY)
    asked = (
        ExtensionRequest(
            clock="reply",
            until_at=MONDAY + timedelta(days=30),
            requested_by=plot.asked_by,
            requested_at=MONDAY,
        )
        if plot.asked_by
        else None
    )
    case = replace(
        case, version=case.version + 1, fired=(rung,), extension_request=asked, **plot.state
    )
    entry = Entry(key="rung", event=Event.ESCALATED, by="clock", at=MONDAY, facts={})
    case = write(session, Change(case=case, entry=entry)).case
    session.add(
        TaskRow(
            key=f"{case.reference}/step/reply/supervisor", reference=case.reference,
            kind="acknowledge", person=None, role=Role.SUPERVISOR, opened_at=MONDAY,
            facts={"clock": "reply", "step": "supervisor"},
        )
    )  # fmt: skip
    session.flush()
    return case


def _notify(session: Session, case: Case) -> int:
    """Word to every visitor, as from a time before the case was closed to them; and one that died.
    Gives the number of that one."""
    rows = [
        {
            "dedupe_key": f"{case.reference}/{recipient}", "reference": case.reference,
            "version": 1, "recipient": recipient, "about": Event.ASSIGNED,
            "delivery": "dead" if recipient == "complainant" else "inbox",
        }
        for recipient in [*VISITORS, "complainant"]
    ]  # fmt: skip
    session.execute(insert(NoticeRow), rows)
    dead = session.scalars(
        select(NoticeRow.id).where(
            NoticeRow.reference == case.reference, NoticeRow.delivery == "dead"
        )
    ).one()
    session.add(
        TaskRow(
            key=f"dead/{dead}", reference=case.reference, kind="dead_notice", person=None,
            role=Role.ADMINISTRATOR, opened_at=MONDAY,
            facts={"notice": dead, "recipient": "complainant", "about": Event.ASSIGNED},
        )
    )  # fmt: skip
    return dead


def _to_tell(session: Session, plot: Plot, case: Case) -> int | None:
    if plot.charged is None:
        return None
    row = TaskRow(
        key=f"tell/{case.reference}", reference=case.reference, kind="tell", person=plot.charged,
        role=Role.HANDLER, opened_at=MONDAY,
        facts={"notice": 0, "recipient": "complainant", "about": Event.REPLIED},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _charged(session: Session, reference: str) -> frozenset[str]:
    waiting = select(TaskRow.person).where(
        TaskRow.reference == reference, TaskRow.done_at.is_(None), TaskRow.person.is_not(None)
    )
    return frozenset(session.scalars(waiting))


def _file(session: Session, case: Case, digest: str) -> str:
    from domain.acts import Attach

    command = str(uuid4())
    session.add(
        CommandRow(
            id=command, reference=case.reference,
            act=to_json(ACT, Attach(digest=digest, size=1)),
            words={"file_name": f"statement-{case.reference}.pdf"},
            by={"person": case.first_owner, "roles": [], "unit": ""}, status="accepted",
        )
    )  # fmt: skip
    session.flush()
    session.add(AttachmentRow(command=command, reference=case.reference, digest=digest, size=1))
    return command


def _repair(session: Session, case: Case) -> str:
    repair = str(uuid4())
    session.add(
        ApprovalRow(
            id=repair, kind=ApprovalKind.RESET, subject=case.reference,
            request=wish_of("run", 4, "Open the case", {}), reason="to be tried",
            requested_by=ASKS_FOR_REPAIRS, expires_at=datetime.now(UTC) + timedelta(days=7),
        )
    )  # fmt: skip
    return repair


def _draft(session: Session, case: Case) -> str:
    key = f"{case.reference}/step/reply/regulator"
    session.add(
        RegulatorReportRow(
            key=key, reference=case.reference, drafted_at=MONDAY,
            facts={
                "clock": "reply", "category": case.category, "unit": case.unit, "steps": [],
                "policy": case.policy,
            },
        )
    )  # fmt: skip
    return key


def link_all(session: Session, hub: Told, others: Iterable[Told]) -> None:
    """Have one case linked to all others, in its state and in its journal."""
    linked = tuple(each.reference for each in others)
    case = standing_of(session, hub.reference).case
    state = to_json(CASE, replace(case, linked=linked))
    session.execute(update(CaseRow).where(CaseRow.reference == hub.reference).values(state=state))
    session.execute(
        insert(JournalRow),
        [
            {
                "reference": hub.reference, "version": case.version + number,
                "key": f"link/{each}", "event": Event.LINKED, "by": "p-supervisor-near",
                "at": MONDAY, "facts": {"reference": each}, "words": {}, "words_digest": "",
                "previous_hash": "", "hash": "",
            }
            for number, each in enumerate(linked, start=1)
        ],
    )  # fmt: skip


def verify_badly(session: Session, told: Iterable[Told]) -> None:
    """A comparison that found something wrong with every case."""
    found = tuple(
        Disagreement(
            invariant=Invariant.CASE_HAS_WORKFLOW,
            subject=each.reference,
            says=sentence("unfinished, and no workflow runs"),
        )
        for each in told
    )
    looked_at = {"cases": len(found), "workflows": 0, "entries": 0}
    keep_verification(
        session,
        Verification(began_at=MONDAY, finished_at=MONDAY, looked_at=looked_at, disagreements=found),
    )
