"""The calendar of mainland China against holiday-cn, day by day."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from cli.calendars import holiday_cn, holiday_library
from cli.calendars.commands import differing_days
from domain.arrangements import days_merged
from rulebook.calendars import load_arrangements, load_calendar

THEIRS = holiday_cn.arrangements(Path(os.environ["DATA"]) / "holiday-cn")
YEARS = range(2011, 2027)


def test_the_years_2011_to_2026_are_covered() -> None:
    assert [each.year for each in THEIRS] == list(YEARS)
    assert [each.year for each in load_arrangements("cn")] == list(YEARS)
    assert load_calendar("cn").announced_through == date(2026, 12, 31)


def test_every_day_is_worked_or_not_as_holiday_cn_says() -> None:
    calendar = load_calendar("cn")
    off, make_up = days_merged(THEIRS)
    day, differing = date(2011, 1, 1), []
    while day.year <= 2026:
        works = day in make_up or (day not in off and day.weekday() < 5)
        if calendar.is_working_day(day) != works:
            differing.append(day)
        day += timedelta(days=1)
    assert differing == []


def test_the_days_listed_as_off_are_those_of_the_notices() -> None:
    assert load_calendar("cn").days_off.keys() == days_merged(THEIRS)[0].keys()


@pytest.mark.parametrize("year", YEARS)
def test_the_library_builds_the_year_that_lies_in_our_file(year: int) -> None:
    (ours,) = (each for each in load_arrangements("cn") if each.year == year)
    built = holiday_library.arrangement("cn", year, ours.sources)
    assert list(differing_days((ours,), (built,))) == []
    assert built.make_up_days.keys() == ours.make_up_days.keys()


def test_each_year_cites_the_notices_holiday_cn_cites() -> None:
    assert [each.sources for each in load_arrangements("cn")] == [each.sources for each in THEIRS]
