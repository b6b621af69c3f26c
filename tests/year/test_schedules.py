"""A bank's year passes day by day, each started by the schedule on a real Temporal server: every
report of rules.md 1.J.3 is announced, waits under the tasks of whoever owes it, waits under those
of its receiver or stays late; after an outage of weeks each is told once.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from temporalio.client import ScheduleInfo

from domain.classification import Level, Role
from domain.directory import BankUnit, Person
from domain.events import Event
from domain.reporting import Cadence, reporting_period_of
from embedded.temporal_server import TemporalServer
from store.database import Sessions, close_database, open_database
from store.reads.inbox import inbox_of
from store.reports.duties import what_is_answered_for
from store.reports.filed import file_of_year
from store.reports.periodic import submit_periodic_report
from store.reports.received import reports_to_read
from store.reports.waiting import reports_waiting
from store.scope import reader_of
from store.tables import NoticeRow, PeriodicReportRow, PolicyVersionRow, ReportEventRow, UnitRow
from tests.bank import Bank
from tests.settings import PERSONAL_KEYS
from tests.year.by_schedule import ReportSchedule, run_of, schedule_of

pytestmark = pytest.mark.timeout(3600)

FIRST, LAST = date(2026, 1, 1), date(2027, 2, 8)
AWAY, BACK = date(2026, 6, 27), date(2026, 8, 3)
"""Nobody looks in between: no worker carries out what the schedule starts."""

Report = tuple[str, str]
"""A unit and the name of a report in its pack."""

OWED: dict[Report, tuple[Cadence, str, str]] = {
    # How often, who owes it, whom it reaches.
    ("head-office", "report-to-leaders"): (Cadence.HALF_MONTH, "hal", "lea"),
    ("key-branch", "register-key-branches"): (Cadence.HALF_MONTH, "kim", "una"),
    ("plain-branch", "register-other-branches"): (Cadence.QUARTER, "pam", "una"),
    ("plain-branch", "statistics"): (Cadence.MONTH, "pam", "una"),
    ("head-office", "statistics-head-office"): (Cadence.MONTH, "hal", "una"),
    ("key-branch", "analysis"): (Cadence.HALF_YEAR, "kim", "una"),
    ("plain-branch", "analysis-year"): (Cadence.YEAR, "pam", "una"),
    ("head-office", "analysis-to-leaders"): (Cadence.HALF_YEAR, "hal", "lea"),
    ("head-office", "analysis-year-to-leaders"): (Cadence.YEAR, "hal", "lea"),
    ("head-office", "circular"): (Cadence.QUARTER, "hal", "pam"),  # A-14; to every head of a unit
    ("head-office", "situation"): (Cadence.HALF_YEAR, "hal", "lea"),  # S-19
    ("head-office", "quarterly-analysis"): (Cadence.QUARTER, "hal", "lin"),  # E-05
    ("sub-outlet", "statistics"): (Cadence.MONTH, "sue", "una"),  # B-12
    ("client-outlet", "assessment"): (Cadence.MONTH, "cleo", "una"),  # H-06
    ("live-branch", "register-other-branches"): (Cadence.QUARTER, "liv", "una"),
    ("live-branch", "daily-report"): (Cadence.DAY, "liv", "ulf"),  # D-39
    ("live-city", "daily-report-brought-together"): (Cadence.DAY, "ciro", "gina"),  # D-39
}
LATE_BY_HABIT, NEVER = "sub-outlet", ("live-branch", "register-other-branches")
GO_LIVE_DAYS, LIVE = 31, date(2026, 11, 1)
"""The days of the go-live, on each of which its units report, and when it is over."""


def _bank() -> Bank:
    def unit(name: str, level: Level, parent: str | None, policy: str | None = None) -> BankUnit:
        return BankUnit(id=name, level=level, parent=parent, policy=policy)

    units = [
        unit("head-office", Level.HEAD_OFFICE, None, "association"),
        unit("key-branch", Level.TIER_1, "head-office"),
        unit("plain-branch", Level.TIER_1, "head-office"),
        unit("sub-outlet", Level.OUTLET, "plain-branch", "sub-branch"),
        unit("client-outlet", Level.OUTLET, "plain-branch", "client-management"),
        unit("live-branch", Level.TIER_1, "head-office", "head-office"),
        unit("live-city", Level.TIER_2, "live-branch"),
    ]
    people = [
        ("hal", "head-office", Role.SUPERVISOR), ("lea", "head-office", Role.LEADER),
        ("una", "head-office", Role.UNION), ("lin", "head-office", Role.REGULATOR_LIAISON),
        ("kim", "key-branch", Role.SUPERVISOR), ("pam", "plain-branch", Role.SUPERVISOR),
        ("sue", "sub-outlet", Role.SUPERVISOR), ("cleo", "client-outlet", Role.SUPERVISOR),
        ("liv", "live-branch", Role.SUPERVISOR), ("ulf", "live-branch", Role.UNION),
        ("gina", "live-branch", Role.LEADING_GROUP), ("ciro", "live-city", Role.SUPERVISOR),
    ]  # fmt: skip
    return Bank(
        units={each.id: each for each in units},
        people={name: Person(id=name, unit=at, roles=(role,)) for name, at, role in people},
    )


BANK = _bank()


@dataclass
class Passed:
    """What people saw while the year passed, by report and the first day of its period."""

    sessions: Sessions
    waited: dict[tuple[Report, date], set[bool]] = field(default_factory=lambda: defaultdict(set))
    """Whether each stood under the tasks of whoever owes it, not overdue or overdue."""
    pending: set[tuple[Report, date]] = field(default_factory=set)
    """Of what word has gone out and nobody has submitted."""
    seen: int = 0
    """The last event of which people have heard."""
    waited_for: list[str] = field(default_factory=list)
    """The runs that were under way when the outage ended."""
    outage: ScheduleInfo | None = None
    """What the server says of the schedule then."""

    def told(self, event: Event) -> dict[tuple[Report, date], int]:
        """How often that was told of a report, and that somebody got word of each."""
        found: dict[tuple[Report, date], int] = defaultdict(int)
        with self.sessions() as session:
            rows = session.execute(
                select(ReportEventRow.unit, ReportEventRow.periodical, ReportEventRow.begins).where(
                    ReportEventRow.event == event,
                    ReportEventRow.id.in_(select(NoticeRow.report_event)),
                )
            )
            for unit, name, begins in rows:
                found[(unit, name), begins] += 1
        return found

    def submitted(self) -> dict[tuple[Report, date], bool]:
        """Whether each that was submitted is late."""
        with self.sessions() as session:
            rows = session.scalars(select(PeriodicReportRow))
            return {((row.unit, row.periodical), row.begins): row.is_late for row in rows}


@pytest.fixture(scope="module")
async def passed(
    database_with_packs: Callable[[], str],
    temporal: TemporalServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Passed]:
    """The year: at every close of business the schedule starts a run, and people come after it."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    since = datetime(2025, 12, 31, 16, tzinfo=UTC)
    with sessions.begin() as session:
        BANK.moves_into(session)
        session.execute(update(PolicyVersionRow).values(published_at=since))
        session.execute(update(UnitRow).values(checked_since=since))
        session.execute(update(UnitRow).where(UnitRow.id == "key-branch").values(is_key=True))
    year = Passed(sessions)
    folder = tmp_path_factory.mktemp("schedules")
    async with schedule_of(temporal, sessions, folder, "redress-reports") as schedule:
        async with schedule.is_served():
            for day in _days(FIRST, AWAY):
                await _a_day(year, schedule, _closing(day))
        await _outage(year, schedule)
        async with schedule.is_served():
            await schedule.is_over(_closing(AWAY))
            for day in _days(BACK, LAST + timedelta(days=1)):
                if day == LIVE:
                    with sessions.begin() as session:
                        over = update(PolicyVersionRow).where(PolicyVersionRow.name == "go-live")
                        session.execute(over.values(is_current=False))
                await _a_day(year, schedule, _closing(day))
    yield year
    close_database(sessions)


def _days(first: date, end: date) -> list[date]:
    return [first + timedelta(days=each) for each in range((end - first).days)]


def _closing(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


async def _outage(year: Passed, schedule: ReportSchedule) -> None:
    """The schedule goes on for weeks, and nobody is there to carry anything out."""
    for day in _days(AWAY, BACK):
        await schedule.starts(_closing(day))
    year.waited_for = await schedule.under_way()
    year.outage = (await schedule.described()).info
    schedule.it_is(_closing(BACK))


async def _a_day(year: Passed, schedule: ReportSchedule, closing: datetime) -> None:
    """What happens by itself at close of business, then what people find and submit."""
    await schedule.passes(closing)
    with year.sessions() as session:
        events = session.execute(
            select(
                ReportEventRow.id,
                ReportEventRow.unit,
                ReportEventRow.periodical,
                ReportEventRow.begins,
            ).where(ReportEventRow.id > year.seen)
        ).all()
    today = closing.date()
    new = {((row.unit, row.periodical), row.begins) for row in events} & set(EVERY)
    year.seen = max((row.id for row in events), default=year.seen)
    year.pending |= new
    # Whoever has heard of something looks at their tasks, and comes back until it is done.
    daily = {each for each in EVERY if OWED[each[0]][0] is Cadence.DAY and each[1] == today}
    waiting = {each for each in year.pending if each[0] != NEVER}
    for person in sorted({OWED[report][1] for report, _ in new | waiting | daily}):
        with year.sessions.begin() as session:
            by = BANK.actor(person)
            for each in reports_waiting(
                session, what_is_answered_for(session, reader_of(session, by), closing), closing
            ):
                report = each.unit, each.periodical.name
                if report not in OWED or OWED[report][1] != person:
                    continue
                year.waited[report, each.begins].add(each.is_overdue)
                overslept = closing - each.due_at > timedelta(days=10)
                ready = overslept if each.unit == LATE_BY_HABIT else each.can_be_submitted
                if ready and report != NEVER:
                    words = {part.name: "Nothing to add." for part in each.periodical.written}
                    submit_periodic_report(session, *report, each.begins, by, closing, words)
                    year.pending.discard((report, each.begins))


def periods(report: Report) -> list[date]:
    """The first days of its periods in the year; of daily ones in the first month of a go-live."""
    cadence = OWED[report][0]
    begun = date(2026, 10, 1) if cadence is Cadence.DAY else FIRST
    beyond = begun + timedelta(days=GO_LIVE_DAYS) if cadence is Cadence.DAY else date(2027, 1, 1)
    found = []
    while begun < beyond:
        begins, ends = reporting_period_of(cadence, begun)
        found.append(begins)
        begun = ends + timedelta(days=1)
    return found


EVERY = [(report, begins) for report in OWED for begins in periods(report)]
IN_THE_OUTAGE = [
    (("head-office", "report-to-leaders"), date(2026, 6, 16)),
    (("head-office", "report-to-leaders"), date(2026, 7, 1)),
    (("key-branch", "register-key-branches"), date(2026, 6, 16)),
    (("key-branch", "register-key-branches"), date(2026, 7, 1)),
    (("plain-branch", "register-other-branches"), date(2026, 4, 1)),
    (("live-branch", "register-other-branches"), date(2026, 4, 1)),
    (("plain-branch", "statistics"), date(2026, 6, 1)),
    (("head-office", "statistics-head-office"), date(2026, 6, 1)),
    (("key-branch", "analysis"), date(2026, 1, 1)),
    (("head-office", "analysis-to-leaders"), date(2026, 1, 1)),
    (("head-office", "circular"), date(2026, 4, 1)),
    (("head-office", "situation"), date(2026, 1, 1)),
    (("head-office", "quarterly-analysis"), date(2026, 4, 1)),
    (("sub-outlet", "statistics"), date(2026, 6, 1)),
    (("client-outlet", "assessment"), date(2026, 6, 1)),
]
"""Announced and due while the engine was away."""


def test_there_are_as_many_periods_as_a_year_has() -> None:
    assert {report: len(periods(report)) for report in OWED} == {
        report: {
            Cadence.HALF_MONTH: 24, Cadence.MONTH: 12, Cadence.QUARTER: 4, Cadence.HALF_YEAR: 2,
            Cadence.YEAR: 1, Cadence.DAY: GO_LIVE_DAYS,
        }[cadence]
        for report, (cadence, _, _) in OWED.items()
    }  # fmt: skip


def test_weeks_without_a_worker_leave_one_run_that_waits_for_it(passed: Passed) -> None:
    assert passed.outage is not None
    assert passed.waited_for == [run_of(_closing(AWAY))]
    assert passed.outage.num_actions == (AWAY - FIRST).days + 1, "a run a day until then"
    assert passed.outage.num_actions_skipped_overlap == (BACK - AWAY).days - 1


def test_each_is_announced_once_unless_it_fell_due_in_the_outage(passed: Passed) -> None:
    told = passed.told(Event.REPORT_ANNOUNCED)
    for report, begins in EVERY:
        is_daily = OWED[report][0] is Cadence.DAY
        expected = 0 if is_daily or (report, begins) in IN_THE_OUTAGE else 1
        assert told.get((report, begins), 0) == expected, (report, begins)


def test_each_stands_under_the_tasks_of_whoever_owes_it(passed: Passed) -> None:
    for report, begins in EVERY:
        assert passed.waited[report, begins], (report, begins)


def test_after_the_outage_each_is_caught_up_once_and_stays_late(passed: Passed) -> None:
    told, submitted = passed.told(Event.REPORT_OVERDUE), passed.submitted()
    for each in IN_THE_OUTAGE:
        assert told.get(each, 0) == 1, each
        assert submitted.get(each, False) == (each[0] != NEVER), each


def test_what_comes_in_time_is_never_told_as_overdue_and_what_does_not_stays_late(
    passed: Passed,
) -> None:
    told, submitted = passed.told(Event.REPORT_OVERDUE), passed.submitted()
    for report, begins in EVERY:
        each = report, begins
        if each in IN_THE_OUTAGE:
            continue
        if report == NEVER:
            assert each not in submitted
            assert passed.waited[each] == {False, True}
        elif report[0] == LATE_BY_HABIT:
            assert submitted[each]
        else:
            assert not submitted[each], each
        is_late = report == NEVER or report[0] == LATE_BY_HABIT
        assert told.get(each, 0) == is_late, each


def test_each_that_was_submitted_reaches_its_receiver(passed: Passed) -> None:
    received = passed.told(Event.REPORT_RECEIVED)
    for report, begins in EVERY:
        if report != NEVER:
            assert received.get((report, begins), 0) == 1, (report, begins)
    for receiver in sorted({receiver for _, _, receiver in OWED.values()}):
        with passed.sessions() as session:
            inbox = inbox_of(session, reader_of(session, BANK.actor(receiver)))
        heard = {each.report.unit for each in inbox if each.report is not None}
        assert heard & {report[0] for report, each in OWED.items() if each[2] == receiver}


def test_each_waits_under_the_tasks_of_its_receiver_until_it_is_read(passed: Passed) -> None:
    for report, begins in EVERY:
        if report != NEVER:
            with passed.sessions() as session:
                waiting = reports_to_read(session, OWED[report][2])
            found = {(each.unit, each.periodical.name, each.begins) for each in waiting}
            assert (*report, begins) in found


def test_a_14_a_circular_reaches_the_head_of_every_unit_but_its_own(passed: Passed) -> None:
    heads = {name for name, each in BANK.people.items() if Role.SUPERVISOR in each.roles} - {"hal"}
    with passed.sessions() as session:
        read_by = {
            head: {each.periodical.name for each in reports_to_read(session, head)}
            for head in heads
        }
    assert {head for head, names in read_by.items() if "circular" in names} == heads


def test_a_57_all_of_them_lie_in_the_file_of_the_year(passed: Passed) -> None:
    with passed.sessions() as session:
        una = reader_of(session, BANK.actor("una"))
        whole = file_of_year(session, una, sorted(BANK.units), 2026, 1)
    listed = [each for each in EVERY if each[0] != NEVER]
    late = [each for each in listed if each in IN_THE_OUTAGE or each[0][0] == LATE_BY_HABIT]
    assert whole.count >= len(listed)
    assert whole.late == len(late)
