"""What of an analysis is shown: parts of a few are not, and months without complaints are."""

from datetime import date

import pytest

from domain.analysis import BASES, Measure, Tally, every_one, months_between

FEWEST = 5


def tally(**numbers: int) -> Tally:
    return Tally(key="2026-03", numbers={Measure(name): each for name, each in numbers.items()})


def test_what_is_received_is_shown_however_few_it_is() -> None:
    assert tally(received=1, late=1).shown(Measure.RECEIVED, FEWEST) == 1


@pytest.mark.parametrize(("received", "late"), [(4, 1), (4, 0)])
def test_a_part_of_a_few_is_not_shown_nor_its_share(received: int, late: int) -> None:
    few = tally(received=received, late=late)
    assert few.shown(Measure.LATE, FEWEST) is None
    assert few.per_mille(Measure.LATE, FEWEST) is None


def test_of_nothing_there_is_no_part() -> None:
    none = tally(received=0, late=0)
    assert none.shown(Measure.LATE, FEWEST) == 0
    assert none.per_mille(Measure.LATE, FEWEST) is None


def test_a_part_of_enough_is_shown_with_its_share() -> None:
    enough = tally(asked=6, satisfied=4)
    assert enough.shown(Measure.SATISFIED, FEWEST) == 4
    assert enough.per_mille(Measure.SATISFIED, FEWEST) == 667


def test_nothing_is_divided_by_nothing_where_a_bank_shows_everything() -> None:
    assert tally(received=0, late=0).per_mille(Measure.LATE, 0) is None


def test_a_number_is_never_a_part_of_another_part() -> None:
    assert BASES.keys().isdisjoint(BASES.values())


def test_months_without_complaints_have_a_line_and_what_is_unknown_comes_after() -> None:
    found = [Tally(key="2026-01", numbers={Measure.RECEIVED: 2}),
             Tally(key="1999-01", numbers={Measure.RECEIVED: 1})]  # fmt: skip
    lines = every_one(("2025-12", "2026-01"), (Measure.RECEIVED,), found)
    assert [(each.key, each.numbers[Measure.RECEIVED]) for each in lines] == [
        ("2025-12", 0), ("2026-01", 2), ("1999-01", 1)
    ]  # fmt: skip


def test_months_are_those_from_the_one_to_the_other() -> None:
    assert months_between(date(2025, 11, 1), date(2026, 2, 1)) == (
        "2025-11", "2025-12", "2026-01", "2026-02"
    )  # fmt: skip
    assert months_between(date(2026, 2, 1), date(2026, 1, 1)) == ()
