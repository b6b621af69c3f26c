"""Everything the page of one case shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, bindparam, func, select
from sqlalchemy.orm import Session

from domain.acts import AnyAct
from domain.acts.belonging import open_spotting
from domain.approvals import Approval
from domain.case import Case, Status
from domain.clocks.ledger import Clock, Derivation
from domain.complaint import Language
from domain.events import Event
from domain.permission_names import Permission
from domain.policy import Pack
from domain.relations import Reader
from domain.statuses import CommandStatus
from store.approvals.lists import waiting_about, waits
from store.customer_letters import has_lost_letters
from store.files.attachments import Attachment, attachments_of
from store.outbox.messages import MessageKind
from store.policies.packs import published_pack
from store.reads.afterwards import (
    SaidAfterwards,
    ShownSurvey,
    said_afterwards,
    shown_survey,
)
from store.reads.charges import ChargeLine, charges_over
from store.reads.customer import masked_customer
from store.reads.improvements import led_elsewhere
from store.reads.queues import shown_facts
from store.scope import OpenedCase, cases_for, filed_by, visible_among
from store.sources import DAY, RESOLUTION
from store.tables import (
    ApprovalRow,
    CaseRow,
    ClockRow,
    CommandRow,
    ComplaintRow,
    JournalRow,
    MailRow,
    OutboxRow,
)
from store.values import ACT, CLOCK, DERIVATION


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """A clock and the proof of its date."""

    clock: Clock
    derivation: Derivation


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One journal entry as a page tells it."""

    version: int
    event: Event
    by: str
    at: datetime
    facts: Mapping[str, Any]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommand:
    """Something asked for that the engine has not answered yet."""

    id: str
    act: AnyAct
    by: str
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintText:
    """What the customer said, and as much of the customer as is shown without a reason why."""

    subject: str
    narrative: str
    demand: str
    name: str
    phone: str
    email: str
    address: str
    account: str
    language: Language
    sender: str | None
    has_hour: bool
    """Whether it was known at which hour the complaint came, or the day alone."""
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingStatus:
    """What the system that brought a complaint in may know of it: nothing personal."""

    reference: str
    status: Status
    received_at: datetime
    recorded_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatus:
    """How a case stands, for whoever may know no more of it."""

    reference: str
    status: Status
    received_at: datetime
    next_due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAtHand:
    """What it hangs on which acts are open to somebody, and what they may choose in them."""

    case: Case
    pack: Pack
    clocks: tuple[ClockLine, ...]
    """Of the complaint itself; a task has its date beside it."""
    task_clocks: tuple[Clock, ...]
    tasks: tuple[ChargeLine, ...]
    """Open ones first."""
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile(CaseAtHand):
    """Everything the page of one case shows."""

    same_letter: str | None
    """The case of which this one is the same letter again, if its reader may read that too."""
    linked: tuple[str, ...]
    """Of the cases with the same issue, those that the reader of this one may read too."""
    spotted: tuple[str, ...]
    """What may belong together with it and nobody has decided, as far as its reader sees it."""
    said: ComplaintText
    journal: tuple[EntryLine, ...]
    """Newest first."""
    entries: int
    pending: tuple[PendingCommand, ...]
    asked_for: tuple[Approval, ...]
    """What waits for a second person."""
    said_afterwards: tuple[SaidAfterwards, ...]
    """What the customer said when asked after the end, newest first."""
    improved_with: tuple[tuple[str, int], ...]
    """Improvements of other cases that name this one: their cases and numbers."""
    survey: ShownSurvey | None
    """The one that is open now."""
    awaits_engine: bool
    """Received, but its workflow has not been started yet."""
    lost_letters: bool
    """A letter did not arrive and has not gone out another way since."""
    has_mails: bool
    """The customer has written by mail."""

    @property
    def etag(self) -> str:
        """Another one as soon as the page would show another case."""
        return _etag(self.case.version, len(self.pending))


def read_filed(
    session: Session, reference: str, by: str, units: frozenset[str]
) -> FilingStatus | None:
    """How a complaint stands that `by` brought in against one of these units, wherever it is now;
    None for any other. A system may have tokens for other units too.
    """
    against = JournalRow.facts["unit"].astext.in_(sorted(units))
    row = session.execute(
        select(
            CaseRow.status, ComplaintRow.received_at, ComplaintRow.recorded_at, CaseRow.closed_at
        )
        .join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
        .join(JournalRow, JournalRow.reference == ComplaintRow.reference)
        .where(ComplaintRow.reference == reference, filed_by(by))
        .where(JournalRow.version == 1, against)
    ).one_or_none()
    if row is None:
        return None
    return FilingStatus(
        reference=reference,
        status=Status(row.status),
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        closed_at=row.closed_at,
    )


def find_status(session: Session, reader: Reader, reference: str) -> CaseStatus | None:
    """How a case stands, if there is one that this person may ask for by its reference."""
    row = session.execute(
        select(CaseRow.status, CaseRow.received_at, CaseRow.next_due_at, CaseRow.closed_at).where(
            CaseRow.reference == reference, cases_for(Permission.FIND_CASE, reader)
        )
    ).one_or_none()
    if row is None:
        return None
    return CaseStatus(
        reference=reference,
        status=Status(row.status),
        received_at=row.received_at,
        next_due_at=row.next_due_at,
        closed_at=row.closed_at,
    )


def read_case_at_hand(session: Session, opened: OpenedCase) -> CaseAtHand:
    """As much about one case as an act is filled in against."""
    return CaseAtHand(**_at_hand(session, opened))


def _at_hand(session: Session, opened: OpenedCase) -> dict[str, Any]:
    case, reference = opened.case, opened.reference
    clocks = _clocks(session, reference)
    return {
        "case": case,
        "pack": published_pack(session, case.policy),
        "clocks": tuple(line for line in clocks if line.clock.is_of_the_case),
        "task_clocks": tuple(line.clock for line in clocks if line.clock.is_of_a_task),
        "tasks": charges_over(session, opened),
        "attachments": tuple(attachments_of(session, opened)),
    }


def read_case_file(session: Session, opened: OpenedCase, *, entries_at_most: int) -> CaseFile:
    """Everything about one case, with the newest entries of its journal."""
    case, reference = opened.case, opened.reference
    few = session.execute(_WHAT_FEW_HAVE, {"reference": reference}).one()
    said = session.get_one(ComplaintRow, reference)
    spotting = open_spotting(case)
    others = (
        *case.linked,
        *(spotting.cases if spotting else ()),
        *([case.duplicate_of] if case.duplicate_of else []),
    )
    linked = visible_among(session, opened.reader, others)
    names = opened.allows(Permission.READ_NAMES)
    return CaseFile(
        **_at_hand(session, opened),
        same_letter=case.duplicate_of if case.duplicate_of in linked else None,
        linked=tuple(each for each in case.linked if each in linked),
        spotted=tuple(each for each in (spotting.cases if spotting else ()) if each in linked),
        said=ComplaintText(
            subject=said.subject,
            narrative=said.narrative,
            demand=said.demand,
            **masked_customer(session, opened),
            language=Language(said.language),
            sender=said.sender,
            has_hour=said.source.get(RESOLUTION) != DAY,
            recorded_at=said.recorded_at,
            recorded_by=said.recorded_by,
        ),
        journal=tuple(
            EntryLine(
                version=row.version,
                event=Event(row.event),
                by=row.by,
                at=row.at,
                facts=shown_facts(row.facts, linked, names=names),
                words=row.words or {},
            )
            for row in session.scalars(
                select(JournalRow)
                .where(JournalRow.reference == reference)
                .order_by(JournalRow.version.desc())
                .limit(entries_at_most)
            )
        ),
        entries=case.version,
        pending=_pending(session, reference) if few.pending else (),
        asked_for=waiting_about(session, reference) if few.asked_for else (),
        said_afterwards=said_afterwards(session, opened),
        improved_with=led_elsewhere(session, opened),
        survey=shown_survey(session, opened),
        awaits_engine=few.unstarted,
        lost_letters=few.letters and has_lost_letters(session, opened),
        has_mails=few.mails,
    )


def _what_few_have() -> Select[*tuple[Any, ...]]:
    """Asks which of what few cases have one has, so that the rest need not be asked for."""
    of_case = bindparam("reference", type_=Text)
    command = select(CommandRow.id).where(CommandRow.reference == of_case)
    encloses = CommandRow.act["enclosed"].astext.is_not(None)
    asked_for = select(ApprovalRow.id).where(ApprovalRow.subject == of_case, waits())
    started = select(OutboxRow.id).where(OutboxRow.kind == MessageKind.CASE)
    return select(
        command.where(CommandRow.status == CommandStatus.STORED).exists().label("pending"),
        asked_for.exists().label("asked_for"),
        started.where(OutboxRow.key == of_case).exists().label("unstarted"),
        command.where(encloses).exists().label("letters"),
        select(MailRow.id).where(MailRow.reference == of_case).exists().label("mails"),
    )


_WHAT_FEW_HAVE = _what_few_have()


def _clocks(session: Session, reference: str) -> list[ClockLine]:
    rows = session.scalars(
        select(ClockRow).where(ClockRow.reference == reference).order_by(ClockRow.position)
    )
    return [
        ClockLine(
            clock=CLOCK.validate_python(row.clock),
            derivation=DERIVATION.validate_python(row.derivation),
        )
        for row in rows
    ]


def etag_of(session: Session, case: OpenedCase) -> str:
    """That of the page as it would be now."""
    waiting = (
        select(func.count())
        .select_from(CommandRow)
        .where(CommandRow.reference == case.reference, CommandRow.status == CommandStatus.STORED)
    ).scalar_subquery()
    version = select(CaseRow.version, waiting).where(CaseRow.reference == case.reference)
    return _etag(*session.execute(version).one())


def _etag(version: int, waiting: int) -> str:
    return f"{version}-{waiting}"


def is_awaiting_engine(session: Session, reference: str) -> bool:
    """Whether a case was received but its workflow has not been started yet."""
    message = select(OutboxRow.id).where(
        OutboxRow.kind == MessageKind.CASE, OutboxRow.key == reference
    )
    return session.scalar(message) is not None


def _pending(session: Session, reference: str) -> tuple[PendingCommand, ...]:
    rows = session.scalars(
        select(CommandRow)
        .where(CommandRow.reference == reference, CommandRow.status == CommandStatus.STORED)
        .order_by(CommandRow.stored_at, CommandRow.id)
    )
    return tuple(
        PendingCommand(
            id=row.id,
            act=ACT.validate_python(row.act),
            by=row.by["person"],
            stored_at=row.stored_at,
        )
        for row in rows
    )
