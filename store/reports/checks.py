"""Daily checks: what waits for somebody, and what was missed at close of business."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from domain.events import Event
from domain.periodicals import Periodical
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.reporting import CheckStanding, due_instant
from store.policies.packs import published_pack
from store.reports.duties import AnsweredFor, OwedReport, oldest_owed
from store.tables import PeriodicReportRow, ReportEventRow

SHOWN_DAYS = 31
"""Days of a check that its page lists (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCheck:
    """A daily check of one unit on one day, and how it stands."""

    unit: str
    periodical: Periodical
    day: date
    due_at: datetime
    """Close of business."""
    standing: CheckStanding
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksWaiting:
    """The daily checks that nobody has confirmed, as one person sees them."""

    mine: tuple[DailyCheck, ...]
    """Those this person is to confirm: missed ones first, then what is open until tonight."""
    missed_below: tuple[DailyCheck, ...]
    """Missed ones that others are to confirm, in the units below."""
    is_owing: bool
    """Whether any daily check is this person's at all."""


NO_CHECKS = ChecksWaiting(mine=(), missed_below=(), is_owing=False)


def checks_waiting(session: Session, answered: AnsweredFor, now: datetime) -> ChecksWaiting:
    """What waits in the units that a supervisor answers for; nothing for anybody else."""
    mine = answered.mine
    if not mine:
        return NO_CHECKS
    seen = units_for(Permission.ANSWER_FOR_REPORTS, answered.reader, answered.units)
    owed = [each for each in answered.duties if each.is_check]
    missed = _missed(session, [each for each in seen if not answered.units[each].is_closed], now)
    asked = answered.asked
    to_confirm = (each for each in missed if (each.unit, each.periodical.name) in asked)
    return ChecksWaiting(
        mine=(*to_confirm, *_open_today(owed, now)),
        missed_below=tuple(each for each in missed if each.unit not in mine),
        is_owing=bool(owed),
    )


def days_of_check(session: Session, duty: OwedReport, now: datetime) -> tuple[DailyCheck, ...]:
    """The last days of a check and how each stands, newest first."""
    days = list(duty.reporting_periods)[-SHOWN_DAYS:]
    rows = session.scalars(
        select(PeriodicReportRow)
        .where(PeriodicReportRow.unit == duty.unit)
        .where(PeriodicReportRow.periodical == duty.periodical.name)
        .where(PeriodicReportRow.begins.in_(days))
    )
    confirmed = {row.begins: row for row in rows}
    return tuple(_check(duty, day, confirmed.get(day), now) for day in reversed(days))


def told_and_not_submitted(
    session: Session, units: Collection[str], now: datetime, *events: Event
) -> tuple[ReportEventRow, ...]:
    """What happened to reports of these units that nobody has submitted since and somebody can yet,
    oldest first."""
    submitted = exists().where(
        PeriodicReportRow.unit == ReportEventRow.unit,
        PeriodicReportRow.periodical == ReportEventRow.periodical,
        PeriodicReportRow.begins == ReportEventRow.begins,
    )
    rows = session.scalars(
        select(ReportEventRow)
        .where(ReportEventRow.unit.in_(units), ReportEventRow.event.in_(events), ~submitted)
        .where(ReportEventRow.ends >= oldest_owed(now))
        .order_by(ReportEventRow.due_at, ReportEventRow.unit, ReportEventRow.periodical)
    )
    return tuple(rows)


def _open_today(owed: Iterable[OwedReport], now: datetime) -> Iterator[DailyCheck]:
    for duty in owed:
        if duty.latest is not None and not duty.latest_is_submitted and not duty.latest_is_over:
            yield _check(duty, duty.latest[0], None, now)


def _missed(session: Session, units: Collection[str], now: datetime) -> list[DailyCheck]:
    """Checks that were told as missed and that nobody has confirmed since, oldest first."""
    rows = told_and_not_submitted(session, units, now, Event.CHECK_MISSED)
    return [
        DailyCheck(
            unit=row.unit,
            periodical=published_pack(session, row.policy).periodical(row.periodical),
            day=row.begins,
            due_at=row.due_at,
            standing=CheckStanding.MISSED,
        )
        for row in rows
    ]


def _check(
    duty: OwedReport, day: date, confirmed: PeriodicReportRow | None, now: datetime
) -> DailyCheck:
    due_at = due_instant(duty.periodical, day, duty.calendar)
    if confirmed is not None and confirmed.due_at is not None:
        due_at = confirmed.due_at
    return DailyCheck(
        unit=duty.unit,
        periodical=duty.periodical,
        day=day,
        due_at=due_at,
        standing=_standing(confirmed, due_at, now),
        confirmed_at=confirmed.submitted_at if confirmed else None,
        confirmed_by=confirmed.submitted_by if confirmed else None,
    )


def _standing(
    confirmed: PeriodicReportRow | None, due_at: datetime, now: datetime
) -> CheckStanding:
    if confirmed is not None:
        return CheckStanding.CONFIRMED_LATE if confirmed.is_late else CheckStanding.CONFIRMED
    return CheckStanding.MISSED if now >= due_at else CheckStanding.OPEN
