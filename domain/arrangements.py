"""A year's arrangement: the days off and make-up workdays one official notice announces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One holiday of an arrangement, as its paragraph of the notice states it."""

    name: str
    chinese: str
    off: tuple[date, ...]
    """Every day the notice lists as off, weekends included where it lists them."""
    make_up: tuple[date, ...]
    """Days of rest that are worked to make up for it; they may lie in the previous December."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What the notices for one year announce. It may reach into the December before."""

    year: int
    sources: tuple[str, ...]
    """Where the notices are published, in their order; a later one amends the earlier."""
    holidays: tuple[Holiday, ...]

    @property
    def days_off(self) -> dict[date, str]:
        """Each day off with the name of its holiday."""
        return {day: holiday.name for holiday in self.holidays for day in holiday.off}

    @property
    def make_up_days(self) -> dict[date, str]:
        """Each make-up workday with the name of the holiday it makes up for."""
        return {day: holiday.name for holiday in self.holidays for day in holiday.make_up}

    def works_on(self, day: date) -> bool:
        """Whether a Monday-to-Friday office works on that day under this arrangement alone."""
        if day in self.make_up_days:
            return True
        return day not in self.days_off and day.weekday() < 5


def days_merged(arrangements: Iterable[Arrangement]) -> tuple[dict[date, str], dict[date, str]]:
    """The days off and make-up workdays of several years together.

    Where two arrangements speak of one December day, the later year's notice was written with the
    earlier in view and wins.
    """
    off: dict[date, str] = {}
    make_up: dict[date, str] = {}
    for arrangement in sorted(arrangements, key=lambda each: each.year):
        for day in (*arrangement.days_off, *arrangement.make_up_days):
            off.pop(day, None)
            make_up.pop(day, None)
        off |= arrangement.days_off
        make_up |= arrangement.make_up_days
    return off, make_up
