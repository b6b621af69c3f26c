"""What the `holidays` library says of a year, told as an arrangement.

The library names the holidays, the swapped days off ("Day off (substituted from 01/04/2026)") and
the weekend days that are worked. A notice tells the same as paragraphs: one holiday, its unbroken
stretch of days off, and the days that make up for it.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import version

from holidays.holiday_base import HolidayBase
from holidays.utils import country_holidays

from domain.arrangements import Arrangement, Holiday

ONE_DAY = timedelta(days=1)
SWAPPED = re.compile(r"Day off \(substituted from (\d\d/\d\d/\d{4})\)")

# The library's words, in the order the year brings them, and the words of our files.
NAMES = {
    "New Year's Day": ("New Year's Day", "元旦"),
    "Chinese New Year": ("Spring Festival", "春节"),
    "Tomb-Sweeping Day": ("Tomb-Sweeping Day", "清明节"),
    "Labor Day": ("Labour Day", "劳动节"),
    "Dragon Boat Festival": ("Dragon Boat Festival", "端午节"),
    "70th Anniversary": ("Victory Day, 70th anniversary", "抗战胜利70周年纪念日"),
    "Mid-Autumn Festival": ("Mid-Autumn Festival", "中秋节"),
    "National Day": ("National Day", "国庆节"),
}


class UnknownCountry(LookupError):
    """Arrangements are told for no such country."""


class NotAnnounced(LookupError):
    """The installed library does not know the arrangement of that year yet."""


def arrangement(calendar: str, year: int, sources: tuple[str, ...]) -> Arrangement:
    """That year's arrangement as the library knows it."""
    if calendar != "cn":
        raise UnknownCountry(f"arrangements are built for cn only, not for {calendar}")
    if not _has_swaps(year):
        raise NotAnnounced(f"holidays {version('holidays')} has no arrangement for {year}")
    library = _library(year)
    told = [_holiday(library, stretch) for stretch in _stretches(library, year)]
    return Arrangement(year=year, sources=sources, holidays=tuple(told))


def _library(year: int) -> HolidayBase:
    """The library's days, with both neighbouring years: an arrangement crosses New Year."""
    return country_holidays("CN", years=(year - 1, year, year + 1), language="en_US")


def _has_swaps(year: int) -> bool:
    """Whether days are swapped in that year; only a notice swaps days, not the calendar."""
    library = country_holidays("CN", years=year, language="en_US")
    return any(SWAPPED.match(name) for name in library.values())


def _stretches(library: HolidayBase, year: int) -> Iterator[tuple[date, ...]]:
    """Unbroken stretches of days off around a holiday of that year."""
    day = date(year - 1, 12, 1)
    while day.year <= year:
        stretch: list[date] = []
        while not library.is_working_day(day):
            stretch.append(day)
            day += ONE_DAY
        if any(each.year == year for each in stretch if _named(library, each)):
            yield tuple(stretch)
        day += ONE_DAY


def _named(library: HolidayBase, day: date) -> list[str]:
    """The holidays that fall on that day, in the library's words; swapped days have none."""
    told = library.get(day, "")
    return [known for known in NAMES if any(t.startswith(known) for t in told.split("; "))]


def _holiday(library: HolidayBase, stretch: tuple[date, ...]) -> Holiday:
    known = list(dict.fromkeys(name for day in stretch for name in _named(library, day)))
    return Holiday(
        name=" and ".join(NAMES[name][0] for name in known),
        chinese="、".join(NAMES[name][1] for name in known),
        off=stretch,
        make_up=tuple(sorted(day for off in stretch for day in _made_up_on(library, off))),
    )


def _made_up_on(library: HolidayBase, off: date) -> Iterator[date]:
    for month_day_year in SWAPPED.findall(library.get(off, "")):
        yield datetime.strptime(month_day_year, "%m/%d/%Y").date()  # noqa: DTZ007 a date
