"""What a date may be: the same answer at every door, and figures that the bank can turn."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from domain.complaint import BadInput
from domain.instants import (
    DateFault,
    InstantLimits,
    ReceiptDates,
    fault_of_later_date,
    instant_of,
    years_after,
    years_before,
)

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
LIMITS = InstantLimits(receipt_asked_after_years=1, receipt_most_years=10, later_date_most_years=2)
A_MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("received_at", "fault"),
    [
        (NOW, None),
        (NOW + A_MOMENT, DateFault.IN_THE_FUTURE),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), DateFault.IN_THE_FUTURE),
        (datetime(2025, 11, 28, 2, 0, tzinfo=UTC), None),
        (datetime(2025, 11, 28, 2, 0, tzinfo=UTC) - A_MOMENT, DateFault.LONG_AGO),
        (datetime(2016, 11, 28, 2, 0, tzinfo=UTC), DateFault.LONG_AGO),
        (datetime(2016, 11, 28, 2, 0, tzinfo=UTC) - A_MOMENT, DateFault.TOO_LONG_AGO),
        (datetime(202, 11, 28, 9, 30, tzinfo=UTC), DateFault.TOO_LONG_AGO),
        (datetime(1, 1, 1, tzinfo=UTC), DateFault.TOO_LONG_AGO),
    ],
)
def test_a_receipt_is_past_and_not_long_past(
    received_at: datetime, fault: DateFault | None
) -> None:
    assert ReceiptDates(limits=LIMITS).fault_of(received_at, NOW) == fault


@pytest.mark.parametrize(
    ("received_at", "fault"),
    [
        (datetime(2017, 1, 1, tzinfo=UTC), None),
        (datetime(2016, 1, 1, tzinfo=UTC), DateFault.TOO_LONG_AGO),
        (datetime(2027, 1, 1, tzinfo=UTC), DateFault.IN_THE_FUTURE),
    ],
)
def test_confirming_answers_the_question_and_lifts_no_bound(
    received_at: datetime, fault: DateFault | None
) -> None:
    assert ReceiptDates(limits=LIMITS, is_confirmed=True).fault_of(received_at, NOW) == fault


@pytest.mark.parametrize(
    ("received_at", "fault"),
    [
        (datetime(2011, 12, 1, tzinfo=UTC), None),
        (datetime(2019, 3, 4, tzinfo=UTC), None),
        (datetime(2011, 12, 1, tzinfo=UTC) - A_MOMENT, DateFault.TOO_LONG_AGO),
        (datetime(202, 3, 4, tzinfo=UTC), DateFault.TOO_LONG_AGO),
        (datetime(2027, 1, 1, tzinfo=UTC), DateFault.IN_THE_FUTURE),
    ],
)
def test_an_archive_is_believed_from_its_first_day_on(
    received_at: datetime, fault: DateFault | None
) -> None:
    archive = ReceiptDates(limits=LIMITS, archive_from=datetime(2011, 12, 1, tzinfo=UTC))
    assert archive.fault_of(received_at, NOW) == fault


@pytest.mark.parametrize(
    ("later", "fault"),
    [
        (NOW + A_MOMENT, None),
        (NOW, DateFault.DATE_HAS_PASSED),
        (datetime(1, 1, 1, tzinfo=UTC), DateFault.DATE_HAS_PASSED),
        (datetime(2028, 11, 28, 2, 0, tzinfo=UTC), None),
        (datetime(2028, 11, 28, 2, 0, tzinfo=UTC) + A_MOMENT, DateFault.TOO_FAR_AHEAD),
        (datetime(2206, 11, 28, tzinfo=UTC), DateFault.TOO_FAR_AHEAD),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), DateFault.TOO_FAR_AHEAD),
    ],
)
def test_a_later_date_lies_ahead_and_not_beyond_all_care(
    later: datetime, fault: DateFault | None
) -> None:
    assert fault_of_later_date(later, NOW, LIMITS) == fault


def test_the_bound_of_the_pack_takes_the_place_of_the_banks_years() -> None:
    month = NOW + timedelta(days=30)
    assert fault_of_later_date(month, NOW, LIMITS, not_after=month) is None
    beyond = fault_of_later_date(month + A_MOMENT, NOW, LIMITS, not_after=month)
    assert beyond is DateFault.TOO_FAR_AHEAD


def test_no_date_of_a_sender_lies_before_the_receipt() -> None:
    before = NOW - timedelta(days=1)
    assert (
        fault_of_later_date(before - A_MOMENT, NOW, LIMITS, not_before=before)
        is DateFault.BEFORE_RECEIPT
    )


def test_a_clock_on_the_wall_is_read_in_its_zone_and_one_with_an_offset_in_that() -> None:
    nine = datetime.fromisoformat("2026-11-20T09:30")
    shanghai = ZoneInfo("Asia/Shanghai")
    assert instant_of(nine, shanghai) == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    west = nine.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert instant_of(west, shanghai) == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ("0001-01-01T00:00", "Asia/Shanghai"),
        ("9999-12-31T23:59", "America/New_York"),
    ],
)
def test_a_date_at_the_edge_of_all_years_is_no_instant(at: str, zone: str) -> None:
    assert instant_of(datetime.fromisoformat(at), ZoneInfo(zone)) is None


def test_years_are_counted_by_the_calendar_and_a_leap_day_becomes_the_28th() -> None:
    leap = datetime(2028, 2, 29, 9, 0, tzinfo=UTC)
    assert years_before(leap, 1) == datetime(2027, 2, 28, 9, 0, tzinfo=UTC)
    assert years_before(leap, 4) == datetime(2024, 2, 29, 9, 0, tzinfo=UTC)
    assert years_after(leap, 2) == datetime(2030, 2, 28, 9, 0, tzinfo=UTC)


def test_every_fault_of_a_date_can_stand_beside_a_field() -> None:
    assert {fault.value for fault in DateFault} <= {code.value for code in BadInput}
