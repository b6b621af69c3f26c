"""Money, instants, days and lengths of time, written alike everywhere."""

from datetime import date, datetime
from decimal import Decimal

from web.base.phrases import _, day_as, instant_as, on_the_wall


def yuan(fen: int) -> str:
    """An amount of money; 120050 fen are `1,200.50`."""
    return f"{Decimal(fen) / 100:,.2f}"


def percent(per_mille: str | int) -> str:
    """A share in percent with one decimal; 667 thousandths are `66.7%`."""
    return f"{Decimal(per_mille) / 10:.1f}%"


def when(instant: datetime) -> str:
    """An instant on the bank's wall clock, written alike in both languages."""
    return f"{on_the_wall(instant):%Y-%m-%d %H:%M}"


def when_to_the_second(instant: datetime) -> str:
    """The same to the second, where things follow upon each other."""
    return f"{on_the_wall(instant):%Y-%m-%d %H:%M:%S}"


def when_on_day(instant: datetime) -> str:
    """The same with its weekday, for what is to come."""
    return instant_as("yyyy-MM-dd EEE HH:mm", instant)


def day_of(instant: datetime) -> str:
    """The day of an instant where the bank is."""
    return f"{on_the_wall(instant):%Y-%m-%d}"


def on_day(day: date) -> str:
    """A day with its weekday."""
    return day_as("yyyy-MM-dd EEE", day)


def length_words(seconds: int) -> str:
    """A length of time that was counted in hours or seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=left)


def clock_time(instant: datetime) -> str:
    """The time of day, under a heading that says which day."""
    return f"{on_the_wall(instant):%H:%M:%S}"
