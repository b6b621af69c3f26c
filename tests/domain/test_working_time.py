"""Working time, in the words of a complaints office."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.opening_hours import CalendarError, Segment, Weekday
from domain.working_time import (
    EmptyCalendar,
    Interval,
    NotAWorkingDay,
    OutsideHours,
    WorkingCalendar,
)

NINE_TO_FIVE = (Segment.between("09:00", "17:00"),)
MONDAY_TO_FRIDAY: Mapping[int, tuple[Segment, ...]] = {
    weekday: NINE_TO_FIVE for weekday in Weekday if weekday < Weekday.SATURDAY
}
NOTHING = timedelta(0)


def office(
    week: Mapping[int, tuple[Segment, ...]] = MONDAY_TO_FRIDAY, **data: Any
) -> WorkingCalendar:
    """An office open from nine to five, Monday to Friday, unless said otherwise."""
    data = {"name": "office", "version": "1", "time_zone": None, **data}
    return WorkingCalendar(week=week, **data)


def at(text: str) -> datetime:
    """A local time, written as in a diary."""
    return datetime.fromisoformat(text)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_time_that_runs_out_at_closing_is_due_at_closing() -> None:
    due = office().add_working_time(at("2026-03-02 13:00"), hours(4))
    assert due == at("2026-03-02 17:00")


def test_one_more_second_is_due_the_next_morning() -> None:
    due = office().add_working_time(at("2026-03-02 13:00"), hours(4) + timedelta(seconds=1))
    assert due == at("2026-03-03 09:00:01")


def test_a_deadline_at_closing_stays_there_when_nothing_is_added() -> None:
    closing = at("2026-03-02 17:00")
    assert office().add_working_time(closing, NOTHING) == closing


def test_counted_backwards_time_that_runs_out_at_opening_begins_at_opening() -> None:
    begins = office().subtract_working_time(at("2026-03-02 13:00"), hours(4))
    assert begins == at("2026-03-02 09:00")


def test_a_complaint_that_comes_in_the_evening_starts_the_next_morning() -> None:
    assert office().roll_forward(at("2026-03-02 20:15")) == at("2026-03-03 09:00")


def test_the_instant_of_opening_is_working_time_and_that_of_closing_is_not() -> None:
    assert office().is_working_instant(at("2026-03-02 09:00"))
    assert not office().is_working_instant(at("2026-03-02 17:00"))


def test_the_lunch_break_does_not_count() -> None:
    morning_and_afternoon = (Segment.between("09:00", "12:00"), Segment.between("14:00", "18:00"))
    calendar = office({Weekday.MONDAY: morning_and_afternoon})
    assert calendar.add_working_time(at("2026-03-02 11:00"), hours(2)) == at("2026-03-02 15:00")


def test_a_night_shift_belongs_to_the_day_on_which_it_opens() -> None:
    calendar = office({Weekday.FRIDAY: (Segment.between("22:00", "06:00"),)})
    assert calendar.is_working_instant(at("2026-03-07 05:00"))
    assert not calendar.is_working_day(date(2026, 3, 7))
    assert calendar.closing(date(2026, 3, 6)) == at("2026-03-07 06:00")


def test_a_night_shift_before_a_holiday_runs_to_its_end() -> None:
    calendar = office(
        {weekday: (Segment.between("22:00", "06:00"),) for weekday in Weekday},
        days_off={date(2026, 3, 7): "Founders' day"},
    )
    assert calendar.add_working_time(at("2026-03-06 22:00"), hours(9)) == at("2026-03-08 23:00")


def test_hours_that_two_shifts_share_count_once() -> None:
    calendar = office(
        {
            Weekday.MONDAY: (Segment.between("20:00", "08:00"),),
            Weekday.TUESDAY: (Segment.between("06:00", "10:00"),),
        }
    )
    between = calendar.working_time_between(at("2026-03-02 00:00"), at("2026-03-04 00:00"))
    assert between == hours(14)


def test_a_day_can_be_open_to_its_last_minute() -> None:
    round_the_clock = (Segment.between("00:00", "24:00"),)
    calendar = office(dict.fromkeys(Weekday, round_the_clock))
    assert calendar.add_working_time(at("2026-03-02 20:00"), hours(30)) == at("2026-03-04 02:00")


def test_a_make_up_workday_counts_and_keeps_ordinary_hours() -> None:
    sunday = date(2026, 1, 4)
    calendar = office(extra_working_days={sunday: "New Year"})
    assert calendar.is_working_day(sunday)
    assert calendar.opening(sunday) == at("2026-01-04 09:00")


def test_a_make_up_workday_can_have_hours_of_its_own() -> None:
    sunday = date(2026, 1, 4)
    calendar = office(
        extra_working_days={sunday: "New Year"},
        make_up_hours=(Segment.between("10:00", "15:00"),),
    )
    assert calendar.closing(sunday) == at("2026-01-04 15:00")


def test_a_make_up_workday_wins_over_a_day_off_and_a_day_off_over_the_week() -> None:
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    calendar = office(
        days_off={monday: "Fair", tuesday: "Fair"}, extra_working_days={tuesday: "Fair"}
    )
    assert not calendar.is_working_day(monday)
    assert calendar.is_working_day(tuesday)


def test_each_day_says_why_it_counts_or_not() -> None:
    calendar = office(
        days_off={date(2026, 1, 1): "New Year"}, extra_working_days={date(2026, 1, 4): "New Year"}
    )
    days = [date(2026, 1, day) for day in range(1, 6)]
    assert [calendar.why(day) for day in days] == [
        "holiday:New Year",
        "working",
        "weekend",
        "make-up:New Year",
        "working",
    ]


def test_an_early_closing_on_one_day_takes_its_hours_away() -> None:
    calendar = office(breaks={date(2026, 3, 2): (Segment.between("12:00", "17:00"),)})
    assert calendar.add_working_time(at("2026-03-02 11:00"), hours(2)) == at("2026-03-03 10:00")


def test_the_day_of_receipt_is_not_counted() -> None:
    assert office().add_working_days(date(2026, 3, 2), 3) == date(2026, 3, 5)


def test_a_complaint_received_on_saturday_has_monday_as_its_first_working_day() -> None:
    assert office().add_working_days(date(2026, 3, 7), 1) == date(2026, 3, 9)


def test_zero_working_days_from_a_day_off_is_the_next_working_day() -> None:
    assert office().add_working_days(date(2026, 3, 7), 0) == date(2026, 3, 9)


def test_working_days_count_backwards_too() -> None:
    assert office().add_working_days(date(2026, 3, 9), -1) == date(2026, 3, 6)


def test_working_days_between_two_dates_leave_out_the_first_and_count_the_last() -> None:
    assert office().working_days_between(date(2026, 3, 2), date(2026, 3, 9)) == 5
    assert (
        office().working_days_between(
            date(2026, 3, 2), date(2026, 3, 9), include_start=True, include_end=False
        )
        == 5
    )


def test_time_of_day_is_kept_over_working_days() -> None:
    assert office().working_days_later(at("2026-03-06 11:30"), 1) == at("2026-03-09 11:30")
    assert office().working_days_earlier(at("2026-03-09 11:30"), 1) == at("2026-03-06 11:30")


def test_an_evening_arrival_can_be_rolled_before_or_after_the_days_are_counted() -> None:
    saturday = at("2026-03-07 11:00")
    assert office().working_days_later(saturday, 1) == at("2026-03-10 09:00")
    rolled_after = office().working_days_later(saturday, 1, outside_hours=OutsideHours.ROLL_THE_END)
    assert rolled_after == at("2026-03-09 11:00")


def test_the_clock_stands_still_while_the_customer_is_asked() -> None:
    asked = Interval(start=at("2026-03-02 10:00"), end=at("2026-03-03 10:00"))
    due = office().add_working_time(at("2026-03-02 09:00"), hours(2), pauses=[asked])
    assert due == at("2026-03-03 11:00")


def test_two_pauses_that_overlap_count_once() -> None:
    pauses = [
        Interval(start=at("2026-03-02 10:00"), end=at("2026-03-02 12:00")),
        Interval(start=at("2026-03-02 11:00"), end=at("2026-03-02 13:00")),
    ]
    used = office().working_time_between(
        at("2026-03-02 09:00"), at("2026-03-02 17:00"), pauses=pauses
    )
    assert used == hours(5)


def test_nothing_has_passed_before_the_start() -> None:
    assert office().working_time_between(at("2026-03-03 12:00"), at("2026-03-02 12:00")) == NOTHING


def test_a_calendar_without_working_time_is_refused() -> None:
    with pytest.raises(EmptyCalendar):
        office({Weekday.MONDAY: ()})


def test_segments_that_overlap_are_refused() -> None:
    with pytest.raises(CalendarError):
        office({Weekday.MONDAY: (Segment.between("09:00", "12:00"), *NINE_TO_FIVE)})


@pytest.mark.parametrize("text", ["9", "25:00", "12:60", "noon", "24:01"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(CalendarError):
        Segment.between(text, "17:00")


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(CalendarError):
        office().add_working_time(at("2026-03-02 09:00"), hours(-1))


def test_a_day_off_has_no_opening() -> None:
    with pytest.raises(NotAWorkingDay):
        office().opening(date(2026, 3, 7))


def test_a_calendar_warns_when_few_announced_days_are_left() -> None:
    calendar = office(announced_through=date(2026, 12, 31))
    assert calendar.warnings(date(2026, 10, 2)) == ()
    (warning,) = calendar.warnings(date(2026, 10, 3))
    assert warning.days_left == 89
    assert "plain weeks are assumed" in str(warning)


def test_beyond_the_announced_days_plain_weeks_are_assumed() -> None:
    calendar = office(announced_through=date(2026, 12, 31))
    assert not calendar.is_assumed(date(2026, 12, 31))
    assert calendar.is_assumed(date(2027, 1, 1))
    assert calendar.why(date(2027, 1, 1)) == "working"


def test_hours_in_shanghai_are_instants_in_utc() -> None:
    calendar = office(time_zone="Asia/Shanghai")
    assert calendar.opening(date(2026, 3, 2)) == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert calendar.local_day(datetime(2026, 3, 2, 16, tzinfo=UTC)) == date(2026, 3, 3)


def test_the_day_the_clocks_go_forward_is_an_hour_shorter() -> None:
    calendar = office(
        {weekday: (Segment.between("00:00", "24:00"),) for weekday in Weekday},
        time_zone="Europe/Berlin",
    )
    short_day, long_day = date(2026, 3, 29), date(2026, 10, 25)
    for day, length in ((short_day, 23), (long_day, 25)):
        assert calendar.closing(day) - calendar.opening(day) == hours(length)


def test_hours_on_both_sides_of_a_skipped_hour_count_once() -> None:
    around_the_change = (Segment.between("02:00", "02:45"), Segment.between("03:00", "04:00"))
    calendar = office({Weekday.SUNDAY: around_the_change}, time_zone="Europe/Berlin")
    midnight = calendar.at(date(2026, 3, 29), NOTHING)
    assert calendar.working_time_between(midnight, midnight + hours(23)) == hours(1)


def test_a_break_after_midnight_interrupts_the_night_shift_of_the_day_before() -> None:
    calendar = office(
        {Weekday.FRIDAY: (Segment.between("22:00", "06:00"),)},
        breaks={date(2026, 3, 7): (Segment.between("02:00", "03:00"),)},
    )
    assert calendar.add_working_time(at("2026-03-06 22:00"), hours(5)) == at("2026-03-07 04:00")
