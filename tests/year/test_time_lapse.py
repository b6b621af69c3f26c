"""The generated year passes day by day, each started by the schedule on a real Temporal server:
every report of rules.md 1.J.3 falls due, is submitted by whoever owes it, and waits under the tasks
of whom it goes to."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from bench.year.bank import bank_of_the_year
from domain.events import Event
from domain.policy import Pack
from domain.report_tables import Part
from domain.reporting import Cadence, owes, receivers_of
from embedded.temporal_server import TemporalServer
from rulebook.calendars import load_calendar
from rulebook.packs import read_pack
from store.database import Sessions, close_database, open_database
from store.reports.duties import Duties, what_is_answered_for
from store.reports.periodic import submit_periodic_report
from store.reports.received import reports_to_read
from store.reports.waiting import reports_waiting
from store.scope import reader_of
from store.tables import NoticeRow, PeriodicReportRow, PolicyVersionRow, ReportEventRow
from tests.settings import PERSONAL_KEYS
from tests.year.by_schedule import schedule_of
from tests.year.told import OF_THE_REPORT, TOLD

pytestmark = pytest.mark.timeout(3600)

FIRST, LAST = date(2026, 1, 1), date(2027, 2, 8)
LIVE, OVER = date(2026, 10, 12), date(2026, 10, 19)
"""From when until when a system goes live in the line of one branch (D-39)."""

BANK = bank_of_the_year()
DIRECTORY = BANK.directory

Period = tuple[str, str, date]
"""A unit, a report in its pack, and the first day of a period."""

CATALOGUE: Mapping[str, int] = {
    # Reports of rules.md 1.J.3, and how many periods each has in the year.
    "report-to-leaders": 24,
    "register-key-branches": 24,
    "register-other-branches": 4,
    "statistics-head-office": 12,
    "statistics": 12,  # B-12
    "analysis": 2, "analysis-year": 1,
    "analysis-to-leaders": 2, "analysis-year-to-leaders": 1,
    "circular": 4,
    "situation": 2,  # S-19
    "daily-report": 5, "daily-report-brought-together": 5,  # D-39
    "quarterly-analysis": 4,  # E-05
    "assessment": 12,  # H-06
}  # fmt: skip


@dataclass
class Lapse:
    """What the year left behind."""

    sessions: Sessions
    stood: set[Period] = field(default_factory=set)
    """Those that stood under the tasks of whoever owes them."""
    pending: dict[str, set[Period]] = field(default_factory=lambda: defaultdict(set))
    """What each has heard of and not submitted yet."""
    seen: int = 0
    """The last event of which people have heard."""


@pytest.fixture(scope="module")
async def lapse(
    year: Callable[[], str], temporal: TemporalServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lapse]:
    """Every close of business of the year; whoever owes something submits it when they can."""
    sessions = open_database(year(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    _look_into_every_book(sessions)
    with sessions.begin() as session:
        session.connection().exec_driver_sql(TOLD)
        goes_live = update(PolicyVersionRow).where(PolicyVersionRow.name == "go-live")
        begins = datetime(LIVE.year, LIVE.month, LIVE.day, tzinfo=UTC)
        session.execute(goes_live.values(published_at=begins))
    passed = Lapse(sessions)
    calendar = load_calendar(read_pack("head-office")[0].calendar)
    folder = tmp_path_factory.mktemp("lapse")
    async with (
        schedule_of(temporal, sessions, folder, "redress-time-lapse") as schedule,
        schedule.is_served(),
    ):
        for day in (FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1)):
            if not calendar.is_working_day(day):
                continue  # No office closes on that day.
            if day == OVER:
                with sessions.begin() as session:
                    session.execute(goes_live.values(is_current=False))
            closing = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
            await schedule.passes(closing)
            _people_come(passed, closing)
    assert not any(passed.pending.values())
    yield passed
    close_database(sessions)


def _people_come(passed: Lapse, closing: datetime) -> None:
    """Whoever has heard of something looks at their tasks, and comes back until it is done."""
    day = closing.date()
    with passed.sessions() as session:
        for event in session.scalars(
            select(ReportEventRow).where(
                ReportEventRow.id > passed.seen, ReportEventRow.event == Event.REPORT_ANNOUNCED
            )
        ):
            passed.seen = max(passed.seen, event.id)
            report = event.unit, event.periodical, event.begins
            passed.pending[whoever_owes(event.unit)].add(report)
        if LIVE <= day < OVER:
            for duty in Duties(session, closing, timedelta(0)).of(sorted(BANK.units)):
                if duty.periodical.cadence == Cadence.DAY:
                    report = duty.unit, duty.periodical.name, day
                    passed.pending[whoever_owes(duty.unit)].add(report)
    for person in sorted(each for each, owed in passed.pending.items() if owed):
        passed.pending[person] -= _submit(passed, person, passed.pending[person], closing)


@cache
def whoever_owes(unit: str) -> str:
    """Who answers for the reports of a unit; it is the same all year."""
    person = owes(unit, DIRECTORY)
    assert person is not None
    return person


def _submit(passed: Lapse, person: str, owed: set[Period], now: datetime) -> set[Period]:
    """What this person finds under their tasks and can submit."""
    done = set()
    with passed.sessions.begin() as session:
        by = BANK.actor(person)
        answered = what_is_answered_for(session, reader_of(session, by), now)
        for each in reports_waiting(session, answered, now):
            report = each.unit, each.periodical.name, each.begins
            if report not in owed:
                continue
            passed.stood.add(report)
            if each.can_be_submitted:
                words = {
                    part.name: f"{part.title['en']}: see above." for part in each.periodical.written
                }
                submit_periodic_report(session, *report, by, now, words)
                done.add(report)
    return done


def _look_into_every_book(sessions: Sessions) -> None:
    """The daily checks are confirmed: they have no figures, and are told of elsewhere."""
    rows: list[dict[str, Any]] = []
    with sessions() as session:
        closing = datetime(LAST.year, LAST.month, LAST.day, 23, tzinfo=UTC)
        for duty in Duties(session, closing, timedelta(days=500)).of(sorted(BANK.units)):
            if duty.is_check:
                rows += [
                    {
                        "unit": duty.unit, "periodical": duty.periodical.name, "begins": begins,
                        "ends": ends, "policy": duty.policy,
                        "submitted_by": whoever_owes(duty.unit), "cases": 0, "tables": [],
                    }
                    for begins, ends in duty.reporting_periods.items()
                ]  # fmt: skip
    for first in range(0, len(rows), 1_000):
        with sessions.begin() as session:
            session.execute(insert(PeriodicReportRow), rows[first : first + 1_000])


def periods_of_the_year(lapse: Lapse) -> dict[Period, PeriodicReportRow]:
    """What was submitted about the year, without daily checks."""
    with lapse.sessions() as session:
        rows = session.scalars(
            select(PeriodicReportRow).where(PeriodicReportRow.ends < date(2027, 1, 1))
        )
        return {
            (row.unit, row.periodical, row.begins): row
            for row in rows
            if row.periodical in CATALOGUE
        }


def test_every_report_of_the_catalogue_is_submitted_for_each_of_its_periods_and_none_is_late(
    lapse: Lapse,
) -> None:
    found = periods_of_the_year(lapse)
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for unit, name, _ in found:
        counted[unit, name] += 1
    assert {name for _, name in counted} == set(CATALOGUE)
    for (unit, name), number in counted.items():
        assert number == CATALOGUE[name], (unit, name)
    assert not [each for each, row in found.items() if row.is_late]
    assert set(found) <= lapse.stood, "each stood under the tasks of whoever owes it"


def test_each_waits_under_the_tasks_of_whom_it_goes_to(lapse: Lapse) -> None:
    found = periods_of_the_year(lapse)
    to_read: dict[str, set[Period]] = {}
    with lapse.sessions() as session:
        for person in session.scalars(select(NoticeRow.recipient).distinct()).all():
            waiting = reports_to_read(session, person)
            to_read[person] = {(each.unit, each.periodical.name, each.begins) for each in waiting}
    packs: dict[str, Pack] = {}
    for (unit, name, begins), row in found.items():
        pack = packs.setdefault(row.policy, read_pack(row.policy.partition("@")[0])[0])
        periodical = pack.periodical(name)
        receivers = set(receivers_of(periodical, unit, DIRECTORY)) - {row.submitted_by}
        assert receivers or periodical.to, (unit, name)
        for receiver in receivers:
            assert (unit, name, begins) in to_read[receiver], (unit, name, begins, receiver)


@pytest.mark.parametrize(
    "report",
    [
        ("head-office", "report-to-leaders", date(2026, 9, 1)),
        ("head-office", "statistics-head-office", date(2026, 4, 1)),
        ("head-office", "analysis-to-leaders", date(2026, 1, 1)),
        ("head-office", "analysis-year-to-leaders", date(2026, 1, 1)),
        ("head-office", "circular", date(2026, 7, 1)),
        ("head-office", "situation", date(2026, 7, 1)),
        ("head-office", "quarterly-analysis", date(2026, 10, 1)),
        ("branch-03", "statistics", date(2026, 11, 1)),
        ("outlet-027", "statistics", date(2026, 2, 1)),
        ("branch-06", "daily-report", date(2026, 10, 14)),
        ("outlet-006", "daily-report-brought-together", date(2026, 10, 15)),
    ],
    ids=lambda report: f"{report[1]} of {report[0]}",
)
def test_the_figures_that_were_submitted_are_those_of_the_journals(
    lapse: Lapse, report: Period
) -> None:
    row = periods_of_the_year(lapse)[report]
    tables = {table["part"]: table["rows"] for table in row.tables}
    with lapse.sessions() as session:
        asked = {"unit": row.unit, "begins": row.begins, "ends": row.ends}
        said = session.execute(
            text(
                """select count(*) as received,
                    count(*) filter (where is_settled) as settled,
                    count(*) filter (where is_late) as late,
                    count(*) filter (where is_settled and responsibility <> 'not_bank')
                        as own_fault,
                    count(*) filter (where is_settled and causes like '%business_error%')
                        as staff_errors
                """
                + OF_THE_REPORT
            ),
            asked,
        ).one()
        by_category = dict(
            tuple(each)
            for each in session.execute(
                text("select category, count(*)" + OF_THE_REPORT + " group by 1"), asked
            )
        )
    assert dict(map(tuple, tables[Part.FIGURES])) == said._asdict()
    assert {name: count for name, count in tables[Part.CATEGORIES] if count} == by_category
    assert row.cases == said.received
