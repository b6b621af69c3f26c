"""Lengths of time as vector files write them: by unit, as a clock, or from a week's Monday."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

UNITS = {
    "weeks": timedelta(weeks=1),
    "days": timedelta(days=1),
    "days_of_24_working_hours": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# "+4d 17:30", "4 days 17:30:00", "P4DT17H30M", "thu 17:30", "next mon 10:00", "17:30"
WRITTEN = re.compile(
    r"\+?\s*(?P<next>next[ _])?(?:(?P<weekday>[a-z]{3})[a-z]*)?(?:\+(?P<weeks>\d+)w?)?"
    r"(?:(?P<days>\d+)\s*d(?:ays?)?)?[\sT,+]*(?:(?P<hour>\d+):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?",
    re.IGNORECASE,
)
ISO_8601 = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)


class NotUnderstood(ValueError):
    """A vector says something we have no reading for."""


def duration(value: Any) -> timedelta:
    """A length of time: by unit such as {"hours": 1.5}, a number of seconds, or ISO 8601."""
    if isinstance(value, Mapping):
        return sum((_of_unit(unit, count) for unit, count in value.items()), timedelta(0))
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    iso = ISO_8601.fullmatch(str(value))
    if iso is None:
        raise NotUnderstood(f"{value!r} is not a length of time")
    return duration({unit: float(count) for unit, count in iso.groupdict().items() if count})


def _of_unit(unit: str, count: Any) -> timedelta:
    name = unit if unit.endswith("s") else f"{unit}s"
    if name not in UNITS:
        raise NotUnderstood(f"{unit!r} is not a unit of time")
    return float(count) * UNITS[name]


def offset_from_monday(value: Any) -> timedelta:
    """How far a moment lies from the Monday 00:00 of its week."""
    if isinstance(value, Mapping):
        given = dict(value)
        clock = given.pop("time", None)
        weekday = given.pop("weekday", None)
        at = offset_from_monday(clock) if clock else timedelta(0)
        return duration(given) + at + timedelta(days=_weekday(weekday) if weekday else 0)
    if isinstance(value, list | tuple):
        days, clock = value
        return timedelta(days=days if isinstance(days, int) else _weekday(days)) + (
            offset_from_monday(clock)
        )
    if not isinstance(value, str) or value.startswith("P"):
        return duration(value)
    return _written(value)


def _written(text: str) -> timedelta:
    read = WRITTEN.fullmatch(text.strip())
    if read is None or not text.strip():
        raise NotUnderstood(f"{text!r} is not an offset from Monday")
    days = int(read["days"] or 0) + 7 * int(read["weeks"] or bool(read["next"]))
    if read["weekday"]:
        days += _weekday(read["weekday"])
    return timedelta(
        days=days,
        hours=int(read["hour"] or 0),
        minutes=int(read["minute"] or 0),
        seconds=int(read["second"] or 0),
    )


def _weekday(name: str) -> int:
    try:
        return WEEKDAYS.index(name[:3].lower())
    except ValueError as error:
        raise NotUnderstood(f"{name!r} is not a day of the week") from error
