"""The calendar a case is counted in: kept for good, exactly as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from rulebook.calendars import load_calendar
from store.database import Sessions, close_database, open_database
from store.policies.calendar_versions import CALENDAR, publish_calendar, published_calendar
from store.tables import CalendarVersionRow
from tests.settings import PERSONAL_KEYS

EVERY_DAY = [date(2024, 12, 20) + timedelta(days=number) for number in range(800)]


def test_a_calendar_comes_back_and_answers_as_before(sessions: Sessions) -> None:
    calendar = load_calendar("cn")
    with sessions.begin() as session:
        version = publish_calendar(session, calendar)
    with sessions() as session:
        # From the row, not from what this process has read before.
        read = CALENDAR.validate_python(session.get_one(CalendarVersionRow, version).text)
        assert published_calendar(session, version) == read == calendar
    assert version == f"cn@{calendar.version}"
    assert [read.why(day) for day in EVERY_DAY] == [calendar.why(day) for day in EVERY_DAY]
    assert [read.opening(day) for day in EVERY_DAY if read.is_working_day(day)] == [
        calendar.opening(day) for day in EVERY_DAY if calendar.is_working_day(day)
    ]


def test_publishing_again_changes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        first = publish_calendar(session, load_calendar("cn"))
        assert publish_calendar(session, load_calendar("cn")) == first


def test_a_later_notice_is_another_version_beside_the_first(
    new_database: Callable[[], str],
) -> None:
    calendar = load_calendar("cn")
    day = date(2026, 12, 31)
    later = replace(calendar, version="later", days_off={**calendar.days_off, day: "元旦"})
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        first, second = publish_calendar(session, calendar), publish_calendar(session, later)
        assert published_calendar(session, first).is_working_day(day)
        assert not published_calendar(session, second).is_working_day(day)
    close_database(sessions)


def test_a_version_nobody_published_is_not_made_up(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NoResultFound):
        published_calendar(session, "cn@never")
