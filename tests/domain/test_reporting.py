"""For which days a report is owed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.case import Disposition, Status
from domain.classification import Responsibility, Validity, WithdrawalKind
from domain.report_tables import Part, Table, changed_rows
from domain.reporting import Cadence, classified, reporting_period_of
from tests.builders import a_case, some_conduct
from tests.tables import told


def on(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


PERIODS = {
    "a day is its own": (Cadence.DAY, on(11, 9), on(11, 9), on(11, 9)),
    "so is a working day": (Cadence.WORKING_DAY, on(11, 9), on(11, 9), on(11, 9)),
    "a half-month ends on the fifteenth": (
        Cadence.HALF_MONTH,
        on(11, 15),
        on(11, 1),
        on(11, 15),
    ),
    "the next begins the day after": (Cadence.HALF_MONTH, on(11, 16), on(11, 16), on(11, 30)),
    "a month ends with it": (Cadence.MONTH, on(11, 9), on(11, 1), on(11, 30)),
    "February has 28 days": (Cadence.MONTH, on(2, 28), on(2, 1), on(2, 28)),
    "or 29": (Cadence.MONTH, on(2, 1, 2028), on(2, 1, 2028), on(2, 29, 2028)),
    "the second half of February": (Cadence.HALF_MONTH, on(2, 20), on(2, 16), on(2, 28)),
    "December ends the year": (Cadence.MONTH, on(12, 31), on(12, 1), on(12, 31)),
    "a quarter has three months": (Cadence.QUARTER, on(11, 9), on(10, 1), on(12, 31)),
    "the first quarter begins with the year": (Cadence.QUARTER, on(1, 1), on(1, 1), on(3, 31)),
    "a half-year has six": (Cadence.HALF_YEAR, on(6, 30), on(1, 1), on(6, 30)),
    "the second begins in July": (Cadence.HALF_YEAR, on(7, 1), on(7, 1), on(12, 31)),
    "a year has twelve": (Cadence.YEAR, on(2, 28), on(1, 1), on(12, 31)),
}


@told("cadence, day, begins, ends", PERIODS)
def test_a_day_lies_in_a_reporting_period(
    cadence: Cadence, day: date, begins: date, ends: date
) -> None:
    assert reporting_period_of(cadence, day) == (begins, ends)


@pytest.mark.parametrize("cadence", Cadence)
def test_periods_follow_each_other_without_a_gap(cadence: Cadence) -> None:
    """Over a leap year, whose every day is in one period and in no other."""
    day, last = on(1, 1, 2028), on(12, 31, 2028)
    while day <= last:
        begins, ends = reporting_period_of(cadence, day)
        assert begins == day
        for inside in range((ends - begins).days + 1):
            assert reporting_period_of(cadence, begins + timedelta(inside)) == (begins, ends)
        day = ends + timedelta(1)
    assert day == last + timedelta(1)


def test_a_52_what_somebody_was_pressed_to_take_back_is_not_settled() -> None:
    pressed = Disposition(
        validity=Validity.VALID,
        responsibility=Responsibility.BANK,
        withdrawal=WithdrawalKind.COERCED,
    )
    goes_on = replace(a_case(), status=Status.IN_PROGRESS, disposition=pressed)
    report = classified([goes_on], lambda _: some_conduct())
    assert (report.received, report.settled, report.own_fault) == (1, 0, 0)


def appraisal(*rows: tuple[str, str, str, int]) -> Table:
    columns = ("person", "case", "weighs", "points_at_most")
    return Table(part=Part.APPRAISAL, columns=columns, rows=rows)


def test_s_41_what_speaks_against_whoever_is_commended_in_the_same_case_is_a_difference() -> None:
    praise = ("han", "C-2026-000001", "for", 20)
    blame = ("han", "C-2026-000001", "against", 20)
    before, after = appraisal(praise), appraisal(blame, praise)
    (changed,) = changed_rows([before], [after])
    assert (changed.before, changed.after) == (None, blame)
    (taken_back,) = changed_rows([after], [before])
    assert (taken_back.before, taken_back.after) == (blame, None)
    assert not [*changed_rows([after], [after])]
