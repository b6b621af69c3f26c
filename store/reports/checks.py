"""Daily checks: what waits for somebody, what was missed at close of business, and word of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.directory import Directory
from domain.permission_names import Permission
from domain.permissions import units_for
from domain.policy import Periodical
from domain.relations import Reader
from domain.reporting import CheckStanding, hear_of_missed_check
from domain.working_time import WorkingCalendar
from store.notices import write_word_of_missed_check
from store.people.directory import read_directory, read_units
from store.policies.packs import published_pack
from store.reports.duties import Duties, OwedReport
from store.tables import MissedCheckRow, PeriodicReportRow, PersonRow, UnitRow

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


def checks_waiting(session: Session, reader: Reader, now: datetime) -> ChecksWaiting:
    """What waits in the units that a supervisor answers for; nothing for anybody else."""
    units = read_units(session)
    seen = units_for(Permission.ANSWER_FOR_REPORTS, reader, units)
    mine = _answered_for(session, reader, Directory(units=units, people={}))
    if not mine:
        return NO_CHECKS
    owed = [
        each
        for each in Duties(session, now, look_back=timedelta(0)).of(sorted(mine))
        if each.is_check
    ]
    missed = _missed(session, seen)
    return ChecksWaiting(
        mine=(*(each for each in missed if each.unit in mine), *_open_today(owed, now)),
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


def tell_missed_checks(session: Session, now: datetime) -> datetime | None:
    """Write down every check that was missed, and send word of each to whoever owes it and to the
    supervisor above; again, it changes nothing.

    Returns when the next office closes that owes a check; None when none does.
    """
    since = hold_units(session)
    owed = [each for each in Duties(session, now).of(sorted(since)) if each.is_check]
    directory = read_directory(session)
    for duty in owed:
        for day, _ends in duty.overdue:
            due_at = duty.calendar.closing(day)
            if since[duty.unit] <= due_at and (missed := _keep(session, duty, day, due_at)):
                told = hear_of_missed_check(duty.periodical, duty.unit, directory)
                write_word_of_missed_check(session, missed, told)
    return min((_next_closing(duty.calendar, now) for duty in owed), default=None)


def hold_units(session: Session, *units: str) -> Mapping[str, datetime]:
    """Hold these units until the commit, or all of them, so that a check is either confirmed in
    time or missed and never both; since when each is to look at anything."""
    wanted = select(UnitRow.id, UnitRow.checked_since).order_by(UnitRow.id)
    if units:
        wanted = wanted.where(UnitRow.id.in_(units))
    rows = session.execute(wanted.with_for_update(key_share=True))
    return {row.id: row.checked_since for row in rows}


def is_told_as_missed(session: Session, unit: str, periodical: str, day: date) -> bool:
    """Whether word has gone out that this check was missed."""
    rows = select(MissedCheckRow.id).where(
        MissedCheckRow.unit == unit,
        MissedCheckRow.periodical == periodical,
        MissedCheckRow.day == day,
    )
    return session.scalar(rows) is not None


def _keep(session: Session, duty: OwedReport, day: date, due_at: datetime) -> int | None:
    """The number of a missed check; None when it was written down before."""
    return session.scalar(
        insert(MissedCheckRow)
        .values(
            unit=duty.unit,
            periodical=duty.periodical.name,
            day=day,
            policy=duty.policy,
            due_at=due_at,
        )
        .on_conflict_do_nothing()
        .returning(MissedCheckRow.id)
    )


def _next_closing(calendar: WorkingCalendar, now: datetime) -> datetime:
    day = calendar.next_working_day(calendar.local_day(now))
    closing = calendar.closing(day)
    return closing if closing > now else calendar.closing(calendar.add_working_days(day, 1))


def _answered_for(session: Session, reader: Reader, bank: Directory) -> frozenset[str]:
    """The units whose nearest supervisors this person is one of: the own one, and those below that
    have none nearer."""
    here = {reader.unit, *reader.below}
    heads = session.execute(
        select(PersonRow.id, PersonRow.unit)
        .where(PersonRow.active, PersonRow.unit.in_(here))
        .where(PersonRow.roles.op("?")(Role.SUPERVISOR.value))
    ).all()
    if reader.person not in {row.id for row in heads}:
        return frozenset()
    headed = {row.unit for row in heads}
    return frozenset(
        unit
        for unit in here
        if next(each for each in bank.line_of(unit) if each in headed) == reader.unit
    )


def _open_today(owed: Iterable[OwedReport], now: datetime) -> Iterator[DailyCheck]:
    for duty in owed:
        if duty.latest is not None and not duty.latest_is_submitted and not duty.latest_is_over:
            yield _check(duty, duty.latest[0], None, now)


def _missed(session: Session, units: Collection[str]) -> list[DailyCheck]:
    """Checks that were told as missed and that nobody has confirmed since, oldest first."""
    confirmed = exists().where(
        PeriodicReportRow.unit == MissedCheckRow.unit,
        PeriodicReportRow.periodical == MissedCheckRow.periodical,
        PeriodicReportRow.begins == MissedCheckRow.day,
    )
    rows = session.scalars(
        select(MissedCheckRow)
        .where(MissedCheckRow.unit.in_(units), ~confirmed)
        .order_by(MissedCheckRow.due_at, MissedCheckRow.unit, MissedCheckRow.periodical)
    )
    return [
        DailyCheck(
            unit=row.unit,
            periodical=published_pack(session, row.policy).periodical(row.periodical),
            day=row.day,
            due_at=row.due_at,
            standing=CheckStanding.MISSED,
        )
        for row in rows
    ]


def _check(
    duty: OwedReport, day: date, confirmed: PeriodicReportRow | None, now: datetime
) -> DailyCheck:
    due_at = duty.calendar.closing(day)
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
