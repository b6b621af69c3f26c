"""What waits for somebody: tasks, requests for a later date, notices, reports, and the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from domain.case import Case, Status
from domain.classification import Role
from domain.events import Event
from domain.notices import Delivery
from store.notices import TELL
from store.queries import PAGE, Scope, within
from store.tables import (
    AuditRow,
    CaseRow,
    CommandRow,
    NoticeRow,
    TaskRow,
)
from store.values import CASE

ACKNOWLEDGE = "acknowledge"
"""The kind of task an escalation leaves behind until it is acknowledged."""


SHOWN_AT_MOST = 200
"""Rows of a list that is not paged (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """Something a person must do."""

    id: int
    reference: str
    kind: str
    person: str | None
    role: Role
    opened_at: datetime
    facts: Mapping[str, Any]
    unit: str
    version: int
    """Of the case, as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request for a later date that waits for its answer."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as an inbox or a list of dead ones shows it."""

    id: int
    reference: str
    recipient: str
    about: Event
    written_at: datetime
    read_at: datetime | None
    attempts: int
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One row of the audit trail."""

    at: datetime
    by: str
    action: str
    subject: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Part of the audit trail, newest first."""

    lines: tuple[AuditLine, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


def open_escalations(session: Session, scope: Scope) -> tuple[TaskLine, ...]:
    """Escalations nobody has acknowledged, oldest first."""
    wanted = and_(TaskRow.kind == ACKNOWLEDGE, within(scope))
    return _tasks(session, wanted)


def to_be_told_by(session: Session, person: str) -> tuple[TaskLine, ...]:
    """Outsiders whom this person must tell what could not be sent to them."""
    return _tasks(session, and_(TaskRow.kind == TELL, TaskRow.person == person))


def open_wishes(session: Session, scope: Scope) -> tuple[Wish, ...]:
    """Requests for a later date, each with the reason that was given."""
    rows = session.scalars(
        select(CaseRow)
        .where(within(scope), CaseRow.status != Status.CLOSED)
        .where(CaseRow.state["extension_request"].astext.is_not(None))
        .order_by(CaseRow.next_due_at)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(
        Wish(case=CASE.validate_python(row.state), reason=_reason(session, row.reference))
        for row in rows
    )


def inbox_of(session: Session, person: str) -> tuple[NoticeLine, ...]:
    """Notices to somebody: unread ones first, then newest first."""
    rows = session.scalars(
        select(NoticeRow)
        .where(NoticeRow.recipient == person)
        .order_by(NoticeRow.read_at.is_not(None), NoticeRow.written_at.desc())
        .limit(SHOWN_AT_MOST)
    )
    return tuple(_notice(row) for row in rows)


def mark_read(session: Session, person: str, notice_id: int | None = None) -> None:
    """Somebody has read a notice, or all of theirs."""
    read = update(NoticeRow).where(NoticeRow.recipient == person, NoticeRow.read_at.is_(None))
    if notice_id is not None:
        read = read.where(NoticeRow.id == notice_id)
    session.execute(read.values(read_at=func.now()))


def dead_notices(session: Session) -> tuple[NoticeLine, ...]:
    """Notices that could not be sent and that nobody has looked after yet."""
    rows = session.scalars(
        select(NoticeRow)
        .join(TaskRow, TaskRow.facts["notice"].as_integer() == NoticeRow.id)
        .where(NoticeRow.delivery == Delivery.DEAD, TaskRow.done_at.is_(None))
        .where(TaskRow.kind == "dead_notice")
        .order_by(NoticeRow.written_at)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(_notice(row) for row in rows)


def read_audit(session: Session, page: int, by: str | None, subject: str | None) -> AuditPage:
    """Part of the audit trail, narrowed to who acted or what about."""
    wanted = []
    if by:
        wanted.append(AuditRow.by == by)
    if subject:
        wanted.append(AuditRow.subject == subject)
    count = session.scalar(select(func.count()).select_from(AuditRow).where(*wanted)) or 0
    rows = session.scalars(
        select(AuditRow)
        .where(*wanted)
        .order_by(AuditRow.at.desc(), AuditRow.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    lines = tuple(
        AuditLine(at=row.at, by=row.by, action=row.action, subject=row.subject, facts=row.facts)
        for row in rows
    )
    return AuditPage(lines=lines, count=count, page=page)


def _tasks(session: Session, wanted: Any) -> tuple[TaskLine, ...]:
    rows = session.execute(
        select(TaskRow, CaseRow.unit, CaseRow.version)
        .join(CaseRow, CaseRow.reference == TaskRow.reference)
        .where(TaskRow.done_at.is_(None), wanted)
        .order_by(TaskRow.opened_at)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(
        TaskLine(
            id=row.id,
            reference=row.reference,
            kind=row.kind,
            person=row.person,
            role=Role(row.role),
            opened_at=row.opened_at,
            facts=row.facts,
            unit=unit,
            version=version,
        )
        for row, unit, version in rows
    )


def _reason(session: Session, reference: str) -> str:
    """What was given as the reason with the newest request for a later date."""
    words = session.scalar(
        select(CommandRow.words)
        .where(CommandRow.reference == reference, CommandRow.status == "accepted")
        .where(CommandRow.act["kind"].astext == "request_extension")
        .order_by(CommandRow.stored_at.desc())
        .limit(1)
    )
    return str((words or {}).get("reason", ""))


def _notice(row: NoticeRow) -> NoticeLine:
    return NoticeLine(
        id=row.id,
        reference=row.reference,
        recipient=row.recipient,
        about=Event(row.about),
        written_at=row.written_at,
        read_at=row.read_at,
        attempts=row.attempts,
        last_error=row.last_error,
    )
