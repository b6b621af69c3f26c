"""Word of what units owe: a report falls due, is overdue, a daily check was missed. Each is told
once, also after an outage, for it is written down in the transaction of its word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.events import Event
from domain.periodicals import Periodical
from domain.reporting import (
    ONE_DAY,
    announced_at,
    due_instant,
    hear_of_overdue,
    owes,
    receivers_of,
)
from domain.working_time import WorkingCalendar
from store.notices import write_word_of_report
from store.people.directory import read_directory
from store.reports.duties import Duties, OwedReport, ReportingPeriod
from store.tables import ReportEventRow, UnitRow

LATE = (Event.CHECK_MISSED, Event.REPORT_OVERDUE)
"""Once one of these was told, the report stays late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """The one report of a unit on one period, of which word is sent."""

    unit: str
    periodical: Periodical
    begins: date
    ends: date
    policy: str
    """The version of the pack that asks for it."""
    due_at: datetime


def tell_of_reports(
    session: Session, now: datetime, announced_working_days: int
) -> datetime | None:
    """Write down every report that has fallen due soon or is overdue, and every check that was
    missed, and send word of each to whom it concerns; again, it changes nothing.

    Returns when something may next be due; None when nobody owes anything.
    """
    since = hold_units(session)
    owed = tuple(Duties(session, now).of(sorted(since)))
    directory = read_directory(session)
    known = _known(session)
    for duty in owed:
        late = Event.CHECK_MISSED if duty.is_check else Event.REPORT_OVERDUE
        for period in duty.overdue:
            if (duty.unit, duty.periodical.name, period[0], late) in known:
                continue
            report = _of(duty, period)
            if since[duty.unit] <= report.due_at:
                _tell(session, late, report, hear_of_overdue(duty.periodical, duty.unit, directory))
        for report in _falling_due(duty, now, announced_working_days):
            owing = owes(duty.unit, directory)
            _tell(session, Event.REPORT_ANNOUNCED, report, () if owing is None else (owing,))
    return min((_next_instant(duty.calendar, now) for duty in owed), default=None)


def tell_of_submission(session: Session, report: ReportDue, by: str) -> None:
    """Send word to whom the report goes, but for whoever has submitted it."""
    _tell(session, Event.REPORT_RECEIVED, report, _receivers(session, report, by))


def tell_of_correction(session: Session, report: ReportDue, by: str, number: int) -> None:
    """Send word to whom the report went, of each correction once."""
    _tell(session, Event.REPORT_CORRECTED, report, _receivers(session, report, by), number)


def _receivers(session: Session, report: ReportDue, by: str) -> list[str]:
    receivers = receivers_of(report.periodical, report.unit, read_directory(session))
    return [each for each in receivers if each != by]


def hold_units(session: Session, *units: str) -> Mapping[str, datetime]:
    """Hold these units until the commit, or all of them, so that a report is either submitted in
    time or told as late and never both; since when each owes anything that is told of."""
    wanted = select(UnitRow.id, UnitRow.checked_since).order_by(UnitRow.id)
    if units:
        wanted = wanted.where(UnitRow.id.in_(units))
    rows = session.execute(wanted.with_for_update(key_share=True))
    return {row.id: row.checked_since for row in rows}


def is_told_as_late(session: Session, unit: str, periodical: str, begins: date) -> bool:
    """Whether word has gone out that this report is overdue, or this check was missed."""
    rows = select(ReportEventRow.id).where(
        ReportEventRow.unit == unit,
        ReportEventRow.periodical == periodical,
        ReportEventRow.begins == begins,
        ReportEventRow.event.in_(LATE),
    )
    return session.scalar(rows) is not None


def _of(duty: OwedReport, period: ReportingPeriod) -> ReportDue:
    begins, ends = period
    return ReportDue(
        unit=duty.unit,
        periodical=duty.periodical,
        begins=begins,
        ends=ends,
        policy=duty.policy,
        due_at=due_instant(duty.periodical, ends, duty.calendar),
    )


def _falling_due(duty: OwedReport, now: datetime, working_days_before: int) -> Iterator[ReportDue]:
    """The reports that are announced by now, are not due yet and were not submitted."""
    for period in duty.not_due.items():
        announced = announced_at(duty.periodical, period[1], duty.calendar, working_days_before)
        if announced is not None and announced <= now:
            yield _of(duty, period)


def _known(session: Session) -> frozenset[tuple[str, str, date, str]]:
    """What has been told already, so that a look at everything writes what is new alone."""
    rows = session.execute(
        select(
            ReportEventRow.unit,
            ReportEventRow.periodical,
            ReportEventRow.begins,
            ReportEventRow.event,
        )
    )
    return frozenset((row.unit, row.periodical, row.begins, row.event) for row in rows)


def _tell(
    session: Session, event: Event, report: ReportDue, told: Iterable[str], number: int = 0
) -> None:
    """Write down what happened and send word of it, unless that was done before."""
    event_id = session.scalar(
        insert(ReportEventRow)
        .values(
            event=event,
            unit=report.unit,
            periodical=report.periodical.name,
            begins=report.begins,
            ends=report.ends,
            policy=report.policy,
            due_at=report.due_at,
            number=number,
        )
        .on_conflict_do_nothing()
        .returning(ReportEventRow.id)
    )
    if event_id is not None:
        write_word_of_report(session, event_id, event, told)


def _next_instant(calendar: WorkingCalendar, now: datetime) -> datetime:
    """The next instant at which anything falls due: an office closes, or a day ends."""
    today = calendar.local_day(now)
    day = calendar.next_working_day(today)
    closing = calendar.closing(day)
    if closing <= now:
        closing = calendar.closing(calendar.add_working_days(day, 1))
    return min(closing, calendar.at(today + ONE_DAY, timedelta()))
