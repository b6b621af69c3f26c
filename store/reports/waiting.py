"""Reports that wait for whoever answers for a unit: announced, or overdue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from domain.events import Event
from domain.periodicals import Periodical
from domain.reporting import Cadence, due_day, due_instant, first_day_to_submit
from rulebook.calendars import load_calendar
from store.policies.packs import published_pack
from store.reports.checks import told_and_not_submitted
from store.reports.duties import AnsweredFor, OwedReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWaiting:
    """A report that somebody is to submit."""

    unit: str
    periodical: Periodical
    begins: date
    ends: date
    due_day: date
    due_at: datetime
    is_overdue: bool
    can_be_submitted: bool
    """Whether its days are over; until then there is nothing to do yet."""


def reports_waiting(
    session: Session, answered: AnsweredFor, now: datetime
) -> tuple[ReportWaiting, ...]:
    """What this person is to submit, overdue first; nothing for anybody else."""
    open_units = [each for each in sorted(answered.mine) if not answered.units[each].is_closed]
    if not open_units:
        return ()
    asked = answered.asked
    found = {
        (each.unit, each.periodical.name, each.begins): each
        for each in (*_of_today(answered.duties), *_told(session, open_units, now))
        if (each.unit, each.periodical.name) in asked
    }
    return tuple(
        sorted(
            found.values(),
            key=lambda each: (not each.is_overdue, each.due_at, each.unit, each.periodical.name),
        )
    )


def _told(session: Session, units: list[str], now: datetime) -> Iterator[ReportWaiting]:
    """Those of which word has gone out; one that is overdue comes after its announcement."""
    rows = told_and_not_submitted(session, units, now, Event.REPORT_ANNOUNCED, Event.REPORT_OVERDUE)
    for row in sorted(rows, key=lambda row: row.event == Event.REPORT_OVERDUE):
        pack = published_pack(session, row.policy)
        periodical, calendar = pack.periodical(row.periodical), load_calendar(pack.calendar)
        first = first_day_to_submit(periodical, row.ends)
        yield ReportWaiting(
            unit=row.unit,
            periodical=periodical,
            begins=row.begins,
            ends=row.ends,
            due_day=due_day(periodical, row.ends, calendar),
            due_at=row.due_at,
            is_overdue=row.event == Event.REPORT_OVERDUE,
            can_be_submitted=calendar.local_day(now) >= first,
        )


def _of_today(duties: Iterable[OwedReport]) -> Iterator[ReportWaiting]:
    """Those that are owed every day: nobody is told of them before they are late."""
    for duty in duties:
        is_daily = duty.periodical.cadence == Cadence.DAY and not duty.is_check
        if is_daily and duty.latest and not duty.latest_is_submitted and not duty.latest_is_over:
            begins, ends = duty.latest
            yield ReportWaiting(
                unit=duty.unit,
                periodical=duty.periodical,
                begins=begins,
                ends=ends,
                due_day=due_day(duty.periodical, ends, duty.calendar),
                due_at=due_instant(duty.periodical, ends, duty.calendar),
                is_overdue=False,
                can_be_submitted=True,
            )
