"""Daily checks: missed at close of business, told once, and late for good (A-26, B-17)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text, update

from domain.reporting import CheckStanding
from store.database import Sessions, close_database, open_database
from store.evidence.audit import Action
from store.people.records import read_records, save_units
from store.policies.packs import publish_all
from store.reports.checks import checks_waiting
from store.reports.duties import what_is_answered_for
from store.reports.periodic import duties_of, find_periodic_report, submit_periodic_report
from store.reports.telling import tell_of_reports
from store.scope import reader_of
from store.tables import AuditRow, NoticeRow, PersonRow, PolicyVersionRow, UnitRow
from tests.bank import WHOLE
from tests.settings import PERSONAL_KEYS

OPINION_BOOK = ("station-outlet", "opinion-book")
FRIDAY = date(2026, 10, 30)
BEFORE_CLOSING = datetime(2026, 10, 30, 8, 59, 59, tzinfo=UTC)
CLOSING = datetime(2026, 10, 30, 9, tzinfo=UTC)
ON_SUNDAY = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A bank that has looked at its opinion books for a day, since Friday morning."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        publish_all(session)
        WHOLE.moves_into(session)
    look_since(sessions, datetime(2026, 10, 30, 1, tzinfo=UTC))
    yield sessions
    close_database(sessions)


def look_since(sessions: Sessions, since: datetime) -> None:
    with sessions.begin() as session:
        session.execute(update(PolicyVersionRow).values(published_at=since))
        session.execute(update(UnitRow).values(checked_since=since))


def told_at(sessions: Sessions, now: datetime, check: tuple[str, str] = OPINION_BOOK) -> list[str]:
    """Who hears at that instant that this check of theirs was missed, once for each day."""
    with sessions.begin() as session:
        before = session.scalars(select(NoticeRow.id)).all()
        tell_of_reports(session, now, announced_working_days=3)
        said = text(
            "select n.recipient from notices n join report_events m on m.id = n.report_event"
            " where m.unit = :unit and m.periodical = :check and n.id <> all(:before)"
            " order by n.id"
        )
        facts = {"unit": check[0], "check": check[1], "before": list(before)}
        return list(session.scalars(said, facts))


def confirm(sessions: Sessions, now: datetime, day: date = FRIDAY, by: str = "stan") -> None:
    with sessions.begin() as session:
        submit_periodic_report(session, *OPINION_BOOK, day, WHOLE.actor(by), now)


def standing(sessions: Sessions, now: datetime, day: date = FRIDAY) -> CheckStanding:
    with sessions() as session:
        stan = reader_of(session, WHOLE.actor("stan"))
        report = find_periodic_report(session, stan, *OPINION_BOOK, day, now)
    assert report is not None
    return next(each.standing for each in report.days if each.day == day)


def test_whoever_owes_it_and_the_supervisor_above_hear_at_closing_and_once(
    sessions: Sessions,
) -> None:
    assert told_at(sessions, BEFORE_CLOSING) == []
    assert standing(sessions, BEFORE_CLOSING) is CheckStanding.OPEN
    assert told_at(sessions, CLOSING) == ["stan", "sun"]
    assert standing(sessions, CLOSING) is CheckStanding.MISSED
    assert told_at(sessions, CLOSING) == []
    assert told_at(sessions, ON_SUNDAY) == [], "days off owe nothing"


def test_an_outlet_without_a_head_of_its_own_is_looked_after_from_above(
    sessions: Sessions,
) -> None:
    assert told_at(sessions, CLOSING, ("harbour-outlet", "opinion-book")) == ["sun", "tess"]


def test_a_27_the_head_office_looks_at_the_internet_every_day(sessions: Sessions) -> None:
    with sessions.begin() as session:
        supervisor = {"roles": ["supervisor"], "unit": "head-office"}
        session.execute(update(PersonRow).where(PersonRow.id == "gao").values(**supervisor))
    assert told_at(sessions, CLOSING, ("head-office", "internet-check")) == ["gao", "rosa"]


def test_what_is_confirmed_at_closing_is_in_time_and_a_second_later_it_is_late_for_good(
    sessions: Sessions,
) -> None:
    confirm(sessions, BEFORE_CLOSING)
    assert standing(sessions, ON_SUNDAY) is CheckStanding.CONFIRMED
    assert told_at(sessions, ON_SUNDAY) == []

    monday = date(2026, 11, 2)
    late = datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)
    confirm(sessions, late, monday)
    assert standing(sessions, late, monday) is CheckStanding.CONFIRMED_LATE
    with sessions.begin() as session:
        noted = session.scalars(
            select(AuditRow.facts)
            .where(AuditRow.action == Action.PERIODIC_REPORT_SUBMITTED)
            .order_by(AuditRow.id)
        ).all()
    assert [each.get("late") for each in noted] == [None, "true"]


def test_what_was_told_as_missed_is_late_whatever_clock_confirms_it(sessions: Sessions) -> None:
    told_at(sessions, CLOSING)
    confirm(sessions, BEFORE_CLOSING)
    assert standing(sessions, ON_SUNDAY) is CheckStanding.CONFIRMED_LATE


def test_after_an_outage_each_missed_day_is_told_once_and_holidays_are_none(
    sessions: Sessions,
) -> None:
    look_since(sessions, datetime(2026, 9, 29, 1, tzinfo=UTC))
    confirm(sessions, datetime(2026, 9, 30, 2, tzinfo=UTC), date(2026, 9, 30))
    # The national holiday lasts from 1 to 7 October; Saturday the 10th makes up for it.
    after = datetime(2026, 10, 10, 10, tzinfo=UTC)
    assert told_at(sessions, after) == ["stan", "sun"] * 4, "29 September, 8, 9 and 10 October"
    assert told_at(sessions, after) == []


def test_a_closed_unit_owes_nothing_and_missed_nothing_while_it_was_closed(
    sessions: Sessions,
) -> None:
    close_or_open(sessions, is_closed=True)
    assert told_at(sessions, CLOSING) == []
    with sessions() as session:
        assert duties_of(session, ["station-outlet"], CLOSING) == ()
    close_or_open(sessions, is_closed=False)
    assert told_at(sessions, CLOSING) == []


def waiting_for(sessions: Sessions, person: str, now: datetime) -> tuple[set[date], set[date]]:
    """The days of the opinion book that this person is to confirm, and those that others are."""
    with sessions() as session:
        reader = reader_of(session, WHOLE.actor(person))
        found = checks_waiting(session, what_is_answered_for(session, reader, now), now)
    mine, below = (
        {each.day for each in checks if (each.unit, each.periodical.name) == OPINION_BOOK}
        for checks in (found.mine, found.missed_below)
    )
    return mine, below


def test_a_missed_check_waits_for_nobody_once_its_unit_is_closed(sessions: Sessions) -> None:
    told_at(sessions, CLOSING)
    assert waiting_for(sessions, "stan", ON_SUNDAY) == ({FRIDAY}, set())
    assert waiting_for(sessions, "sun", ON_SUNDAY) == (set(), {FRIDAY})
    close_or_open(sessions, is_closed=True)
    for person in ("stan", "sun"):
        assert waiting_for(sessions, person, ON_SUNDAY) == (set(), set()), "its page is not there"


def test_a_missed_check_waits_for_nobody_once_its_page_is_gone(sessions: Sessions) -> None:
    told_at(sessions, CLOSING)
    a_year_later = datetime(2027, 11, 1, 9, tzinfo=UTC)
    with sessions() as session:
        stan = reader_of(session, WHOLE.actor("stan"))
        assert find_periodic_report(session, stan, *OPINION_BOOK, FRIDAY, a_year_later) is None
    mine, _below = waiting_for(sessions, "stan", a_year_later)
    assert FRIDAY not in mine
    assert FRIDAY not in waiting_for(sessions, "sun", a_year_later)[1]


def close_or_open(sessions: Sessions, *, is_closed: bool) -> None:
    with sessions.begin() as session:
        before = read_records(session)
        unit = replace(before.units["station-outlet"], is_closed=is_closed)
        save_units(session, [unit], before, by="ada")


def test_it_looks_again_when_an_office_closes_and_when_a_day_ends(sessions: Sessions) -> None:
    midnight = datetime(2026, 10, 30, 16, tzinfo=UTC)
    with sessions.begin() as session:
        assert tell_of_reports(session, BEFORE_CLOSING, 3) == CLOSING
        assert tell_of_reports(session, CLOSING, 3) == midnight, "what is owed with a day is late"
        assert tell_of_reports(session, ON_SUNDAY, 3) == datetime(2026, 11, 1, 16, tzinfo=UTC)
