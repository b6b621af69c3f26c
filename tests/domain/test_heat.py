"""How hot it is where cases are past their dates, or near them."""

import pytest

from domain.heat import Heat, Load


@pytest.mark.parametrize(
    ("load", "heat"),
    [
        (Load(), Heat.CALM),
        (Load(cases=3), Heat.CALM),
        (Load(cases=3, late=2, escalated=1), Heat.CALM),
        (Load(cases=9, soon=1), Heat.WARM),
        (Load(cases=9, soon=5, past=2), Heat.HOT),
        (Load(cases=8, past=2), Heat.BURNING),
        (Load(cases=1, past=1), Heat.BURNING),
    ],
)
def test_dates_that_have_passed_are_hotter_than_those_that_come(load: Load, heat: Heat) -> None:
    assert load.heat is heat
