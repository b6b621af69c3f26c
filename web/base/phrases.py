"""Phrases in the language of the page: the typed face of Flask-Babel, which has no types."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

__all__ = ["LazyString", "_", "_l", "day_as", "instant_as", "language_code"]


def _(phrase: str, **facts: object) -> str:
    """The phrase now, with facts in the places that are named for them."""
    return str(gettext(phrase, **facts))


def _l(phrase: str) -> LazyString:
    """The phrase in whatever language it will be read."""
    return lazy_gettext(phrase)


def language_code() -> str:
    """`en` or `zh`."""
    return str(get_locale().language)


def instant_as(pattern: str, instant: datetime) -> str:
    """An instant on the wall clock of the bank."""
    return str(format_datetime(instant, pattern))


def day_as(pattern: str, day: date) -> str:
    """A day of the calendar."""
    return str(format_date(day, pattern))
