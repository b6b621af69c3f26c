"""What a date may be, for everybody who hands one in: form, API, file, command, act and page.

A year mistyped is a date like any other to a calendar. Here it is told apart, before a clock starts
on it or waits for it: nothing is taken that the engine could not carry out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum


class DateFault(Enum):
    """Why a date will not do. Beside a field it is the `BadInput` of its value, which has words."""

    IN_THE_FUTURE = "in_the_future"
    LONG_AGO = "long_ago"
    """May be right; whoever hands it in must say that it is."""
    TOO_LONG_AGO = "too_long_ago"
    DATE_HAS_PASSED = "date_has_passed"
    BEFORE_RECEIPT = "before_receipt"
    TOO_FAR_AHEAD = "too_far_ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstantLimits:
    """How far dates may lie from now, in years; the bank's choice (`policies/instants/`)."""

    receipt_asked_after_years: int
    receipt_most_years: int
    later_date_most_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDates:
    """What the date of a receipt may be at one door."""

    limits: InstantLimits
    is_confirmed: bool = False
    """Whoever hands the complaint in has said that it came long ago."""
    archive_from: datetime | None = None
    """A file that says since when it has been kept is asked nothing after that, however old."""

    def fault_of(self, received_at: datetime, now: datetime) -> DateFault | None:
        """What stands against that date; None for nothing."""
        if received_at > now:
            return DateFault.IN_THE_FUTURE
        if self.archive_from is not None and received_at >= self.archive_from:
            return None
        if received_at < years_before(now, self.limits.receipt_most_years):
            return DateFault.TOO_LONG_AGO
        asked_before = years_before(now, self.limits.receipt_asked_after_years)
        return None if self.is_confirmed or received_at >= asked_before else DateFault.LONG_AGO


def fault_of_later_date(
    later: datetime,
    now: datetime,
    limits: InstantLimits,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> DateFault | None:
    """What stands against a date that somebody asks for or sets; None for nothing. `not_before` is
    the receipt, where there is one to compare with; `not_after` is the bound of the pack, where it
    sets one, and takes the place of the bank's years.
    """
    if not_before is not None and later < not_before:
        return DateFault.BEFORE_RECEIPT
    if later <= now:
        return DateFault.DATE_HAS_PASSED
    latest = not_after or years_after(now, limits.later_date_most_years)
    return DateFault.TOO_FAR_AHEAD if later > latest else None


def instant_of(written: datetime, zone: tzinfo) -> datetime | None:
    """What a date and time mean, on the clock of that zone unless they name their own distance from
    UTC; None for one at the edge of all years, which is no instant everywhere.
    """
    local = written if written.tzinfo else written.replace(tzinfo=zone)
    try:
        return local.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def years_before(instant: datetime, years: int) -> datetime:
    """The same day and hour so many years earlier; a 29 February may become a 28th."""
    return _in_year(instant, instant.year - years)


def years_after(instant: datetime, years: int) -> datetime:
    """The same day and hour so many years later; a 29 February may become a 28th."""
    return _in_year(instant, instant.year + years)


def _in_year(instant: datetime, year: int) -> datetime:
    try:
        return instant.replace(year=year)
    except ValueError:
        return instant.replace(year=year, day=28)
