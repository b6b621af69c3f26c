"""`make vectors FILE=...`: run deadline vectors of other projects through our working time.

A vector file holds calendars and, for each vector, a kind of question, its input and the answer a
peer's own test expects. Where peers read a question differently (what "one working day after
Saturday" means), the vector's source says which peer asked, and we answer in that peer's reading.
Only the question is adapted: every answer comes out of `domain.working_time`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from domain.opening_hours import Segment, Weekday
from domain.working_time import Interval, OutsideHours, WorkingCalendar
from rulebook.calendars import load_calendar
from tests.oracles.offsets import NotUnderstood, duration, offset_from_monday

Vector = Mapping[str, Any]

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
ANY_MONDAY = date(2024, 3, 4)
RELATIVE = "_relative_week"

# Dates repeated every year ("12-25") are written out for the years that vectors can speak of.
REPEATED_YEARS = range(1990, 2061)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def vectors(file: Path) -> None:
    """Run every vector of FILE; print what failed and, last, how many passed and failed."""
    data = json.loads(file.read_text(encoding="utf-8"))
    outcomes = [outcome(vector, data["calendars"]) for vector in data["vectors"] if _usable(vector)]
    at_an_edge = [each for each in outcomes if each.at_an_edge]
    counted = [each for each in outcomes if not each.at_an_edge]
    failed = [each for each in counted if each.failure]
    for each in failed:
        click.echo(f"{each.vector}: {each.failure}")
    differ = sum(each.failure is not None for each in at_an_edge)
    click.echo(
        f"boundary-sensitive: {len(at_an_edge) - differ} as we choose, {differ} otherwise; "
        f"set aside by the file: {len(data['vectors']) - len(outcomes)}"
    )
    click.echo(f"{len(counted) - len(failed)} passed, {len(failed)} failed")
    if failed:
        raise SystemExit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one vector."""

    vector: str
    at_an_edge: bool
    """Its answer lies on an opening or closing, where peers' conventions differ."""
    failure: str | None
    """A sentence; None if our answer is the expected one."""


def outcome(vector: Vector, calendars: Mapping[str, Any]) -> Outcome:
    """Our answer to one vector against the expected one; a vector we cannot read has failed."""
    try:
        question = Question(vector, calendars)
        expected, answer = question.expected, question.answer
        failure = None if answer == expected else f"expected {expected}, not {answer}"
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        failure = f"not understood: {error}"
    return Outcome(
        vector=str(vector.get("id", "a vector without id")),
        at_an_edge=bool(vector.get("boundary_sensitive", False)),
        failure=failure,
    )


def _usable(vector: Vector) -> bool:
    return bool(vector.get("usable", True))


class Question:
    """One vector, read in its peer's terms."""

    def __init__(self, vector: Vector, calendars: Mapping[str, Any]) -> None:
        self.vector = vector
        self.kind = str(vector["kind"]).removesuffix(RELATIVE)
        self.relative = str(vector["kind"]).endswith(RELATIVE)
        self.peer = str(vector["source"]["project"])
        self.calendar_data: Mapping[str, Any] = calendars[vector["calendar"]]
        self.zone = vector.get("start_tz") or self.calendar_data.get("tz")

    @property
    def answer(self) -> object:
        """Our answer."""
        if self.kind not in ANSWERS:
            raise NotUnderstood(f"the kind {self.vector['kind']!r} is not known")
        return ANSWERS[self.kind](self)

    @property
    def expected(self) -> object:
        """The peer's answer, as the same kind of value as ours."""
        value = self._first("expected", "expected_offset", "expected_relative")
        if self.kind in DURATIONS:
            return duration(value)
        if self.kind in INSTANTS:
            return self._instant(value)
        return date.fromisoformat(value[:10]) if isinstance(value, str) else value

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The vector's calendar as one of ours."""
        data = self.calendar_data
        off = dict.fromkeys(self._days(data, "holiday"), "holiday")
        off |= dict.fromkeys(self._days(self.vector, "holiday"), "holiday")
        off |= dict.fromkeys(_repeated(data.get("yearly_holidays_mm_dd", ())), "holiday")
        extra = dict.fromkeys(self._days(data, "extra_working_days"), "extra")
        if data.get("holidays_from"):
            announced = load_calendar("cn")
            off |= announced.days_off
            extra |= announced.extra_working_days
        return WorkingCalendar(
            name=str(self.vector["calendar"]),
            version="vector",
            time_zone=data.get("tz"),
            week={
                weekday: _segments(data["week"].get(weekday.name[:3].lower(), ()))
                for weekday in Weekday
            },
            days_off=off,
            extra_working_days=extra,
            breaks={
                date.fromisoformat(day): _segments(hours)
                for day, hours in data.get("breaks", {}).items()
            },
        )

    @cached_property
    def start(self) -> datetime:
        """The instant asked about."""
        return self._instant(self._first("start", "start_offset", "start_relative"))

    @cached_property
    def end(self) -> datetime:
        """The instant at which a span of time ends."""
        return self._instant(self._first("end", "end_offset", "end_relative"))

    @property
    def first_day(self) -> date:
        """The day asked about, or the first of a span of days."""
        return self.calendar.local_day(self.start)

    @property
    def last_day(self) -> date:
        """The last of a span of days."""
        return self.calendar.local_day(self.end)

    @property
    def amount(self) -> timedelta:
        """The working time to add, take away or wait for, with time on hold given as an amount."""
        held = self._first("hold", "hold_time", "total_hold_time", default={})
        return duration(self.vector["duration"]) + duration(held)

    @property
    def working_days(self) -> int:
        """The working days to count; negative backwards."""
        given = self.vector["duration"]
        return int(given["working_days"] if isinstance(given, Mapping) else given)

    @property
    def pauses(self) -> list[Interval]:
        """The stretches in which the clock stands still."""
        return [self._pause(each) for each in self._first("pauses", "paused", default=[])]

    def _pause(self, given: Any) -> Interval:
        if isinstance(given, Mapping):
            begins = given.get("from", given.get("start"))
            ends = given.get("to", given.get("end", given.get("until")))
        else:
            begins, ends = given
        if ends is None and "end" not in self.vector:
            raise NotUnderstood("a pause without end leaves the deadline open")
        return Interval(
            start=self._instant(begins), end=self.end if ends is None else self._instant(ends)
        )

    def _first(self, *keys: str, default: Any = None) -> Any:
        """The value under the first of these keys that the vector has."""
        for key in keys:
            if key in self.vector:
                return self.vector[key]
        if default is None:
            raise NotUnderstood(f"the vector has no {keys[0]!r}")
        return default

    def _instant(self, value: Any) -> datetime:
        """An instant as our calendar takes it: UTC with a time zone, naive without one."""
        moment = self._moment(value)
        if moment.tzinfo is None and self.zone:
            moment = moment.replace(tzinfo=ZoneInfo(self.zone))
        if self.calendar_data.get("tz") is None:
            return moment.replace(tzinfo=None)
        return moment.astimezone(UTC)

    def _moment(self, value: Any) -> datetime:
        if self.relative:
            return datetime(*ANY_MONDAY.timetuple()[:3]) + offset_from_monday(value)  # noqa: DTZ001
        return datetime.fromisoformat(value)

    def _days(self, holder: Mapping[str, Any], prefix: str) -> Iterator[date]:
        """The days under every key of that prefix, be they dates or offsets from Monday."""
        for key, values in holder.items():
            if key.startswith(prefix) and isinstance(values, list):
                for value in values:
                    yield self._day(value)

    def _day(self, value: Any) -> date:
        try:
            return date.fromisoformat(value[:10])
        except (TypeError, ValueError, KeyError):
            days = timedelta(days=value) if isinstance(value, int) else offset_from_monday(value)
            return ANY_MONDAY + timedelta(days=days.days)


def _segments(hours: Any) -> tuple[Segment, ...]:
    return tuple(Segment.between(opens, closes) for opens, closes in hours)


def _repeated(month_days: Any) -> Iterator[date]:
    for month_day in month_days:
        for year in REPEATED_YEARS:
            try:
                yield date.fromisoformat(f"{year}-{month_day}")
            except ValueError:  # 29 February
                continue


def _passed(question: Question) -> timedelta:
    """Working time that has passed; Zammad counts it in whole minutes."""
    passed = question.calendar.working_time_between(
        question.start, question.end, pauses=question.pauses
    )
    return passed - passed % ONE_MINUTE if question.peer == "Zammad" else passed


def _working_days_later(question: Question) -> datetime:
    """Working days keeping the time of day, or ending at the close of the day they lead to."""
    return _moved(question, question.working_days)


def _working_days_earlier(question: Question) -> datetime:
    return _moved(question, -question.working_days)


def _moved(question: Question, count: int) -> datetime:
    calendar = question.calendar
    if question.vector.get("end_of_working_day"):
        return calendar.closing(calendar.add_working_days(question.first_day, count))
    # The Ruby gem moves a start outside hours first; biz and Zammad move the end.
    rolls_the_start = question.peer.startswith("business_time")
    rule = OutsideHours.ROLL_THE_START if rolls_the_start else OutsideHours.ROLL_THE_END
    if count < 0 or question.kind == "sub_business_days":
        return calendar.working_days_earlier(question.start, -count, outside_hours=rule)
    return calendar.working_days_later(question.start, count, outside_hours=rule)


def _working_day_reached(question: Question) -> date:
    # Of no working days, pandas makes the next working day; the others leave the date alone.
    if question.working_days == 0 and question.peer != "pandas":
        return question.first_day
    return question.calendar.add_working_days(question.first_day, question.working_days)


def _working_days_between(question: Question) -> int:
    start, end = question.first_day, question.last_day
    if question.peer == "workalendar" and end < start:
        start, end = end, start
    return question.calendar.working_days_between(
        start,
        end,
        include_start=question.vector.get("include_start", True),
        include_end=question.vector.get("include_end", True),
    )


def _is_public_holiday(question: Question) -> bool:
    """Whether the notice lists the day as off; chinesecalendar calls every day of rest so."""
    if question.peer.lower().startswith("chinese"):
        return not question.calendar.is_working_day(question.first_day)
    is_make_up = question.first_day in question.calendar.extra_working_days
    return question.first_day in question.calendar.days_off and not is_make_up


def _count(question: Question, counts: Callable[[date], bool]) -> int:
    length = (question.last_day - question.first_day).days + 1
    return sum(counts(question.first_day + ONE_DAY * offset) for offset in range(length))


def _working_days_inclusive(question: Question) -> int:
    weekends = question.vector.get("include_weekends", True)
    calendar = question.calendar
    return _count(
        question,
        lambda day: calendar.is_working_day(day) and (weekends or day.weekday() < Weekday.SATURDAY),
    )


def _days_of_rest_inclusive(question: Question) -> int:
    calendar = question.calendar
    if not question.vector.get("include_weekends", True):
        return _count(question, lambda day: day in calendar.days_off)
    return _count(question, lambda day: not calendar.is_working_day(day))


ANSWERS: Mapping[str, Callable[[Question], object]] = {
    "add_business_time": lambda q: q.calendar.add_working_time(q.start, q.amount, pauses=q.pauses),
    "sub_business_time": lambda q: q.calendar.subtract_working_time(q.start, q.amount),
    "deadline_with_pauses": lambda q: q.calendar.add_working_time(
        q.start, q.amount, pauses=q.pauses
    ),
    "business_time_between": _passed,
    "elapsed_with_pauses": _passed,
    "add_business_days": _working_days_later,
    "sub_business_days": _working_days_earlier,
    "add_working_days_date": _working_day_reached,
    "working_days_between": _working_days_between,
    "is_working_day": lambda q: q.calendar.is_working_day(q.first_day),
    "is_working_instant": lambda q: q.calendar.is_working_instant(q.start),
    "is_public_holiday_cn": _is_public_holiday,
    "roll_forward": lambda q: q.calendar.roll_forward(q.start),
    "working_day_count_inclusive": _working_days_inclusive,
    "non_working_day_count_inclusive": _days_of_rest_inclusive,
}

DURATIONS = {"business_time_between", "elapsed_with_pauses"}

INSTANTS = {
    "add_business_time",
    "sub_business_time",
    "deadline_with_pauses",
    "add_business_days",
    "sub_business_days",
    "roll_forward",
}


if __name__ == "__main__":
    vectors()
