"""What pages read: small frozen values, one function a question. Nothing here changes a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.acts import AnyAct
from domain.case import Case, Status
from domain.classification import Category, Channel, Role, Severity
from domain.clocks import Clock, Derivation
from domain.complaint import Language
from domain.events import Event
from domain.policy import Pack
from store.outbox.messages import Kind
from store.policies.packs import published_pack
from store.tables import (
    CaseRow,
    ClockRow,
    CommandRow,
    ComplaintRow,
    JournalRow,
    NoticeRow,
    OutboxRow,
)
from store.values import ACT, CASE, CLOCK, DERIVATION

PAGE = 25
"""Cases on one page of a list (default)."""


FOUND_AT_MOST = 50
"""Cases a search shows; who finds more asks more narrowly (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases somebody's lists hold: bank-wide, or those of some units and one's own."""

    bank_wide: bool = False
    units: frozenset[str] = frozenset()
    handler: str | None = None
    first_owner: str | None = None
    roles: frozenset[Role] = frozenset()
    """What this person is: a case handed to one office is in nobody else's lists (A-43)."""


class Shelf(StrEnum):
    """A part of a scope, as a tab above a list."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    RECEIVED_BY_ME = "received_by_me"
    ALL = "all"
    BREACHED = "breached"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; open cases when no status is asked for."""

    shelf: Shelf = Shelf.ALL
    status: Status | None = None
    unit: str | None = None
    channel: Channel | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list."""

    reference: str
    subject: str
    """The subject, else how the narrative begins."""
    status: Status
    channel: Channel
    category: Category | None
    severity: Severity
    unit: str
    handler: str | None
    received_at: datetime
    next_due_at: datetime | None
    next_clock: str | None
    is_waiting: bool
    breaches: int
    rungs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """One page of a list, and how many cases the whole list has."""

    lines: tuple[CaseLine, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


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
class Said:
    """What the customer said, and how to reach the customer. Personal."""

    subject: str
    narrative: str
    demand: str
    name: str
    phone: str
    email: str
    language: Language
    sender: str | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the system that brought a complaint in may know of it: nothing personal."""

    reference: str
    status: Status
    received_at: datetime
    recorded_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the page of one case shows."""

    case: Case
    pack: Pack
    said: Said
    clocks: tuple[ClockLine, ...]
    journal: tuple[EntryLine, ...]
    """Newest first."""
    entries: int
    pending: tuple[PendingCommand, ...]
    awaits_engine: bool
    """Received, but its workflow has not been started yet."""


def list_cases(
    session: Session, scope: Scope, filters: Filters, person: str, page: int
) -> CaseList:
    """One page of a list: what is due soonest first; what one received, newest first."""
    wanted = (within(scope), *_narrowed(filters, person))
    count = session.scalar(select(func.count()).select_from(CaseRow).where(*wanted)) or 0
    order = (
        (CaseRow.received_at.desc(),)
        if filters.shelf is Shelf.RECEIVED_BY_ME
        else (CaseRow.next_due_at.asc().nulls_last(), CaseRow.received_at)
    )
    rows = session.execute(
        _lines().where(*wanted).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    )
    return CaseList(lines=tuple(_line(row) for row in rows), count=count, page=page)


def count_cases(session: Session, scope: Scope, filters: Filters, person: str) -> int:
    """How many cases a list has."""
    wanted = (within(scope), *_narrowed(filters, person))
    return session.scalar(select(func.count()).select_from(CaseRow).where(*wanted)) or 0


def search_cases(session: Session, scope: Scope, text: str) -> tuple[CaseLine, ...]:
    """Cases whose reference or complaint holds the text, newest first."""
    holds = [
        column.icontains(text, autoescape=True)
        for column in (ComplaintRow.reference, ComplaintRow.subject, ComplaintRow.narrative)
    ]
    rows = session.execute(
        _lines()
        .where(within(scope), or_(*holds))
        .order_by(CaseRow.received_at.desc())
        .limit(FOUND_AT_MOST + 1)
    )
    return tuple(_line(row) for row in rows)


def find_case(session: Session, reference: str) -> Case | None:
    """The case as it stands, if there is one."""
    state = session.scalar(select(CaseRow.state).where(CaseRow.reference == reference))
    return None if state is None else CASE.validate_python(state)


def read_filed(session: Session, reference: str, by: str) -> Filed | None:
    """How a complaint stands that `by` brought in; None for a complaint of anybody else."""
    row = session.execute(
        select(
            CaseRow.status, ComplaintRow.received_at, ComplaintRow.recorded_at, CaseRow.closed_at
        )
        .join(ComplaintRow, ComplaintRow.reference == CaseRow.reference)
        .where(ComplaintRow.reference == reference, ComplaintRow.recorded_by == by)
    ).one_or_none()
    if row is None:
        return None
    return Filed(
        reference=reference,
        status=Status(row.status),
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        closed_at=row.closed_at,
    )


def read_case_file(session: Session, case: Case, *, entries_at_most: int) -> CaseFile:
    """Everything about one case, with the newest entries of its journal."""
    reference = case.reference
    said = session.get_one(ComplaintRow, reference)
    return CaseFile(
        case=case,
        pack=published_pack(session, case.policy),
        said=Said(
            subject=said.subject,
            narrative=said.narrative,
            demand=said.demand,
            name=said.name,
            phone=said.phone,
            email=said.email,
            language=Language(said.language),
            sender=said.sender,
            recorded_at=said.recorded_at,
            recorded_by=said.recorded_by,
        ),
        clocks=tuple(
            ClockLine(
                clock=CLOCK.validate_python(row.clock),
                derivation=DERIVATION.validate_python(row.derivation),
            )
            for row in session.scalars(
                select(ClockRow).where(ClockRow.reference == reference).order_by(ClockRow.position)
            )
        ),
        journal=tuple(
            EntryLine(
                version=row.version,
                event=Event(row.event),
                by=row.by,
                at=row.at,
                facts=row.facts,
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
        pending=_pending(session, reference),
        awaits_engine=is_awaiting_engine(session, reference),
    )


def is_awaiting_engine(session: Session, reference: str) -> bool:
    """Whether a case was received but its workflow has not been started yet."""
    errand = select(OutboxRow.id).where(OutboxRow.kind == Kind.CASE, OutboxRow.key == reference)
    return session.scalar(errand) is not None


def count_unread(session: Session, person: str) -> int:
    """How many notices somebody has not read."""
    unread = select(func.count()).select_from(NoticeRow).where(NoticeRow.recipient == person)
    return session.scalar(unread.where(NoticeRow.read_at.is_(None))) or 0


def _pending(session: Session, reference: str) -> tuple[PendingCommand, ...]:
    rows = session.scalars(
        select(CommandRow)
        .where(CommandRow.reference == reference, CommandRow.status == "stored")
        .order_by(CommandRow.stored_at)
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


def _lines() -> Select[Any, Any]:
    subject = func.coalesce(
        func.nullif(ComplaintRow.subject, ""), func.left(ComplaintRow.narrative, 80)
    )
    return select(CaseRow, subject.label("subject")).join(
        ComplaintRow, ComplaintRow.reference == CaseRow.reference
    )


def _line(found: Any) -> CaseLine:
    row: CaseRow = found[0]
    return CaseLine(
        reference=row.reference,
        subject=found.subject,
        status=Status(row.status),
        channel=Channel(row.channel),
        category=Category(row.category) if row.category else None,
        severity=Severity(row.severity),
        unit=row.unit,
        handler=row.handler,
        received_at=row.received_at,
        next_due_at=row.next_due_at,
        next_clock=row.next_clock,
        is_waiting=row.is_waiting,
        breaches=row.breaches,
        rungs=row.rungs,
    )


def within(scope: Scope) -> ColumnElement[bool]:
    """Whether a case belongs to a scope."""
    roles = CaseRow.state["restricted_to"]
    is_open = func.coalesce(func.jsonb_array_length(roles), 0) == 0
    if scope.roles:
        is_open |= roles.op("?|")(array([role.value for role in sorted(scope.roles)]))
    return and_(is_open, _reaches(scope))


def _reaches(scope: Scope) -> ColumnElement[bool]:
    if scope.bank_wide:
        return true()
    parts: list[ColumnElement[bool]] = [false()]
    if scope.units:
        parts.append(CaseRow.unit.in_(scope.units))
    if scope.handler:
        parts.append(CaseRow.handler == scope.handler)
    if scope.first_owner:
        parts.append(CaseRow.first_owner == scope.first_owner)
    return or_(*parts)


def _narrowed(filters: Filters, person: str) -> Sequence[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    match filters.shelf:
        case Shelf.MINE:
            wanted.append(CaseRow.handler == person)
        case Shelf.UNASSIGNED:
            wanted.append(CaseRow.handler.is_(None))
        case Shelf.RECEIVED_BY_ME:
            wanted.append(CaseRow.first_owner == person)
        case Shelf.BREACHED:
            wanted.append(CaseRow.breaches > 0)
        case Shelf.ESCALATED:
            wanted.append(CaseRow.rungs > 0)
        case Shelf.ALL:
            pass
    if filters.status is not None:
        wanted.append(CaseRow.status == filters.status)
    elif filters.shelf is not Shelf.RECEIVED_BY_ME:
        wanted.append(CaseRow.status != Status.CLOSED)
    if filters.unit:
        wanted.append(CaseRow.unit == filters.unit)
    if filters.channel is not None:
        wanted.append(CaseRow.channel == filters.channel)
    if filters.category is not None:
        wanted.append(CaseRow.category == filters.category)
    return wanted
