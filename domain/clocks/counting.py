"""Counting days and hours from an instant, with each day said why it counts or not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case import (
    Pause,
)
from domain.clocks.ledger import DayCounted
from domain.policy import Span, TimeUnit
from domain.working_time import WorkingCalendar

ONE_DAY = timedelta(days=1)


def day_named(due_at: datetime, calendar: WorkingCalendar) -> date:
    """The day a person would call the last one: midnight belongs to the day it ends."""
    return (due_at - timedelta(microseconds=1)).astimezone(calendar.zone).date()


def count(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    calendar: WorkingCalendar,
    *,
    receipt_day_counts: bool,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """When a span that begins at an anchor is over, and each day with how much of it counted.

    The instant is None while an open wait for the customer keeps it from coming.
    """
    match within.unit:
        case TimeUnit.WORKING_DAY | TimeUnit.CALENDAR_DAY:
            return _count_days(
                within, anchor_at, pauses, calendar, receipt_day_counts=receipt_day_counts
            )
        case TimeUnit.WORKING_HOUR | TimeUnit.CLOCK_HOUR | TimeUnit.SECOND:
            return _count_time(within, anchor_at, pauses, calendar)


def _count_days(
    within: Span,
    anchor_at: datetime,
    pauses: tuple[Pause, ...],
    calendar: WorkingCalendar,
    *,
    receipt_day_counts: bool,
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """Days one by one. A day counts when the clock was running as that day ended.

    A working day ends when the bank closes, a calendar day at midnight, and so does the limit. A
    wait for the customer that lasts over the end of a day therefore moves the date on by that day,
    and no date ever falls inside a wait. The day of receipt counts only if the pack says so, and
    the bank had not closed yet.
    """
    by_working_days = within.unit is TimeUnit.WORKING_DAY
    zone = calendar.zone
    day = anchor_at.astimezone(zone).date()
    days: list[DayCounted] = []
    if not receipt_day_counts:
        days.append(DayCounted(on=day, amount=0, why="receipt"))
        day += timedelta(days=1)
    left = within.amount
    while left > 0:
        if by_working_days and not calendar.is_working_day(day):
            days.append(DayCounted(on=day, amount=0, why=calendar.why(day)))
        else:
            ends = calendar.closing(day) if by_working_days else _midnight(day + ONE_DAY, zone)
            stood_still = _pause_over(ends, pauses)
            if stood_still is not None and stood_still.until_at is None:
                return None, tuple(days)
            why = "waiting" if stood_still else calendar.why(day) if by_working_days else "calendar"
            if ends <= anchor_at:
                why = "receipt"
            counts = stood_still is None and ends > anchor_at
            left -= counts
            days.append(DayCounted(on=day, amount=int(counts), why=why))
        day += ONE_DAY
    last = days[-1].on
    return calendar.closing(last) if by_working_days else _midnight(last + ONE_DAY, zone), tuple(
        days
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _pause_over(end: datetime, pauses: tuple[Pause, ...]) -> Pause | None:
    """The wait that lasts over the end of a day."""
    return next(
        (
            each
            for each in pauses
            if each.since_at < end and (each.until_at is None or end <= each.until_at)
        ),
        None,
    )


def _count_time(
    within: Span, anchor_at: datetime, pauses: tuple[Pause, ...], calendar: WorkingCalendar
) -> tuple[datetime | None, tuple[DayCounted, ...]]:
    """Hours or seconds, in stretches between the waits for the customer."""
    by_working_hours = within.unit is TimeUnit.WORKING_HOUR
    left = timedelta(seconds=within.amount * (1 if within.unit is TimeUnit.SECOND else 3600))
    cursor = anchor_at
    stretches: list[tuple[datetime, datetime]] = []
    for pause in pauses:
        if pause.until_at is not None and pause.until_at <= cursor:
            continue
        spent = (
            calendar.working_time_between(cursor, max(cursor, pause.since_at))
            if by_working_hours
            else max(timedelta(0), pause.since_at - cursor)
        )
        if spent >= left:
            break
        if pause.since_at > cursor:
            stretches.append((cursor, pause.since_at))
        left -= spent
        if pause.until_at is None:
            return None, tuple(_stretches_by_day(stretches, by_working_hours, calendar))
        cursor = pause.until_at
    due_at = calendar.add_working_time(cursor, left) if by_working_hours else cursor + left
    stretches.append((cursor, due_at))
    return due_at, tuple(_stretches_by_day(stretches, by_working_hours, calendar))


def _stretches_by_day(
    stretches: list[tuple[datetime, datetime]], by_working_hours: bool, calendar: WorkingCalendar
) -> Iterator[DayCounted]:
    zone = calendar.zone
    for begins, ends in stretches:
        day = begins.astimezone(zone).date()
        while (midnight := _midnight(day, zone)) < ends:
            first, last = max(begins, midnight), min(ends, _midnight(day + timedelta(days=1), zone))
            counted = (
                calendar.working_time_between(first, last) if by_working_hours else last - first
            )
            why = calendar.why(day) if by_working_hours else "calendar"
            yield DayCounted(on=day, amount=int(counted.total_seconds()), why=why)
            day += timedelta(days=1)


def earlier(due_at: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """The instant so long before a date; days keep to closing time."""
    match span.unit:
        case TimeUnit.WORKING_DAY:
            last = day_named(due_at, calendar)
            return calendar.closing(calendar.add_working_days(last, -span.amount))
        case TimeUnit.WORKING_HOUR:
            return calendar.subtract_working_time(due_at, timedelta(hours=span.amount))
        case TimeUnit.CALENDAR_DAY:
            return due_at - timedelta(days=span.amount)
        case TimeUnit.CLOCK_HOUR:
            return due_at - timedelta(hours=span.amount)
        case TimeUnit.SECOND:
            return due_at - timedelta(seconds=span.amount)


def after(instant: datetime, span: Span, calendar: WorkingCalendar) -> datetime:
    """So long after; the day itself never counts, or somebody told at closing would be late.
    Midnight belongs to the day it ends.
    """
    in_days = span.unit in (TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY)
    begins = instant - timedelta(microseconds=1) if in_days else instant
    later, _ = count(span, begins, (), calendar, receipt_day_counts=False)
    assert later is not None, "only an open wait for the customer leaves a date open"
    return later
