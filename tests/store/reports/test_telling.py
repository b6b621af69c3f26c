"""Word of the reports that units owe: announced, overdue, submitted; each once (A-55..A-58)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.events import Event
from store.database import Sessions, close_database, open_database
from store.reports.duties import what_is_answered_for
from store.reports.filed import file_of_year, years_filed
from store.reports.periodic import submit_periodic_report
from store.reports.telling import tell_of_reports
from store.reports.waiting import reports_waiting
from store.scope import reader_of
from store.tables import NoticeRow, PolicyVersionRow, ReportEventRow, UnitRow
from tests.bank import WHOLE
from tests.settings import PERSONAL_KEYS

STATISTICS = ("east-branch", "statistics")
OCTOBER = date(2026, 10, 1)
ANNOUNCED = datetime(2026, 11, 3, 1, tzinfo=UTC)
"""Three working days before the fifth of November's, as the office opens at nine in Beijing."""
DUE = datetime(2026, 11, 6, 9, tzinfo=UTC)


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank whose rules are in force since the first of October."""
    sessions = open_database(database_with_packs(), personal_keys=PERSONAL_KEYS)
    since = datetime(2026, 10, 1, 1, tzinfo=UTC)
    with sessions.begin() as session:
        WHOLE.moves_into(session)
        session.execute(update(PolicyVersionRow).values(published_at=since))
        session.execute(update(UnitRow).values(checked_since=since))
    yield sessions
    close_database(sessions)


def told_at(
    sessions: Sessions, now: datetime, report: tuple[str, str] = STATISTICS
) -> list[tuple[str, str]]:
    """What is told at that instant of this report of October, and to whom."""
    with sessions.begin() as session:
        before = set(session.scalars(select(NoticeRow.id)))
        tell_of_reports(session, now, announced_working_days=3)
        rows = session.execute(
            select(NoticeRow.id, NoticeRow.about, NoticeRow.recipient)
            .join(ReportEventRow, ReportEventRow.id == NoticeRow.report_event)
            .where(ReportEventRow.unit == report[0], ReportEventRow.periodical == report[1])
            .where(ReportEventRow.begins == OCTOBER)
            .order_by(NoticeRow.id)
        )
        return [(row.about, row.recipient) for row in rows if row.id not in before]


def submit(sessions: Sessions, now: datetime, by: str = "tess") -> None:
    with sessions.begin() as session:
        submit_periodic_report(session, *STATISTICS, OCTOBER, WHOLE.actor(by), now)


def waiting(sessions: Sessions, person: str, now: datetime) -> dict[str, bool]:
    """The reports of October under My tasks, and whether each is overdue."""
    with sessions() as session:
        reader = reader_of(session, WHOLE.actor(person))
        found = reports_waiting(session, what_is_answered_for(session, reader, now), now)
    return {each.periodical.name: each.is_overdue for each in found if each.begins == OCTOBER}


def test_a_report_is_announced_as_the_office_opens_and_overdue_as_it_closes_each_once(
    sessions: Sessions,
) -> None:
    assert told_at(sessions, datetime(2026, 11, 3, 0, 59, 59, tzinfo=UTC)) == []
    assert told_at(sessions, ANNOUNCED) == [(Event.REPORT_ANNOUNCED, "tess")]
    assert waiting(sessions, "tess", ANNOUNCED)["statistics"] is False
    assert told_at(sessions, datetime(2026, 11, 6, 8, 59, 59, tzinfo=UTC)) == []
    assert told_at(sessions, DUE) == [(Event.REPORT_OVERDUE, "tess"), (Event.REPORT_OVERDUE, "una")]
    assert waiting(sessions, "tess", DUE)["statistics"] is True
    assert told_at(sessions, DUE) == []


def test_a_report_that_nobody_submits_waits_for_as_long_as_it_can_be_submitted(
    sessions: Sessions,
) -> None:
    told_at(sessions, DUE)
    last = datetime(2027, 11, 1, 2, tzinfo=UTC)
    assert waiting(sessions, "tess", last)["statistics"] is True
    assert "statistics" not in waiting(sessions, "tess", last + timedelta(days=1))
    with sessions.begin() as session:
        session.execute(update(UnitRow).where(UnitRow.parent.is_(None)).values(policy="sub-branch"))
    assert "statistics" not in waiting(sessions, "tess", DUE), "other rules ask for other reports"


def test_after_an_outage_what_is_overdue_is_told_once_and_announced_no_more(
    sessions: Sessions,
) -> None:
    after = datetime(2026, 11, 20, 9, tzinfo=UTC)
    told = [(Event.REPORT_OVERDUE, "tess"), (Event.REPORT_OVERDUE, "una")]
    assert told_at(sessions, after) == told
    assert told_at(sessions, after) == []


def test_what_was_submitted_reaches_its_receiver_and_is_late_no_more_told(
    sessions: Sessions,
) -> None:
    told_at(sessions, ANNOUNCED)
    submit(sessions, ANNOUNCED)
    with sessions() as session:
        told = session.execute(
            select(NoticeRow.recipient).where(NoticeRow.about == Event.REPORT_RECEIVED)
        ).scalars()
        assert list(told) == ["una"]
    assert "statistics" not in waiting(sessions, "tess", ANNOUNCED)
    assert told_at(sessions, DUE) == []


def test_the_head_office_owes_the_statistics_too_and_human_resources_stand_in_for_its_head(
    sessions: Sessions,
) -> None:
    """A-57."""
    report = ("head-office", "statistics-head-office")
    assert told_at(sessions, ANNOUNCED, report) == [(Event.REPORT_ANNOUNCED, "hong")]
    assert "statistics-head-office" in waiting(sessions, "hong", ANNOUNCED)
    assert waiting(sessions, "ines", ANNOUNCED) == {}


def test_a_57_what_was_submitted_is_filed_by_the_year_it_is_about_and_late_stays_late(
    sessions: Sessions,
) -> None:
    submit(sessions, datetime(2027, 1, 4, 2, tzinfo=UTC))
    with sessions() as session:
        assert years_filed(session, ["east-branch"]) == (2026,)
        tess = reader_of(session, WHOLE.actor("tess"))
        (report,) = file_of_year(session, tess, ["east-branch"], 2026, 1).lines
        assert (report.periodical.name, report.is_late) == ("statistics", True)
        assert file_of_year(session, tess, ["east-branch"], 2027, 1).lines == ()
        assert years_filed(session, ["harbour-outlet"]) == ()
