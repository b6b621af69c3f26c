"""Working time: when an office is at work, and arithmetic that counts only that time.

A `WorkingCalendar` is data: the hours of an ordinary week, the days off, the make-up workdays and
how far the authority has announced them. Everything here is a pure answer of that data.

Two rules hold throughout (the reasons are in docs/working-time.md):

* Working time is half open: the instant of opening is working time, the instant of closing is not.
* Time that runs out exactly at closing is due **at closing**, not at the next opening; counted
  backwards, time that runs out exactly at opening begins at that opening.

Instants of a calendar with a time zone are aware datetimes and answers are in UTC. A calendar
without a time zone takes and gives naive local datetimes. Wall-clock hours become instants day by
day, so a day on which the clocks change has an hour more or less of working time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.opening_hours import MIDNIGHT, NOTHING, ONE_DAY, CalendarError, Segment, Weekday


class EmptyCalendar(CalendarError):
    """A calendar whose ordinary week has no working time: no deadline would ever come."""


class NotAWorkingDay(CalendarError):
    """Opening or closing was asked of a day on which the office does not open."""


class OutsideHours(StrEnum):
    """What a time outside working hours means when whole working days are counted."""

    ROLL_THE_START = "roll-the-start"
    """What arrives outside hours counts as arrived when the office is next at work."""
    ROLL_THE_END = "roll-the-end"
    """The days are counted first; an end outside hours moves to the office's next hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of time between two instants: of work, or of a clock's pause."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortHorizon:
    """A warning: the announced days of a calendar soon end, or have ended."""

    calendar: str
    announced_through: date
    days_left: int
    """Negative when the announced days have already ended."""

    def __str__(self) -> str:
        return (
            f"Calendar {self.calendar}: days off and make-up workdays are announced through "
            f"{self.announced_through}, {self.days_left} days from now. Beyond that day plain "
            "weeks are assumed."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When one office works. Refused as `EmptyCalendar` if its ordinary week has no hours."""

    name: str
    version: str
    """The version of the data; a stored date names it."""
    time_zone: str | None
    """IANA name; None for an office whose zone does not matter (naive local times)."""
    week: Mapping[int, tuple[Segment, ...]]
    """The ordinary week: hours of each `Weekday`; a weekday left out is a day of rest."""
    days_off: Mapping[date, str] = field(default_factory=dict)
    """Holidays, each with its name. They win over the week."""
    extra_working_days: Mapping[date, str] = field(default_factory=dict)
    """Make-up workdays, each with the holiday it makes up for. They win over days off."""
    make_up_hours: tuple[Segment, ...] = ()
    """Hours of a make-up workday on a day of rest; empty: those of the week's first workday."""
    breaks: Mapping[date, tuple[Segment, ...]] = field(default_factory=dict)
    """Hours of single dates on which the office is closed although the day is a working day."""
    announced_through: date = date.max
    """The last day the authority has announced; beyond it plain weeks are assumed."""
    warn_below_days: int = 90
    """How many announced days must be left before `warnings` speaks."""

    # Expanding a day into instants is the costly step; one calendar meets the same days often.
    _expanded: dict[date, tuple[Interval, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise EmptyCalendar(f"calendar {self.name!r} has no working time in its week")
        for segments in (*self.week.values(), self.make_up_hours):
            _refuse_overlap(segments)

    # -- days ----------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on that day."""
        if day in self.extra_working_days:
            return True
        return day not in self.days_off and bool(self.week.get(day.weekday()))

    def why(self, day: date) -> str:
        """Why that day counts or not: working, weekend, holiday:<name> or make-up:<name>."""
        if day in self.extra_working_days:
            return f"make-up:{self.extra_working_days[day]}"
        if day in self.days_off:
            return f"holiday:{self.days_off[day]}"
        return "working" if self.week.get(day.weekday()) else "weekend"

    def is_assumed(self, day: date) -> bool:
        """Whether the answer for that day rests on a plain week because nothing is announced."""
        return day > self.announced_through

    def warnings(self, as_of: date) -> tuple[ShortHorizon, ...]:
        """What the keeper of the calendar must see to, as of that day."""
        days_left = (self.announced_through - as_of).days
        if days_left >= self.warn_below_days:
            return ()
        return (
            ShortHorizon(
                calendar=self.name,
                announced_through=self.announced_through,
                days_left=days_left,
            ),
        )

    def next_working_day(self, day: date) -> date:
        """The first working day on or after that day."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after that day (before it, if negative).

        The day itself is never counted, whether it is a working day or not. Zero asks for the
        first working day on or after it: no date of ours falls on a day off.
        """
        if count == 0:
            return self.next_working_day(day)
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def working_days_between(
        self, start: date, end: date, *, include_start: bool = False, include_end: bool = True
    ) -> int:
        """How many working days lie between two days; none when the end is before the start."""
        first = start if include_start else start + ONE_DAY
        last = end if include_end else end - ONE_DAY
        return sum(
            self.is_working_day(first + timedelta(days=offset))
            for offset in range((last - first).days + 1)
        )

    # -- instants ------------------------------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        """By which its calendar days begin and end."""
        return ZoneInfo(self.time_zone or "UTC")

    def local_day(self, instant: datetime) -> date:
        """The date on the office's wall at that instant."""
        if self.time_zone is None:
            return instant.date()
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def at(self, day: date, wall_clock: timedelta) -> datetime:
        """The instant at which the office's clock shows that time since that day's midnight.

        A time the clocks skip is read as if they had not been changed yet; of a time they show
        twice, the first is meant.
        """
        local = datetime.combine(day, MIDNIGHT) + wall_clock
        if self.time_zone is None:
            return local
        return local.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """When the office first opens on that day; `NotAWorkingDay` if it does not."""
        return self._hours(day)[0].start

    def closing(self, day: date) -> datetime:
        """When the office last closes; after midnight if its last stretch runs into the night."""
        return self._hours(day)[-1].end

    def is_working_instant(self, instant: datetime) -> bool:
        """Whether the office is at work at that instant."""
        return self.roll_forward(instant) == instant

    def roll_forward(self, instant: datetime) -> datetime:
        """That instant if the office is at work, otherwise its next opening."""
        return next(span.start for span in self._spans_from(instant) if span.length)

    def add_working_time(
        self, start: datetime, amount: timedelta, *, pauses: Iterable[Interval] = ()
    ) -> datetime:
        """When that much working time has passed since the start, pauses not counted.

        Adding nothing to an instant outside working time gives the next opening.
        """
        left = _not_negative(amount)
        for span in _without(self._spans_from(start), tuple(pauses)):
            if left <= span.length:
                return span.start + left
            left -= span.length
        raise AssertionError("the ordinary week never ends")

    def subtract_working_time(self, end: datetime, amount: timedelta) -> datetime:
        """From when that much working time passes until the end.

        Subtracting nothing from an instant outside working time gives the last closing.
        """
        left = _not_negative(amount)
        for span in self._spans_back_from(end):
            if left <= span.length:
                return span.end - left
            left -= span.length
        raise AssertionError("the ordinary week never ends")

    def working_time_between(
        self, start: datetime, end: datetime, *, pauses: Iterable[Interval] = ()
    ) -> timedelta:
        """How much working time passes between two instants, pauses not counted.

        Nothing when the end is before the start: no time has passed yet.
        """
        passed = NOTHING
        for span in _without(self._spans_from(start), tuple(pauses)):
            if span.start >= end:
                break
            passed += min(span.end, end) - span.start
        return passed

    def working_days_later(
        self,
        start: datetime,
        count: int,
        *,
        outside_hours: OutsideHours = OutsideHours.ROLL_THE_START,
    ) -> datetime:
        """The same time of day that many working days later, moved on into working hours."""
        if outside_hours is OutsideHours.ROLL_THE_START:
            start = self.add_working_time(start, NOTHING)
        return self.add_working_time(self._moved(start, count), NOTHING)

    def working_days_earlier(
        self,
        start: datetime,
        count: int,
        *,
        outside_hours: OutsideHours = OutsideHours.ROLL_THE_START,
    ) -> datetime:
        """The same time of day that many working days earlier, moved back into working hours.

        Looking back, what lies outside hours belongs to the hours before it, from their opening.
        """
        rolls = outside_hours is OutsideHours.ROLL_THE_START
        if rolls and self.subtract_working_time(start, NOTHING) != start:
            start = next(span.start for span in self._spans_back_from(start))
        return self.subtract_working_time(self._moved(start, -count), NOTHING)

    # -- the machinery -------------------------------------------------------------------------

    def _moved(self, start: datetime, count: int) -> datetime:
        """The same time on the wall clock, that many working days away."""
        day = self.local_day(start)
        target = self.add_working_days(day, count) if count else day
        return self.at(target, self._wall_clock(start))

    def _wall_clock(self, instant: datetime) -> timedelta:
        """The time since midnight that the office's clock shows."""
        if self.time_zone is not None:
            instant = instant.astimezone(ZoneInfo(self.time_zone))
        local = instant.replace(tzinfo=None)
        return local - datetime.combine(local.date(), MIDNIGHT)

    def _hours(self, day: date) -> tuple[Interval, ...]:
        spans = self._spans_on(day)
        if not spans:
            raise NotAWorkingDay(f"calendar {self.name!r} does not open on {day}")
        return spans

    def _segments_on(self, day: date) -> tuple[Segment, ...]:
        if not self.is_working_day(day):
            return ()
        return self.week.get(day.weekday()) or self.make_up_hours or self._first_workday_hours()

    def _first_workday_hours(self) -> tuple[Segment, ...]:
        return next(self.week[weekday] for weekday in Weekday if self.week.get(weekday))

    def _spans_on(self, day: date) -> tuple[Interval, ...]:
        """The working time that belongs to that day, in order and apart from one another."""
        expanded = self._expanded.get(day)
        if expanded is None:
            expanded = self._expanded[day] = tuple(self._expand(day))
        return expanded

    def _expand(self, day: date) -> Iterator[Interval]:
        """Each segment of the day as instants, less breaks and what an earlier segment has taken.

        Segments meet when a night shift reaches into the next day's hours, or when the clocks
        skip the hour between them.
        """
        around = (day - ONE_DAY, day, day + ONE_DAY)
        breaks = tuple(self._span(near, b) for near in around for b in self.breaks.get(near, ()))
        night_shift = [self.at(day - ONE_DAY, s.closes) for s in self._segments_on(day - ONE_DAY)]
        taken = max(night_shift, default=self.at(day, NOTHING))
        for segment in self._segments_on(day):
            span = _from_on(self._span(day, segment), taken)
            taken = max(taken, span.end)
            yield from (rest for rest in _without([span], breaks) if rest.length > NOTHING)

    def _span(self, day: date, segment: Segment) -> Interval:
        return Interval(start=self.at(day, segment.opens), end=self.at(day, segment.closes))

    def _spans_from(self, instant: datetime) -> Iterator[Interval]:
        """Working time from that instant on; one closing right then is given with no length."""
        day = self.local_day(instant) - ONE_DAY
        while True:
            for span in self._spans_on(day):
                if span.end >= instant:
                    yield _from_on(span, instant)
            day += ONE_DAY

    def _spans_back_from(self, instant: datetime) -> Iterator[Interval]:
        """Working time before it, latest first; one opening right then is given with no length."""
        day = self.local_day(instant)
        while True:
            for span in reversed(self._spans_on(day)):
                if span.start <= instant:
                    yield Interval(start=span.start, end=min(span.end, instant))
            day -= ONE_DAY


def _not_negative(amount: timedelta) -> timedelta:
    if amount < NOTHING:
        raise CalendarError(f"an amount of working time is not negative: {amount}")
    return amount


def _refuse_overlap(segments: tuple[Segment, ...]) -> None:
    for earlier, later in pairwise(segments):
        if later.opens < earlier.closes:
            raise CalendarError("the segments of a day follow one another and do not overlap")


def _from_on(span: Interval, instant: datetime) -> Interval:
    """What is left of a span from that instant on."""
    return span if span.start >= instant else Interval(start=instant, end=max(span.end, instant))


def _without(spans: Iterable[Interval], pauses: tuple[Interval, ...]) -> Iterator[Interval]:
    """Those spans with the pauses taken out."""
    in_order = sorted(pauses, key=lambda pause: pause.start)
    for span in spans:
        start = span.start
        for pause in in_order:
            if pause.end <= start or pause.start >= span.end:
                continue
            if pause.start > start:
                yield Interval(start=start, end=pause.start)
            start = pause.end
        if start <= span.end:
            yield Interval(start=start, end=span.end)
