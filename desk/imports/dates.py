"""Dates in cells: read in the forms that a mapping names, with the zone that is written with them.

A zone in the cell is obeyed: an offset (`%z`), UTC or GMT by name (`%Z`), or one that the form
itself writes out (a closing `Z`, `+08:00`). Other names of zones mean one thing here and another
there, so no form reads them.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

ZONE_NAMES = ("UTC", "GMT", "Z")
"""The names of zones that mean the same everywhere."""

_HOURS = re.compile(r"%[HIcX]")
_WRITTEN_OUT = re.compile(r"(?<!%)(?:Z|UTC|GMT|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d))$")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """What a cell says: a date and time on some clock, or a day alone."""

    at: datetime
    """With a zone where the cell names one; a day alone is its midnight."""
    has_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    written: str
    zone: tzinfo | None

    def read(self, text: str) -> WrittenDate | None:
        try:
            at = datetime.strptime(text, self.written)  # noqa: DTZ007 - the zone comes next
        except ValueError:
            return None
        if self.zone is not None:
            at = at.replace(tzinfo=self.zone)
        return WrittenDate(at=at, has_time=bool(_HOURS.search(self.written)))


def read_date(text: str, forms: tuple[str, ...]) -> WrittenDate | None:
    """The date of a cell by the first form that fits; None when none does."""
    for written in forms:
        for form in _forms_of(written):
            found = form.read(text)
            if found is not None:
                return found
    return None


@cache
def _forms_of(written: str) -> tuple[_Form, ...]:
    """A form as `strptime` reads it without knowing any zone by name: the names that it knows
    depend on the machine."""
    if "%Z" in written:
        return tuple(_Form(written=written.replace("%Z", name), zone=UTC) for name in ZONE_NAMES)
    out = _WRITTEN_OUT.search(written)
    return (_Form(written=written, zone=_zone_of(out) if out else None),)


def _zone_of(written_out: re.Match[str]) -> tzinfo:
    if written_out["sign"] is None:
        return UTC
    away = timedelta(hours=int(written_out["hours"]), minutes=int(written_out["minutes"]))
    return timezone(-away if written_out["sign"] == "-" else away)
