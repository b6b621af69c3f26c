"""What units owe: folded from packs, submitted once, and kept as it was."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from domain.classification import Business, Category
from domain.errors import Refusal, Refused
from domain.report_tables import Part
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.evidence.audit import Action
from store.reports.filed import file_of_year
from store.reports.periodic import (
    PeriodicReport,
    duties_of,
    find_periodic_report,
    submit_periodic_report,
)
from store.tables import AuditRow, PeriodicReportRow, PolicyVersionRow, UnitRow
from tests.bank import SMALL
from tests.builders import MONDAY, a_bank, a_complaint, actor, reader
from tests.settings import PERSONAL_KEYS

OCTOBER = date(2026, 10, 1)
END_OF_OCTOBER = datetime(2026, 10, 31, 8, tzinfo=UTC)
STATISTICS = ("east-branch", "statistics", OCTOBER)


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank whose rules are in force since the first of October."""
    sessions = open_database(database_with_packs(), personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        session.execute(
            update(PolicyVersionRow).values(published_at=datetime(2026, 10, 1, 4, tzinfo=UTC))
        )
        a_bank(session)
    yield sessions
    close_database(sessions)


def owed_by(sessions: Sessions, unit: str, now: datetime = MONDAY) -> dict[str, tuple[int, bool]]:
    """How many of each report a unit has not submitted, and whether that of today is there."""
    with sessions() as session:
        return {
            each.periodical.name: (
                len(each.overdue),
                each.latest_is_submitted,
            )
            for each in duties_of(session, [unit], now)
        }


def submit(sessions: Sessions, by: str = "sun", now: datetime = MONDAY) -> None:
    with sessions.begin() as session:
        submit_periodic_report(session, *STATISTICS, actor(by), now)


def found(sessions: Sessions, now: datetime = MONDAY, by: str = "hong") -> PeriodicReport:
    with sessions() as session:
        report = find_periodic_report(session, reader(by), *STATISTICS, now)
    assert report is not None
    return report


def take_down(
    sessions: Sessions,
    category: Category = Category.WORK_ERROR,
    business: Business | None = None,
) -> None:
    about = {"received_at": datetime(2026, 10, 12, 2, tzinfo=UTC), "category": category}
    with sessions.begin() as session:
        receive(session, a_complaint(business=business, **about), actor("ines"))


def test_a_branch_owes_by_the_rules_of_the_unit_above_it_from_the_day_they_were_published(
    sessions: Sessions,
) -> None:
    owed = owed_by(sessions, "east-branch")
    assert owed["statistics"] == (1, False), "October's, and November's is not due yet"
    assert owed["register-other-branches"] == (0, False)
    assert "register-key-branches" not in owed


def test_25_the_register_an_ordinary_branch_did_not_submit_is_overdue_with_the_quarter(
    sessions: Sessions,
) -> None:
    ten_working_days_later = datetime(2027, 1, 14, 9, tzinfo=UTC)
    before = ten_working_days_later - timedelta(seconds=1)
    assert owed_by(sessions, "east-branch", before)["register-other-branches"] == (0, False)
    after = owed_by(sessions, "east-branch", ten_working_days_later)
    assert after["register-other-branches"] == (1, False)


def test_24_a_branch_the_bank_calls_key_owes_the_register_every_half_month(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        session.execute(update(UnitRow).where(UnitRow.id == "east-branch").values(is_key=True))
    owed = owed_by(sessions, "east-branch")
    assert owed["register-key-branches"] == (2, False)
    assert "register-other-branches" not in owed


def test_63_while_the_go_live_plan_is_in_force_every_unit_owes_a_report_a_day(
    sessions: Sessions,
) -> None:
    for unit in SMALL.units:
        assert owed_by(sessions, unit)["daily-report"] == (39, False)


def test_the_opinion_book_is_owed_on_working_days_only(sessions: Sessions) -> None:
    holiday = datetime(2026, 10, 7, 4, tzinfo=UTC)
    assert owed_by(sessions, "harbour-outlet", holiday)["opinion-book"] == (0, False)
    back_at_work = datetime(2026, 10, 9, 4, tzinfo=UTC)
    assert owed_by(sessions, "harbour-outlet", back_at_work)["opinion-book"] == (1, False)


def test_a_desk_within_head_office_reports_with_head_office(sessions: Sessions) -> None:
    assert "report-to-leaders" in owed_by(sessions, "head-office")
    assert "report-to-leaders" not in owed_by(sessions, "hotline")


def test_a_report_of_a_branch_is_about_its_outlets_too(sessions: Sessions) -> None:
    take_down(sessions, Category.WORK_ERROR)
    take_down(sessions, Category.SERVICE_PRODUCT, Business.LOANS)
    tables = {each.part: each.rows for each in found(sessions).tables}
    assert ("received", 2) in tables[Part.FIGURES]
    assert {row[0]: row[1] for row in tables[Part.CATEGORIES]} == dict.fromkeys(Category, 0) | {
        "work_error": 1,
        "service_product": 1,
    }, "all eight, zeros too (A-57)"
    by_business = {row[0]: row[1] for row in tables[Part.BUSINESSES]}
    assert by_business == dict.fromkeys(Business, 0) | {"loans": 1, None: 1}
    assert tables[Part.UNITS] == (("harbour-outlet", 2),)


def test_without_complaints_the_report_says_nought_and_is_a_report(sessions: Sessions) -> None:
    submit(sessions)
    assert owed_by(sessions, "east-branch")["statistics"] == (0, False)
    report = found(sessions)
    assert (report.cases, report.submitted_by) == (0, "sun")


def test_what_was_submitted_stays_as_it_was_and_says_what_came_later(sessions: Sessions) -> None:
    take_down(sessions)
    submit(sessions)
    take_down(sessions)
    report = found(sessions)
    assert (report.cases, report.came_later) == (1, 1)
    assert ("received", 1) in report.tables[0].rows


def test_a_report_submitted_twice_is_one_report_of_the_first_to_submit(
    sessions: Sessions,
) -> None:
    submit(sessions, "sun")
    submit(sessions, "hong")
    with sessions() as session:
        (row,) = session.scalars(select(PeriodicReportRow)).all()
        assert row.submitted_by == "sun"
        noted = select(AuditRow).where(AuditRow.action == Action.PERIODIC_REPORT_SUBMITTED)
        (audited,) = session.scalars(noted).all()
    assert (audited.by, audited.subject) == ("sun", "east-branch")
    assert audited.facts == {
        "periodical": "statistics", "begins": "2026-10-01", "ends": "2026-10-31", "late": "true",
    }  # fmt: skip


def test_a_report_is_submitted_when_its_period_is_over_at_the_earliest(sessions: Sessions) -> None:
    with pytest.raises(Refused) as refused:
        submit(sessions, now=END_OF_OCTOBER)
    assert refused.value.code is Refusal.REPORT_TOO_EARLY
    submit(sessions, now=END_OF_OCTOBER + timedelta(days=1))


def test_whoever_does_not_answer_for_a_unit_submits_nothing(sessions: Sessions) -> None:
    with pytest.raises(Refused) as refused:
        submit(sessions, "han")
    assert refused.value.code is Refusal.NOT_YOUR_ROLE
    with pytest.raises(LookupError), sessions.begin() as session:
        submit_periodic_report(session, "hotline", "statistics", OCTOBER, actor("sun"), MONDAY)


def test_whoever_a_complaint_is_about_has_it_in_no_number_of_the_file_of_the_year(
    sessions: Sessions,
) -> None:
    take_down(sessions)
    about_sun = a_complaint(
        received_at=datetime(2026, 10, 12, 2, tzinfo=UTC),
        unit="east-branch",
        person_complained_about="sun",
    )
    with sessions.begin() as session:
        receive(session, about_sun, actor("ines"))
    submit(sessions, "hong")
    numbers = {}
    with sessions() as session:
        for who in ("hong", "sun"):
            (line,) = file_of_year(session, reader(who), ["east-branch"], 2026, 1).lines
            numbers[who] = line.cases
    assert numbers == {"hong": 2, "sun": 1}
    assert found(sessions, by="sun").cases == 1, "as its page has it"


def test_nobody_alters_what_was_submitted(sessions: Sessions) -> None:
    submit(sessions)
    for change in (update(PeriodicReportRow).values(cases=7), delete(PeriodicReportRow)):
        with pytest.raises(DatabaseError, match="append-only"), sessions.begin() as session:
            session.execute(change)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(PeriodicReportRow)) == 1
