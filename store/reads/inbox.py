"""Notices to people, and those that could not be sent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.analysis import Dimension
from domain.events import Event
from domain.failures import FailureCause
from domain.notices import TOLD_OF_ONESELF, Delivery, Obstacle
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader
from domain.statuses import TaskKind
from store.evidence.looks import Walk, open_walks
from store.notice_contents import LimitTold, limits_told
from store.policies.packs import published_pack
from store.reads.tasks import SHOWN_AT_MOST
from store.scope import cases_for, commends, finds_about, visible_cases
from store.tables import (
    BoardPackRow,
    CaseRow,
    EarlyWarningRow,
    IncidentAssignmentRow,
    NoticeRow,
    ReportEventRow,
    TaskRow,
)


def how_many_are_unread(reader: Reader) -> Select[int]:
    """Asks how many notices somebody has not read of cases that they may read."""
    unread = (
        select(func.count())
        .select_from(NoticeRow)
        .outerjoin(CaseRow, CaseRow.reference == NoticeRow.reference)
        .where(NoticeRow.recipient == reader.person, NoticeRow.read_at.is_(None))
    )
    return unread.where(_may_read(reader))


def walks_told(session: Session, reader: Reader) -> tuple[Walk, ...]:
    """The walks through references that nobody has looked into, for whoever hears of them."""
    if not holds(reader.roles, Permission.HEAR_OF_WALKS):
        return ()
    return open_walks(session, reader.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTold:
    """A report or a check that a unit owes, as word of it says."""

    unit: str
    periodical: str
    begins: date
    ends: date
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningTold:
    """A unit or a cause that has left its usual range, as word of it says."""

    dimension: Dimension
    key: str
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTold:
    """An incident that somebody has or had in hand, as word of it says."""

    key: str
    cause: FailureCause
    cases: int
    """How many it held up when it was handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTold:
    """A pack for the board that was filed, as word of it says."""

    number: int
    unit: str | None
    """None when it is of the whole bank."""
    begins: date
    ends: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice as an inbox or a list of dead ones shows it."""

    id: int
    reference: str | None
    """None for word that is about no case."""
    report: ReportTold | None
    """The report or check it speaks of, if it speaks of one."""
    warning: WarningTold | None
    """What has left its usual range, if it speaks of that."""
    incident: IncidentTold | None
    """The incident it speaks of, if it speaks of one."""
    pack: PackTold | None
    """The pack for the board it speaks of, if it speaks of one."""
    recipient: str
    about: Event
    is_own_finding: bool
    """Whether it is word of something found about its reader, who does not see the case."""
    title: dict[str, str]
    """Of the task it speaks of; empty when it speaks of none."""
    limit: LimitTold | None
    """The time limit it is about, as its mail names it."""
    written_at: datetime
    read_at: datetime | None
    attempts: int
    obstacle: Obstacle | None
    """Why the last try failed."""
    failure_code: str | None
    """What the other side calls it."""


def inbox_of(session: Session, reader: Reader) -> tuple[NoticeLine, ...]:
    """Notices to somebody of cases that they may read: unread ones first, then newest first."""
    its_task = TaskRow.key == NoticeRow.reference + "/" + NoticeRow.task
    rows = session.execute(
        select(
            NoticeRow,
            TaskRow.facts,
            ReportEventRow,
            EarlyWarningRow,
            IncidentAssignmentRow,
            BoardPackRow,
        )
        .outerjoin(CaseRow, CaseRow.reference == NoticeRow.reference)
        .outerjoin(TaskRow, its_task)
        .outerjoin(ReportEventRow, ReportEventRow.id == NoticeRow.report_event)
        .outerjoin(EarlyWarningRow, EarlyWarningRow.id == NoticeRow.early_warning)
        .outerjoin(IncidentAssignmentRow, IncidentAssignmentRow.id == NoticeRow.incident)
        .outerjoin(BoardPackRow, BoardPackRow.number == NoticeRow.board_pack)
        .where(NoticeRow.recipient == reader.person, _may_read(reader))
        .order_by(NoticeRow.read_at.is_not(None), NoticeRow.written_at.desc(), NoticeRow.id)
        .limit(SHOWN_AT_MOST)
    ).all()
    limits = limits_told(session, [row for row, *_ in rows])
    return tuple(
        _notice(row, _title_of_report(session, happened), happened)
        if happened is not None
        else _notice(
            row, (facts or {}).get("title", {}), None, warning, incident, pack, limits.get(row.id)
        )
        for row, facts, happened, warning, incident, pack in rows
    )


def _may_read(reader: Reader) -> ColumnElement[bool]:
    """Word of a case only to whoever may read it; what is of no case, what is found about somebody
    themselves, and that what they were told was taken back, to whom it was sent."""
    about_them = or_(finds_about(reader.person), commends(reader.person))
    own = and_(NoticeRow.about.in_(sorted(TOLD_OF_ONESELF)), about_them)
    taken_back = and_(NoticeRow.about == Event.UNDONE, cases_for(Permission.UNDO, reader))
    return or_(NoticeRow.reference.is_(None), own, taken_back, visible_cases(reader))


def _title_of_report(session: Session, happened: ReportEventRow) -> dict[str, str]:
    return dict(published_pack(session, happened.policy).periodical(happened.periodical).title)


def dead_notices(session: Session, reader: Reader) -> tuple[NoticeLine, ...]:
    """Notices that could not be sent and that nobody has looked after yet."""
    rows = session.scalars(
        select(NoticeRow)
        .join(CaseRow, CaseRow.reference == NoticeRow.reference)
        .join(TaskRow, TaskRow.facts["notice"].as_integer() == NoticeRow.id)
        .where(NoticeRow.delivery == Delivery.DEAD, TaskRow.done_at.is_(None))
        .where(TaskRow.kind == TaskKind.DEAD_NOTICE, cases_for(Permission.MEND_NOTICE, reader))
        .order_by(NoticeRow.written_at, NoticeRow.id)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(_notice(row, {}) for row in rows)


def _notice(
    row: NoticeRow,
    title: dict[str, str],
    happened: ReportEventRow | None = None,
    warning: EarlyWarningRow | None = None,
    incident: IncidentAssignmentRow | None = None,
    pack: BoardPackRow | None = None,
    limit: LimitTold | None = None,
) -> NoticeLine:
    return NoticeLine(
        id=row.id,
        reference=row.reference,
        report=None
        if happened is None
        else ReportTold(
            unit=happened.unit,
            periodical=happened.periodical,
            begins=happened.begins,
            ends=happened.ends,
            due_at=happened.due_at,
        ),
        warning=None
        if warning is None
        else WarningTold(
            dimension=Dimension(warning.dimension), key=warning.key, month=warning.month
        ),
        incident=None
        if incident is None
        else IncidentTold(
            key=incident.incident, cause=FailureCause(incident.cause), cases=len(incident.cases)
        ),
        pack=None
        if pack is None
        else PackTold(number=pack.number, unit=pack.unit, begins=pack.begins, ends=pack.ends),
        recipient=row.recipient,
        about=Event(row.about),
        is_own_finding=Event(row.about) in TOLD_OF_ONESELF,
        title=title,
        limit=limit,
        written_at=row.written_at,
        read_at=row.read_at,
        attempts=row.attempts,
        obstacle=Obstacle(row.obstacle) if row.obstacle else None,
        failure_code=row.failure_code,
    )
