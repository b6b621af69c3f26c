"""What units owe again and again: whose packs ask for it, and for which days."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.asked_reports import MOST_DAYS
from domain.classification import Role
from domain.directory import BankUnit, Directory
from domain.periodicals import Periodical
from domain.permissions import stands_in_for_reports
from domain.policy import Pack
from domain.relations import Reader
from domain.reporting import (
    Cadence,
    Form,
    due_day,
    due_instant,
    is_owed,
    reporting_periods,
    sends,
)
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from rulebook.staffing import bank_zone
from store.people.directory import read_directory
from store.policies.packs import published_pack
from store.tables import PeriodicReportRow, PersonRow, PolicyVersionRow

LOOK_BACK = timedelta(days=366)
"""How long a report that nobody submitted stays in the list (default)."""

ReportingPeriod = tuple[date, date]
"""The first and the last day of what one report is about."""


def oldest_owed(now: datetime) -> date:
    """What ended before this day stands in no list any more, and has no page but what is filed."""
    return now.astimezone(bank_zone()).date() - LOOK_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedReport:
    """A report that a unit owes again and again, and how it stands with it."""

    unit: str
    periodical: Periodical
    policy: str
    """The version of the pack that asks for it."""
    reporting_periods: Mapping[date, date]
    """Those that have begun, by their first day: their last day; oldest first."""
    overdue: tuple[ReportingPeriod, ...]
    """The periods whose report is due and was not submitted, oldest first."""
    not_due: Mapping[date, date]
    """Those whose report is owed later and was not submitted yet."""
    latest: ReportingPeriod | None
    """The last period that has begun: the one of today, unless this is a day off."""
    latest_is_submitted: bool
    latest_is_over: bool
    calendar: WorkingCalendar

    def ends_of(self, begins: date, asked: date | None) -> date | None:
        """The last day of the period that begins then; of what is written when there is cause, as
        its author asks for it (`asked`). None where there is no such period."""
        if is_owed(self.periodical):
            return self.reporting_periods.get(begins)
        is_good = asked is not None and begins <= asked and (asked - begins).days <= MOST_DAYS
        return asked if is_good else None

    @property
    def is_written_when_needed(self) -> bool:
        """Whether nobody owes it, and whoever has cause writes one."""
        return not is_owed(self.periodical)

    @property
    def latest_due_day(self) -> date | None:
        """By which day the report on the last period is owed."""
        return due_day(self.periodical, self.latest[1], self.calendar) if self.latest else None

    @property
    def is_check(self) -> bool:
        """Whether it is the word that something was looked at, due at close of business."""
        return self.periodical.form == Form.CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredFor:
    """What one person answers for, read once for whatever of it a page tells."""

    reader: Reader
    units: Mapping[str, BankUnit]
    """Every unit of the bank."""
    mine: frozenset[str]
    """Those whose reports this person is the nearest to answer for."""
    duties: tuple[OwedReport, ...]
    """What these owe in the periods that this day is in; a closed unit owes nothing."""

    @property
    def asked(self) -> frozenset[tuple[str, str]]:
        """Which of these units owe which reports: what is owed no more, because the unit is closed
        or other rules are in force, can be submitted no more either."""
        return frozenset((each.unit, each.periodical.name) for each in self.duties)


def what_is_answered_for(session: Session, reader: Reader, now: datetime) -> AnsweredFor:
    """The units whose reports are this person's to see to, and what they owe by now."""
    duties = Duties(session, now, look_back=timedelta(0))
    mine = _answered_for(session, reader, duties.bank)
    owed = tuple(duties.of(sorted(mine))) if mine else ()
    return AnsweredFor(reader=reader, units=duties.units, mine=mine, duties=owed)


def _answered_for(session: Session, reader: Reader, bank: Directory) -> frozenset[str]:
    """The units whose reports this person is the nearest to answer for: as their supervisor the own
    one and those below that have none nearer; as human resources of the head office those that have
    no supervisor at all."""
    here = {reader.unit, *reader.below}
    heads = session.execute(
        select(PersonRow.id, PersonRow.unit)
        .where(PersonRow.active, PersonRow.unit.in_(here))
        .where(PersonRow.roles.op("?")(Role.SUPERVISOR.value))
    ).all()
    headed = {row.unit for row in heads}
    nearest = {
        unit: next((each for each in bank.line_of(unit) if each in headed), None) for unit in here
    }
    is_head = reader.person in {row.id for row in heads}
    stands_in = stands_in_for_reports(reader.roles) and bank.units[reader.unit].parent is None
    return frozenset(
        unit
        for unit, head in nearest.items()
        if (head == reader.unit if head is not None else stands_in)
        if is_head or head is None
    )


class Rules:
    """A pack in force, and the reporting periods that its reports are owed for."""

    def __init__(
        self,
        policy: str,
        pack: Pack,
        calendar: WorkingCalendar,
        first: datetime,
        now: datetime,
        look_back: timedelta,
    ) -> None:
        self.policy = policy
        self.pack = pack
        self.calendar = calendar
        self._now = now
        today = calendar.local_day(now)
        since = max(calendar.local_day(first), today - look_back, pack.valid_from or date.min)
        until = min(today, pack.valid_to or date.max)
        cadences = {periodical.cadence for periodical in pack.periodicals}
        self._begun = {
            each: dict(reporting_periods(Cadence(each), since, until, calendar.is_working_day))
            for each in cadences
        }
        self._over = {
            periodical.name: {
                begins: ends
                for begins, ends in self._begun[periodical.cadence].items()
                if self._is_over(periodical, ends, today)
            }
            for periodical in pack.periodicals
        }

    def duty(self, unit: BankUnit, periodical: Periodical, submitted: Set[date]) -> OwedReport:
        """How that unit stands with this report, some of which it has submitted."""
        begun, over = self._begun[periodical.cadence], self._over[periodical.name]
        latest = next(reversed(begun.items()), None)
        return OwedReport(
            unit=unit.id,
            periodical=periodical,
            policy=self.policy,
            reporting_periods=begun,
            overdue=tuple((each, over[each]) for each in sorted(over.keys() - submitted)),
            not_due={
                begins: ends
                for begins, ends in begun.items()
                if begins not in over and begins not in submitted
            },
            latest=latest,
            latest_is_submitted=latest is not None and latest[0] in submitted,
            latest_is_over=latest is not None and latest[0] in over,
            calendar=self.calendar,
        )

    def _is_over(self, periodical: Periodical, ends: date, today: date) -> bool:
        """Whether a report on a period that ended then is due by now."""
        if ends > today:
            return False
        return due_instant(periodical, ends, self.calendar) <= self._now


class Duties:
    """One transaction's view of units and packs: what each asks of whom."""

    def __init__(self, session: Session, now: datetime, look_back: timedelta = LOOK_BACK) -> None:
        self._session = session
        self._now = now
        self._look_back = look_back
        self.bank = read_directory(session)
        self.units = self.bank.units
        self._rules = tuple(self._rules_in_force())

    def of(self, wanted: Collection[str]) -> Iterator[OwedReport]:
        """What these units owe, one by one; a closed unit owes nothing."""
        submitted = self._submitted(wanted)
        units = self.units
        for unit in (units[each] for each in wanted if not units[each].is_closed):
            usual = self.bank.pack_of(unit.id)
            for rules in self._rules:
                replaced = rules.pack.replaces.pack if rules.pack.replaces else None
                if usual is None or usual not in (rules.pack.name, replaced):
                    continue
                for periodical in rules.pack.periodicals:
                    if sends(periodical, unit, units):
                        yield rules.duty(unit, periodical, submitted[unit.id, periodical.name])

    def _rules_in_force(self) -> Iterator[Rules]:
        """The packs that are current, each from the day it was first published."""
        first = func.min(PolicyVersionRow.published_at).over(partition_by=PolicyVersionRow.name)
        versions = select(
            PolicyVersionRow.version, PolicyVersionRow.is_current, first.label("first")
        )
        known = versions.subquery()
        calendars: dict[str, WorkingCalendar] = {}  # Each look into its files takes milliseconds.
        rows = select(known.c.version, known.c.first).where(known.c.is_current)
        for row in self._session.execute(rows.order_by(known.c.version)):
            pack = published_pack(self._session, row.version)
            if pack.periodicals:
                name = pack.calendar
                calendars[name] = calendar = calendars.get(name) or load_calendar(name)
                yield Rules(row.version, pack, calendar, row.first, self._now, self._look_back)

    def _submitted(self, units: Collection[str]) -> Mapping[tuple[str, str], frozenset[date]]:
        rows = self._session.execute(
            select(
                PeriodicReportRow.unit,
                PeriodicReportRow.periodical,
                func.array_agg(PeriodicReportRow.begins),
            )
            .where(PeriodicReportRow.unit.in_(units))
            .where(PeriodicReportRow.ends >= oldest_owed(self._now))
            .group_by(PeriodicReportRow.unit, PeriodicReportRow.periodical)
        )
        found: dict[tuple[str, str], frozenset[date]] = defaultdict(frozenset)
        for unit, periodical, begins in rows:
            found[unit, periodical] = frozenset(begins)
        return found
