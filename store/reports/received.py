"""Reports that were submitted to somebody: what waits to be read, and what has been."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from domain.events import Event
from domain.paging import PageOf, bounds_of
from domain.periodicals import Periodical
from store.policies.packs import published_pack
from store.tables import NoticeRow, ReportEventRow

OF_A_SUBMISSION = (Event.REPORT_RECEIVED, Event.REPORT_CORRECTED)
"""What is told of a report to whom it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReport:
    """A report that went to somebody, as their list has it."""

    unit: str
    periodical: Periodical
    begins: date
    ends: date
    told_at: datetime
    """When word of it came last."""
    is_read: bool
    is_corrected: bool


def reports_to_read(
    session: Session, person: str, at_most: int | None = None
) -> tuple[ReceivedReport, ...]:
    """What this person was sent and has not read yet, longest waiting first."""
    rows = session.execute(_unread(person).order_by(func.min(NoticeRow.id)).limit(at_most))
    return tuple(_line(session, row) for row in rows)


def how_many_to_read(person: str) -> Select[int]:
    """Asks how many that is."""
    return select(func.count()).select_from(_unread(person).subquery())


def reports_received(session: Session, person: str, page: int) -> PageOf[ReceivedReport]:
    """All that this person was ever sent, the newest first."""
    found = _received(person)
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.execute(found.order_by(func.max(NoticeRow.id).desc()).slice(*bounds_of(page)))
    return PageOf(lines=tuple(_line(session, row) for row in rows), count=count, page=page)


def find_received(
    session: Session, person: str, unit: str, periodical: str, begins: date
) -> ReceivedReport | None:
    """One that this person was sent."""
    row = session.execute(
        _received(person).where(
            ReportEventRow.unit == unit,
            ReportEventRow.periodical == periodical,
            ReportEventRow.begins == begins,
        )
    ).one_or_none()
    return _line(session, row) if row is not None else None


def note_read(session: Session, person: str, report: ReceivedReport) -> None:
    """This person has read it; it waits for them no more."""
    words = select(ReportEventRow.id).where(
        ReportEventRow.event.in_(OF_A_SUBMISSION),
        ReportEventRow.unit == report.unit,
        ReportEventRow.periodical == report.periodical.name,
        ReportEventRow.begins == report.begins,
    )
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.recipient == person, NoticeRow.read_at.is_(None))
        .where(NoticeRow.report_event.in_(words))
        .values(read_at=func.now())
    )


def _unread(person: str) -> Select[Any]:
    return _received(person).where(NoticeRow.read_at.is_(None))


def _received(person: str) -> Select[Any]:
    """The reports of which this person got word as their receiver, each once."""
    report = (
        ReportEventRow.unit,
        ReportEventRow.periodical,
        ReportEventRow.begins,
        ReportEventRow.ends,
        ReportEventRow.policy,
    )
    return (
        select(
            *report,
            func.max(NoticeRow.written_at).label("told_at"),
            func.bool_and(NoticeRow.read_at.is_not(None)).label("is_read"),
            func.bool_or(NoticeRow.about == Event.REPORT_CORRECTED).label("is_corrected"),
        )
        .join(NoticeRow, NoticeRow.report_event == ReportEventRow.id)
        .where(NoticeRow.recipient == person, NoticeRow.about.in_(OF_A_SUBMISSION))
        .group_by(*report)
    )


def _line(session: Session, row: Any) -> ReceivedReport:
    return ReceivedReport(
        unit=row.unit,
        periodical=published_pack(session, row.policy).periodical(row.periodical),
        begins=row.begins,
        ends=row.ends,
        told_at=row.told_at,
        is_read=row.is_read,
        is_corrected=row.is_corrected,
    )
