"""When a unit, a business or a cause has left its usual range, and when that is chance."""

from datetime import date

import pytest

from domain.analysis import Dimension, months_before
from domain.early_warning import WarningMethod, WarningRules, usual_at_most, warnings_in

NOVEMBER = date(2026, 11, 1)
RULES = WarningRules(
    method=WarningMethod.POISSON, months=12, known_months=6, fewest=10, one_in=1000
)
OUTLET = (Dimension.UNIT, "harbour-outlet")


def history(each_month: int, now: int, months: int = 12) -> dict[date, int]:
    before = {months_before(NOVEMBER, back): each_month for back in range(1, months + 1)}
    return {**before, NOVEMBER: now}


@pytest.mark.parametrize(
    ("mean", "limit"),
    # The quantile that R calls qpois(0.999, mean).
    [(1, 5), (5, 13), (10, 21), (20, 35), (100, 132), (1000, 1099)],
)
def test_the_limit_is_the_quantile_of_the_poisson_distribution(mean: float, limit: int) -> None:
    assert usual_at_most(mean, 1000) == limit


@pytest.mark.parametrize(("now", "warns"), [(21, False), (22, True)])
def test_more_than_is_usual_warns_and_no_less(now: int, warns: bool) -> None:
    found = warnings_in({OUTLET: history(10, now)}, NOVEMBER, RULES)
    assert [(each.key, each.number, each.mean, each.usual_at_most) for each in found] == (
        [("harbour-outlet", 22, 10.0, 21)] if warns else []
    )


def test_small_numbers_alarm_nobody() -> None:
    assert usual_at_most(0.5, 1000) < 9
    few = {OUTLET: history(0, 9), (Dimension.UNIT, "busy"): history(40, 40)}
    assert warnings_in(few, NOVEMBER, RULES) == ()


def test_a_bank_that_has_just_begun_is_not_alarmed_by_its_first_months() -> None:
    assert warnings_in({OUTLET: history(10, 80, months=5)}, NOVEMBER, RULES) == ()
    assert warnings_in({OUTLET: history(10, 80, months=6)}, NOVEMBER, RULES)


def test_a_bank_that_has_just_begun_to_say_businesses_is_not_alarmed_by_them() -> None:
    cards = (Dimension.BUSINESS, "cards")
    counts = {OUTLET: history(10, 10), cards: {NOVEMBER: 80}}
    assert warnings_in(counts, NOVEMBER, RULES) == ()
    loans = (Dimension.BUSINESS, "loans")
    (warning,) = warnings_in({**counts, loans: history(10, 10)}, NOVEMBER, RULES)
    assert warning.key == "cards"


def test_the_farthest_from_its_range_comes_first() -> None:
    counts = {
        OUTLET: history(10, 25),
        (Dimension.CAUSE, "attitude"): history(10, 60),
    }
    found = warnings_in(counts, NOVEMBER, RULES)
    assert [each.key for each in found] == ["attitude", "harbour-outlet"]
