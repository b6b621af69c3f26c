"""Phrases in the language of the page: the typed face of Flask-Babel, which has no types."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime
from flask_babel.speaklater import LazyString

from rulebook.staffing import bank_zone
from web.base.language import language_code, translated

__all__ = [
    "LazyString",
    "Words",
    "_",
    "_l",
    "bare",
    "day_as",
    "instant_as",
    "joined",
    "language_code",
    "on_the_wall",
    "phrase_of",
]

Words = Mapping[Any, LazyString]
"""The phrase for each code of a kind."""


def _(phrase: str, **facts: object) -> str:
    """The phrase now, with facts in the places that are named for them."""
    said = translated(phrase)
    return said % facts if facts else said


def _l(phrase: str) -> LazyString:
    """The phrase in whatever language it will be read."""
    return LazyString(translated, phrase)


def instant_as(pattern: str, instant: datetime) -> str:
    """An instant on the wall clock of the bank."""
    return str(format_datetime(instant, pattern))


def on_the_wall(instant: datetime) -> datetime:
    """The same where figures alone are shown of it: these need no language, and some hundred of
    them stand on a page."""
    return instant.astimezone(bank_zone())


def day_as(pattern: str, day: date) -> str:
    """A day of the calendar."""
    return str(format_date(day, pattern))


def phrase_of(phrases: Words, code: str) -> str:
    """The phrase for a code. One without a phrase is shown bare, so that no page breaks for it."""
    found = phrases.get(code)
    return str(found) if found is not None else bare(code)


def bare(code: str) -> str:
    """A code nobody has words for, as a person can still read it."""
    return code.replace("_", " ").replace("-", " ")


def joined(parts: Iterable[str]) -> str:
    """Several, one after the other."""
    return _(", ").join(parts)
