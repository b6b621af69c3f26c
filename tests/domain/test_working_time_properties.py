"""What holds for working time whatever the calendar: night shifts, breaks, clocks that change."""

import os
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.opening_hours import Segment, Weekday
from domain.working_time import Interval, WorkingCalendar

MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)
# Enough to catch a slip within a second or two; EXAMPLES=3000 looks for longer.
quickly = settings(max_examples=int(os.environ.get("EXAMPLES", "20")), deadline=None)

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)

ZONES = [
    None,
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/St_Johns",  # half an hour off the whole hours
    "Australia/Lord_Howe",  # changes its clocks by half an hour
]

days = st.dates(FIRST, LAST)
amounts = st.integers(0, 60 * 200).map(lambda minutes: minutes * MINUTE)
working_days = st.integers(1, 40)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> tuple[Segment, ...]:
    """Up to three segments, the last of which may run past midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 36 * 4), max_size=6)))
    quarters = [edge * 15 * MINUTE for edge in edges]
    pairs = zip(quarters[::2], quarters[1::2], strict=False)
    return tuple(
        Segment(opens=opens, closes=closes)
        for opens, closes in pairs
        if opens < 24 * 60 * MINUTE and closes <= opens + 24 * 60 * MINUTE
    )


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """Any office: any hours, zone, days off, make-up workdays and early closings."""
    week: dict[int, tuple[Segment, ...]] = {weekday: draw(hours_of_a_day()) for weekday in Weekday}
    week[Weekday.WEDNESDAY] = week[Weekday.WEDNESDAY] or (Segment.between("09:00", "17:00"),)
    return WorkingCalendar(
        name="any",
        version="1",
        time_zone=draw(st.sampled_from(ZONES)),
        week=week,
        days_off=draw(st.dictionaries(days, st.just("holiday"), max_size=5)),
        extra_working_days=draw(st.dictionaries(days, st.just("holiday"), max_size=5)),
        breaks=draw(st.dictionaries(days, hours_of_a_day(), max_size=3)),
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[WorkingCalendar, datetime]:
    """A calendar and an instant it can be asked about."""
    calendar = draw(calendars())
    zone = UTC if calendar.time_zone else None
    minutes = draw(st.integers(0, 365 * 24 * 60))
    return calendar, datetime(2025, 1, 1, tzinfo=zone) + minutes * MINUTE


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Interval]:
    """Some stretches, apart or not, after that start."""
    begins_and_lengths = st.tuples(st.integers(0, 10_000), st.integers(1, 5_000))
    return [
        Interval(start=start + begin * MINUTE, end=start + (begin + length) * MINUTE)
        for begin, length in draw(st.lists(begins_and_lengths, max_size=4))
    ]


def at_work_or_closing(calendar: WorkingCalendar, instant: datetime) -> bool:
    return calendar.subtract_working_time(instant, NOTHING) == instant


@quickly
@given(questions())
def test_adding_nothing_leaves_an_instant_of_work_where_it_is(
    question: tuple[WorkingCalendar, datetime],
) -> None:
    calendar, start = question
    at_work = calendar.roll_forward(start)
    assert calendar.add_working_time(at_work, NOTHING) == at_work
    assert calendar.add_working_time(start, NOTHING) in (start, at_work)


@quickly
@given(questions(), amounts, amounts)
def test_adding_in_two_parts_is_adding_at_once(
    question: tuple[WorkingCalendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, start = question
    in_two = calendar.add_working_time(calendar.add_working_time(start, first), second)
    assert in_two == calendar.add_working_time(start, first + second)


@quickly
@given(questions(), amounts)
def test_a_deadline_never_falls_outside_working_time(
    question: tuple[WorkingCalendar, datetime], amount: timedelta
) -> None:
    calendar, start = question
    assert at_work_or_closing(calendar, calendar.add_working_time(start, amount))


@quickly
@given(questions(), amounts)
def test_a_beginning_never_falls_outside_working_time(
    question: tuple[WorkingCalendar, datetime], amount: timedelta
) -> None:
    calendar, end = question
    begins = calendar.subtract_working_time(end, amount)
    assert at_work_or_closing(calendar, begins)


@quickly
@given(questions(), amounts, amounts, st.integers(0, 5_000))
def test_more_time_or_a_later_start_is_never_due_earlier(
    question: tuple[WorkingCalendar, datetime], amount: timedelta, more: timedelta, later: int
) -> None:
    calendar, start = question
    due = calendar.add_working_time(start, amount)
    assert calendar.add_working_time(start, amount + more) >= due
    assert calendar.add_working_time(start + later * MINUTE, amount) >= due


@quickly
@given(questions(), amounts)
def test_taking_away_undoes_adding(
    question: tuple[WorkingCalendar, datetime], amount: timedelta
) -> None:
    calendar, start = question
    at_work = calendar.roll_forward(start)
    due = calendar.add_working_time(at_work, amount)
    back = calendar.subtract_working_time(due, amount)
    assert calendar.roll_forward(back) == at_work


@quickly
@given(questions(), amounts, st.data())
def test_the_time_between_is_the_time_that_was_added(
    question: tuple[WorkingCalendar, datetime], amount: timedelta, data: st.DataObject
) -> None:
    calendar, start = question
    stopped = data.draw(pauses(start))
    due = calendar.add_working_time(start, amount, pauses=stopped)
    assert calendar.working_time_between(start, due, pauses=stopped) == amount


@quickly
@given(questions(), amounts, st.data())
def test_a_pause_never_makes_a_deadline_earlier(
    question: tuple[WorkingCalendar, datetime], amount: timedelta, data: st.DataObject
) -> None:
    calendar, start = question
    due = calendar.add_working_time(start, amount)
    assert calendar.add_working_time(start, amount, pauses=data.draw(pauses(start))) >= due


@quickly
@given(calendars(), days, working_days)
def test_counting_working_days_and_adding_them_agree(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    target = calendar.add_working_days(day, count)
    assert calendar.is_working_day(target)
    assert calendar.working_days_between(day, target) == count
    assert calendar.add_working_days(calendar.add_working_days(day, 1), count - 1) == target


@quickly
@given(calendars(), days)
def test_the_hours_of_a_day_are_in_order_and_apart(calendar: WorkingCalendar, day: date) -> None:
    spans = [
        span
        for offset in range(3)
        for span in calendar._spans_on(day + timedelta(days=offset))  # the invariant behind all
    ]
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
