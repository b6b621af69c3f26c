"""Reports that units owe: which are open or overdue, what each says, and what was submitted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Actor, Case
from domain.directory import BankUnit, Directory, under
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import holders, holds, may
from domain.policy import Pack, Periodical
from domain.relations import Reader, relations_to_unit
from domain.report_tables import Table, tables_of
from domain.reporting import Cadence, Form, reporting_periods, sends
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from store.evidence.audit import Action, note
from store.people.directory import read_units
from store.policies.packs import published_pack
from store.scope import cases_for, is_nobodys_own, reader_of
from store.tables import CaseRow, PeriodicReportRow, PolicyVersionRow
from store.values import CASE, to_json

LOOK_BACK = timedelta(days=366)
"""How long a report that nobody submitted stays in the list (default)."""

TABLES = TypeAdapter(tuple[Table, ...])

OFFICIAL = is_nobodys_own()
"""What is counted in the figures that a unit submits: all but what one office has to itself, which
reports on it by its own way (A-43, C-10)."""

ReportingPeriod = tuple[date, date]
"""The first and the last day of what one report is about."""


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
    """The periods that have passed without a report, oldest first."""
    latest: ReportingPeriod | None
    """The last period that has begun: the one of today, unless this is a day off."""
    latest_is_submitted: bool
    latest_is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicReport:
    """One report of one unit: as it was submitted, else as the figures are now."""

    unit: str
    periodical: Periodical
    policy: str
    begins: date
    ends: date
    tables: tuple[Table, ...]
    cases: int
    """How many complaints the tables are of."""
    came_later: int
    """Complaints of this period that were taken down or came to the unit after it submitted."""
    is_overdue: bool
    is_too_early: bool
    """Whether the period has days to come; the figures are not those of the whole."""
    submitted_by: str | None
    submitted_at: datetime | None
    earlier: date | None
    """First day of the period before, when there is one."""
    later: date | None


def duties_of(session: Session, units: Collection[str], now: datetime) -> tuple[OwedReport, ...]:
    """Every report these units owe: what is overdue first."""
    found = _Duties(session, now).of(units)
    return tuple(
        sorted(found, key=lambda each: (not each.overdue, each.unit, each.periodical.name))
    )


def find_periodic_report(
    session: Session, reader: Reader, unit: str, periodical: str, begins: date, now: datetime
) -> PeriodicReport | None:
    """The report of that unit for the period that begins on this day, if the unit owes it or has
    submitted it, and this person answers for its reports.

    The figures are those of the cases that this person may have counted. What was submitted is told
    as it was to whoever may have all of those counted, and counted anew to everybody else.
    """
    if not may(Permission.ANSWER_FOR_REPORTS, reader.roles, relations_to_unit(reader, unit)):
        return None
    return _find(session, cases_for(Permission.COUNT_CASE, reader), unit, periodical, begins, now)


def _find(
    session: Session,
    counted: ColumnElement[bool],
    unit: str,
    periodical: str,
    begins: date,
    now: datetime,
) -> PeriodicReport | None:
    duty = next(
        (e for e in _Duties(session, now).of([unit]) if e.periodical.name == periodical), None
    )
    row = session.get(PeriodicReportRow, (unit, periodical, begins))
    ends = duty.reporting_periods.get(begins) if duty else None
    if row is not None:
        policy, ends = row.policy, row.ends
    elif duty is not None and ends is not None:
        policy = duty.policy
    else:
        return None
    pack = published_pack(session, policy)
    asked_for = next(each for each in pack.periodicals if each.name == periodical)
    calendar = load_calendar(pack.calendar)
    period = _Period(unit, begins, ends, calendar)
    cases = period.cases(session, counted)
    is_whole = period.references(session, counted) == period.references(session, OFFICIAL)
    kept = row if is_whole else None
    today = calendar.local_day(now)
    neighbours = duty.reporting_periods.keys() if duty else ()
    return PeriodicReport(
        unit=unit,
        periodical=asked_for,
        policy=policy,
        begins=begins,
        ends=ends,
        tables=TABLES.validate_python(kept.tables) if kept else _tables(session, asked_for, cases),
        cases=kept.cases if kept else len(cases),
        came_later=max(0, len(cases) - kept.cases) if kept else 0,
        is_overdue=row is None and today > ends,
        is_too_early=row is None and today < ends,
        submitted_by=row.submitted_by if row else None,
        submitted_at=row.submitted_at if row else None,
        earlier=max((each for each in neighbours if each < begins), default=None),
        later=min((each for each in neighbours if each > begins), default=None),
    )


def submit_periodic_report(
    session: Session, unit: str, periodical: str, begins: date, by: Actor, now: datetime
) -> None:
    """Keep the figures as they are now: the unit has reported. Again, it changes nothing.

    They are those of every case that no office has to itself, whoever submits: a complaint about
    the one who submits is counted like any other.

    Raises `Refused` for whoever may not answer for a report, and before the last day of the
    period; `LookupError` when the unit owes no such report, or is not this person's to answer for.
    """
    if not holds(by.roles, Permission.ANSWER_FOR_REPORTS):
        roles = ", ".join(holders(Permission.ANSWER_FOR_REPORTS))
        raise Refused(Refusal.NOT_YOUR_ROLE, roles=roles)
    here = relations_to_unit(reader_of(session, by), unit)
    is_theirs = may(Permission.ANSWER_FOR_REPORTS, by.roles, here)
    report = _find(session, OFFICIAL, unit, periodical, begins, now) if is_theirs else None
    if report is None:
        raise LookupError(f"{unit} owes no {periodical} for {begins}")
    if report.is_too_early:
        raise Refused(Refusal.REPORT_TOO_EARLY, day=report.ends.isoformat())
    is_new = session.scalar(
        insert(PeriodicReportRow)
        .values(
            unit=unit,
            periodical=periodical,
            begins=begins,
            ends=report.ends,
            policy=report.policy,
            submitted_by=by.person,
            cases=report.cases,
            tables=to_json(TABLES, report.tables),
        )
        .on_conflict_do_nothing()
        .returning(PeriodicReportRow.unit)
    )
    if is_new is not None:
        note(
            session,
            Action.PERIODIC_REPORT_SUBMITTED,
            by=by.person,
            subject=unit,
            periodical=periodical,
            begins=begins.isoformat(),
            ends=report.ends.isoformat(),
        )


class _Duties:
    """One transaction's view of units and packs: what each asks of whom."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._bank = Directory(units=read_units(session), people={})
        self._rules = tuple(self._rules_in_force())

    def of(self, wanted: Collection[str]) -> Iterator[OwedReport]:
        """What these units owe, one by one."""
        submitted = self._submitted(wanted)
        units = self._bank.units
        for unit in (units[each] for each in wanted):
            usual = self._bank.pack_of(unit.id)
            for rules in self._rules:
                replaced = rules.pack.replaces.pack if rules.pack.replaces else None
                if usual is None or usual not in (rules.pack.name, replaced):
                    continue
                for periodical in rules.pack.periodicals:
                    if sends(periodical, unit, units):
                        yield rules.duty(unit, periodical, submitted[unit.id, periodical.name])

    def _rules_in_force(self) -> "Iterator[_Rules]":
        """The packs that are current, each from the day it was first published."""
        first = func.min(PolicyVersionRow.published_at).over(partition_by=PolicyVersionRow.name)
        versions = select(
            PolicyVersionRow.version, PolicyVersionRow.is_current, first.label("first")
        )
        known = versions.subquery()
        rows = select(known.c.version, known.c.first).where(known.c.is_current)
        for row in self._session.execute(rows.order_by(known.c.version)):
            pack = published_pack(self._session, row.version)
            if pack.periodicals:
                calendar = load_calendar(pack.calendar)
                yield _Rules(row.version, pack, calendar, row.first, self._now)

    def _submitted(self, units: Collection[str]) -> Mapping[tuple[str, str], frozenset[date]]:
        rows = self._session.execute(
            select(
                PeriodicReportRow.unit,
                PeriodicReportRow.periodical,
                func.array_agg(PeriodicReportRow.begins),
            )
            .where(PeriodicReportRow.unit.in_(units))
            .where(PeriodicReportRow.ends >= self._now.date() - LOOK_BACK)
            .group_by(PeriodicReportRow.unit, PeriodicReportRow.periodical)
        )
        found: dict[tuple[str, str], frozenset[date]] = defaultdict(frozenset)
        for unit, periodical, begins in rows:
            found[unit, periodical] = frozenset(begins)
        return found


class _Rules:
    """A pack in force, and the reporting periods that its reports are owed for."""

    def __init__(
        self, policy: str, pack: Pack, calendar: WorkingCalendar, first: datetime, now: datetime
    ) -> None:
        self.policy = policy
        self.pack = pack
        today = calendar.local_day(now)
        since = max(calendar.local_day(first), today - LOOK_BACK, pack.valid_from or date.min)
        until = min(today, pack.valid_to or date.max)
        cadences = {periodical.cadence for periodical in pack.periodicals}
        self._begun = {
            each: dict(reporting_periods(Cadence(each), since, until, calendar.is_working_day))
            for each in cadences
        }
        self._over = {
            each: {begins: ends for begins, ends in self._begun[each].items() if ends < today}
            for each in cadences
        }

    def duty(self, unit: BankUnit, periodical: Periodical, submitted: Set[date]) -> OwedReport:
        """How that unit stands with this report, some of which it has submitted."""
        begun, over = self._begun[periodical.cadence], self._over[periodical.cadence]
        latest = next(reversed(begun.items()), None)
        return OwedReport(
            unit=unit.id,
            periodical=periodical,
            policy=self.policy,
            reporting_periods=begun,
            overdue=tuple((each, over[each]) for each in sorted(over.keys() - submitted)),
            latest=latest,
            latest_is_submitted=latest is not None and latest[0] in submitted,
            latest_is_over=latest is not None and latest[0] in over,
        )


@dataclass(frozen=True, slots=True)
class _Period:
    """The complaints about a unit and those below it that were received in a reporting period."""

    unit: str
    begins: date
    ends: date
    calendar: WorkingCalendar

    def cases(self, session: Session, counted: ColumnElement[bool]) -> tuple[Case, ...]:
        """Those that are counted, as they stand now."""
        states = session.scalars(self._of(session, CaseRow.state, counted))
        return tuple(CASE.validate_python(state) for state in states)

    def references(self, session: Session, counted: ColumnElement[bool]) -> list[str]:
        """Those that are counted, by reference."""
        return list(session.scalars(self._of(session, CaseRow.reference, counted)))

    def _of(self, session: Session, wanted: Any, counted: ColumnElement[bool]) -> Select[Any]:
        units = under({each.id: each.parent for each in read_units(session).values()}, self.unit)
        return (
            select(wanted)
            .where(CaseRow.unit.in_(units), counted)
            .where(CaseRow.received_at >= self.calendar.at(self.begins, timedelta()))
            .where(
                CaseRow.received_at < self.calendar.at(self.ends + timedelta(days=1), timedelta())
            )
            .order_by(CaseRow.received_at, CaseRow.reference)
        )


def _tables(session: Session, periodical: Periodical, cases: Iterable[Case]) -> tuple[Table, ...]:
    return tables_of(
        Form(periodical.form), cases, lambda case: published_pack(session, case.policy).conduct
    )
