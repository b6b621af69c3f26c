"""Where units stand, which pack they follow, and who hears when somebody must."""

from dataclasses import replace

import pytest

from domain.classification import Level, Role
from domain.directory import Directory
from tests.bank import WHOLE

BANK = WHOLE.directory


def with_pack(unit: str, pack: str | None) -> Directory:
    """The bank where that unit has a pack of its own."""
    return replace(BANK, units={**BANK.units, unit: replace(BANK.units[unit], policy=pack)})


def while_away(*people: str) -> Directory:
    away = {each: replace(BANK.people[each], away=True) for each in people}
    return replace(BANK, people={**BANK.people, **away})


@pytest.mark.parametrize(
    ("bank", "unit", "pack"),
    [
        (BANK, "head-office", "head-office"),
        (BANK, "harbour-outlet", "head-office"),
        (with_pack("bay-branch", "sub-branch"), "harbour-outlet", "sub-branch"),
        (with_pack("bay-branch", "sub-branch"), "east-branch", "head-office"),
        (with_pack("head-office", None), "harbour-outlet", None),
        (with_pack("bay-branch", ""), "harbour-outlet", "head-office"),
        (BANK, "atlantis", None),
    ],
)
def test_a_unit_follows_its_own_pack_or_that_of_the_nearest_above(
    bank: Directory, unit: str, pack: str | None
) -> None:
    assert bank.pack_of(unit) == pack


@pytest.mark.parametrize(
    ("unit", "level", "found"),
    [
        ("harbour-outlet", None, "harbour-outlet"),
        ("harbour-outlet", Level.OUTLET, "harbour-outlet"),
        ("harbour-outlet", Level.TIER_2, "bay-branch"),
        ("harbour-outlet", Level.HEAD_OFFICE, "head-office"),
        ("east-branch", Level.OUTLET, "east-branch"),
        ("atlantis", Level.TIER_1, "atlantis"),
    ],
)
def test_the_unit_of_a_level_stands_in_the_line_or_is_the_nearest_higher(
    unit: str, level: Level | None, found: str
) -> None:
    assert BANK.unit_at(unit, level) == found


def test_somebody_of_the_unit_hears_before_anybody_above() -> None:
    assert BANK.receiver(Role.SUPERVISOR, "station-outlet") == "stan"
    assert BANK.receiver(Role.SUPERVISOR, "harbour-outlet") == "sun"


def test_who_is_away_is_heard_for_by_the_deputy_else_by_the_next_unit_up() -> None:
    assert while_away("sun").receiver(Role.SUPERVISOR, "harbour-outlet") == "tess"
    sun = replace(BANK.people["sun"], away=True, deputy="leo")
    with_deputy = replace(BANK, people={**BANK.people, "sun": sun})
    assert with_deputy.receiver(Role.SUPERVISOR, "harbour-outlet") == "leo"


def test_whoever_must_not_hear_is_passed_over() -> None:
    never = frozenset({"sun"})
    assert BANK.receiver(Role.SUPERVISOR, "harbour-outlet", never=never) == "tess"


def test_deputies_that_stand_in_for_each_other_are_asked_once() -> None:
    people = {
        **BANK.people,
        "sun": replace(BANK.people["sun"], away=True, deputy="tess"),
        "tess": replace(BANK.people["tess"], away=True, deputy="sun"),
    }
    assert replace(BANK, people=people).receiver(Role.SUPERVISOR, "harbour-outlet") is None
