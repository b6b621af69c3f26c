"""When the office is open on a day of the week, as its clock shows it."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from enum import IntEnum

NOTHING = timedelta(0)


ONE_DAY = timedelta(days=1)


MIDNIGHT = time.min


WALL_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


class CalendarError(ValueError):
    """A calendar, or a question to one, that cannot mean anything."""


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of working time, as the clock on the wall of the office shows it."""

    opens: timedelta
    """From midnight of the day it belongs to; before 24:00."""
    closes: timedelta
    """From that same midnight; later than 24:00 when the stretch runs past midnight."""

    def __post_init__(self) -> None:
        if not NOTHING <= self.opens < ONE_DAY:
            raise CalendarError(f"a segment opens between 00:00 and 23:59, not at {self.opens}")
        if not self.opens < self.closes <= self.opens + ONE_DAY:
            raise CalendarError("a segment lasts more than nothing and at most 24 hours")

    @classmethod
    def between(cls, opens: str, closes: str) -> "Segment":
        """From "09:00" to "17:00"; a closing not after the opening is on the next day."""
        start, end = _from_midnight(opens), _from_midnight(closes)
        return cls(opens=start, closes=end if end > start else end + ONE_DAY)


def _from_midnight(wall_clock: str) -> timedelta:
    """Time since midnight of "HH:MM" or "HH:MM:SS"; "24:00" is the end of the day."""
    read = WALL_CLOCK.fullmatch(wall_clock)
    if read is None or int(read[2]) > 59 or int(read[3] or 0) > 59:
        raise CalendarError(f"{wall_clock!r} is not a time of day such as 09:00 or 24:00")
    since_midnight = timedelta(hours=int(read[1]), minutes=int(read[2]), seconds=int(read[3] or 0))
    if since_midnight > ONE_DAY:
        raise CalendarError(f"{wall_clock!r} is later than 24:00")
    return since_midnight
