"""Reports that units owe: which are open or overdue, what each says, and what was submitted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Actor, Case
from domain.directory import under
from domain.errors import NotFit, Refusal, Refused
from domain.periodicals import Periodical
from domain.permission_names import Permission
from domain.permissions import holds, may, not_your_role
from domain.relations import Reader, relations_to_unit
from domain.report_tables import Table, tables_of
from domain.reporting import (
    Form,
    due_day,
    due_instant,
    first_day_to_submit,
    flaws_of_words,
    is_owed,
)
from domain.working_time import WorkingCalendar
from rulebook.calendars import load_calendar
from rulebook.texts import read_text_limits
from store.evidence.audit import Action, note
from store.people.directory import read_units
from store.policies.packs import published_pack
from store.reports.checks import DailyCheck, days_of_check
from store.reports.duties import Duties, OwedReport
from store.reports.telling import ReportDue, hold_units, is_told_as_late, tell_of_submission
from store.scope import cases_for, is_nobodys_own, reader_of
from store.tables import CaseRow, PeriodicReportRow
from store.values import CASE, to_json

TABLES = TypeAdapter(tuple[Table, ...])

NO_WORDS: Mapping[str, str] = {}
"""Of a report that is figures alone."""

OFFICIAL = is_nobodys_own()
"""What is counted in the figures that a unit submits: all but what one office has to itself, which
reports on it by its own way (A-43, C-10)."""


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
    words: Mapping[str, str]
    """What was written in it, by its parts; nothing unless it is as submitted."""
    is_as_submitted: bool
    """Whether the tables are those that were submitted, and all of them are this reader's."""
    there_are: int
    """How many there are by now of those that this reader has counted."""
    is_overdue: bool
    is_too_early: bool
    """Whether the period has days to come; the figures are not those of the whole."""
    first_day: date
    """From which day on it can be submitted."""
    submitted_by: str | None
    submitted_at: datetime | None
    due_at: datetime
    due_day: date
    is_late: bool
    """Whether it was submitted after it was due, or told as missed; it stays so."""
    earlier: date | None
    """First day of the period before, when there is one."""
    later: date | None
    days: tuple[DailyCheck, ...]
    """Of a check: the last days, and how each stands; empty for any other report."""

    @property
    def came_later(self) -> int:
        """Complaints of this period that were taken down or came to the unit after it submitted."""
        return max(0, self.there_are - self.cases) if self.is_as_submitted else 0

    @property
    def due(self) -> ReportDue:
        """What word of it says."""
        return ReportDue(
            unit=self.unit,
            periodical=self.periodical,
            begins=self.begins,
            ends=self.ends,
            policy=self.policy,
            due_at=self.due_at,
        )


def duties_of(session: Session, units: Collection[str], now: datetime) -> tuple[OwedReport, ...]:
    """Every report these units owe: what is overdue first."""
    found = Duties(session, now).of(units)
    return tuple(
        sorted(found, key=lambda each: (not each.overdue, each.unit, each.periodical.name))
    )


def find_periodic_report(
    session: Session,
    reader: Reader,
    unit: str,
    periodical: str,
    begins: date,
    now: datetime,
    ends: date | None = None,
) -> PeriodicReport | None:
    """The report of that unit for the period that begins on this day, if the unit owes it or has
    submitted it, and this person answers for its reports. Of one that nobody owes, `ends` says up
    to which day it is; of any other, and once it is submitted, that is known.

    The figures are those of the cases that this person may have counted. What was submitted is told
    as it was to whoever may have all of those counted, and counted anew to everybody else.
    """
    if not may(Permission.ANSWER_FOR_REPORTS, reader.roles, relations_to_unit(reader, unit)):
        return None
    counted = cases_for(Permission.COUNT_CASE, reader)
    return _find(session, counted, unit, periodical, begins, now, ends)


def _find(
    session: Session,
    counted: ColumnElement[bool],
    unit: str,
    periodical: str,
    begins: date,
    now: datetime,
    until: date | None,
) -> PeriodicReport | None:
    duty = next(
        (e for e in Duties(session, now).of([unit]) if e.periodical.name == periodical), None
    )
    row = session.get(PeriodicReportRow, (unit, periodical, begins))
    ends = duty.ends_of(begins, until) if duty else None
    if row is not None:
        policy, ends = row.policy, row.ends
    elif duty is not None and ends is not None:
        policy = duty.policy
    else:
        return None
    pack = published_pack(session, policy)
    asked_for = pack.periodical(periodical)
    calendar = load_calendar(pack.calendar)
    period = _Period(unit, begins, ends, calendar)
    references = period.references(session, counted)
    is_whole = references == period.references(session, OFFICIAL)
    kept = row if is_whole else None
    cases = () if kept else period.cases(session, counted)
    today = calendar.local_day(now)
    due_at = (row.due_at if row else None) or due_instant(asked_for, ends, calendar)
    neighbours = duty.reporting_periods.keys() if duty else ()
    return PeriodicReport(
        unit=unit,
        periodical=asked_for,
        policy=policy,
        begins=begins,
        ends=ends,
        tables=TABLES.validate_python(kept.tables) if kept else _tables(session, asked_for, cases),
        cases=kept.cases if kept else len(cases),
        words=kept.words if kept else NO_WORDS,
        is_as_submitted=kept is not None,
        there_are=len(references),
        is_overdue=row is None and now >= due_at and is_owed(asked_for),
        is_too_early=row is None and today < first_day_to_submit(asked_for, ends),
        first_day=first_day_to_submit(asked_for, ends),
        submitted_by=row.submitted_by if row else None,
        submitted_at=row.submitted_at if row else None,
        due_at=due_at,
        due_day=due_day(asked_for, ends, calendar),
        is_late=row is not None and row.is_late,
        earlier=max((each for each in neighbours if each < begins), default=None),
        later=min((each for each in neighbours if each > begins), default=None),
        days=days_of_check(session, duty, now) if duty and duty.is_check else (),
    )


def submit_periodic_report(
    session: Session,
    unit: str,
    periodical: str,
    begins: date,
    by: Actor,
    now: datetime,
    words: Mapping[str, str] = NO_WORDS,
    ends: date | None = None,
) -> None:
    """Keep the figures as they are now, and what was written: the unit has reported. The same again
    changes nothing. `ends` says up to which day a report is that nobody owes.

    They are those of every case that no office has to itself, whoever submits: a complaint about
    the one who submits is counted like any other.

    Raises `Refused` for whoever may not answer for a report, before the last day of the period, and
    where something else was submitted: nobody's words are dropped unsaid; `NotFit` for words that
    are missing or will not do; `LookupError` when the unit owes no such report, or is not this
    person's to answer for.
    """
    report = hold_report(session, unit, periodical, begins, by, now, ends)
    if report.is_too_early:
        raise Refused(Refusal.REPORT_TOO_EARLY, day=report.first_day.isoformat())
    written = words_of(report.periodical, words)
    if report.submitted_at is not None and report.words == written:
        return
    if report.submitted_at is not None:
        raise Refused(Refusal.REPORT_MOVED_ON)
    owed = is_owed(report.periodical)
    is_late = owed and (now > report.due_at or is_told_as_late(session, unit, periodical, begins))
    is_new = session.scalar(
        insert(PeriodicReportRow)
        .values(
            unit=unit,
            periodical=periodical,
            begins=begins,
            ends=report.ends,
            policy=report.policy,
            submitted_by=by.person,
            submitted_at=now,
            due_at=report.due_at if owed else None,
            is_late=is_late,
            cases=report.cases,
            tables=to_json(TABLES, report.tables),
            words=written,
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
            **({"late": "true"} if is_late else {}),
        )
        if report.periodical.form != Form.CHECK:
            tell_of_submission(session, report.due, by.person)


def words_of(periodical: Periodical, words: Mapping[str, str]) -> dict[str, str]:
    """What is kept of what somebody wrote in a report: the parts that its pack names, and no
    others. Raises `NotFit` with everything that is wrong with them."""
    flaws = [*flaws_of_words(periodical, words, read_text_limits().with_an_act)]
    if flaws:
        raise NotFit(flaws)
    return {part.name: words[part.name].strip() for part in periodical.written}


def hold_report(
    session: Session,
    unit: str,
    periodical: str,
    begins: date,
    by: Actor,
    now: datetime,
    ends: date | None = None,
) -> PeriodicReport:
    """The report of a unit as it stands for everybody, held until the commit, for whoever answers
    for it. Raises `Refused` for whoever never does; `LookupError` when the unit owes no such report
    or is not this person's to answer for.
    """
    if not holds(by.roles, Permission.ANSWER_FOR_REPORTS):
        raise not_your_role(Permission.ANSWER_FOR_REPORTS)
    here = relations_to_unit(reader_of(session, by), unit)
    is_theirs = may(Permission.ANSWER_FOR_REPORTS, by.roles, here)
    hold_units(session, unit)
    found = (session, OFFICIAL, unit, periodical, begins, now, ends)
    report = _find(*found) if is_theirs else None
    if report is None:
        raise LookupError(f"{unit} owes no {periodical} for {begins}")
    return report


def cases_told(
    session: Session, reader: Reader, rows: Sequence[PeriodicReportRow]
) -> Iterator[int]:
    """Of how many complaints each of these submitted reports tells this person: of all, or of those
    alone that they have counted, where these are not all."""
    counted = cases_for(Permission.COUNT_CASE, reader)
    # Hardly anybody is told apart from others: one look at all of these days says who is not.
    is_told_apart = bool(rows) and _differs(session, counted, rows)
    for row in rows:
        calendar = load_calendar(published_pack(session, row.policy).calendar)
        period = _Period(row.unit, row.begins, row.ends, calendar)
        if is_told_apart and period.differs(session, counted):
            yield len(period.references(session, counted))
        else:
            yield row.cases


def _differs(
    session: Session, counted: ColumnElement[bool], rows: Sequence[PeriodicReportRow]
) -> bool:
    """Whether any complaint of about these days is counted by the reader and not for the figures of
    a unit, or the other way round."""
    day = timedelta(days=1)  # wherever on earth a day begins
    first = datetime.combine(min(row.begins for row in rows), time.min, UTC) - day
    last = datetime.combine(max(row.ends for row in rows), time.max, UTC) + day
    of_these_days = CaseRow.received_at.between(first, last)
    return session.scalar(select(exists().where(of_these_days, _either_alone(counted)))) is True


def _either_alone(counted: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(and_(counted, not_(OFFICIAL)), and_(OFFICIAL, not_(counted)))


def figures_now(session: Session, report: PeriodicReport) -> tuple[tuple[Table, ...], int]:
    """What the report would say if it were submitted now, and of how many complaints."""
    calendar = load_calendar(published_pack(session, report.policy).calendar)
    period = _Period(report.unit, report.begins, report.ends, calendar)
    cases = period.cases(session, OFFICIAL)
    return _tables(session, report.periodical, cases), len(cases)


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

    def differs(self, session: Session, counted: ColumnElement[bool]) -> bool:
        """Whether these are others than those that go into the figures of the unit."""
        others = self._of(session, CaseRow.reference, _either_alone(counted))
        return session.scalar(others.limit(1)) is not None

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
