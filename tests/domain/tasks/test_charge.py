"""Whose a task is, who may end it, and to whom it climbs."""

from dataclasses import replace
from typing import Any

from domain.case import CaseTask
from domain.classification import Level, Role
from domain.directory import Directory
from domain.permissions import may_end_task
from domain.relations import Reader
from domain.tasks.charge import Charged, charge_of, next_up
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case
from tests.tables import told


def task(**over: Any) -> CaseTask:
    given = CaseTask(
        name="any",
        role=Role.LEADING_GROUP,
        level=Level.HEAD_OFFICE,
        rule="C-21",
        opened_at=MONDAY,
    )
    return replace(given, **over)


def reader(person: str) -> Reader:
    """Somebody of the whole bank, in their place."""
    named = WHOLE.people[person]
    below = {
        unit
        for unit in WHOLE.units
        if unit != named.unit and named.unit in WHOLE.directory.line_of(unit)
    }
    return Reader(
        person=person, roles=frozenset(named.roles), unit=named.unit, below=frozenset(below)
    )


def bank(**over: dict[str, Any]) -> Directory:
    """The whole bank with some people otherwise."""
    people = {name: replace(person, **over.get(name, {})) for name, person in WHOLE.people.items()}
    return Directory(units=WHOLE.units, people=people)


CHARGED: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "a handler's task is the handler's": ({"role": Role.HANDLER}, {"handler": "han"}, "han"),
    "the supervisor's while there is none": ({"role": Role.HANDLER}, {}, "sun"),
    "in a restricted case the office's": (
        {"role": Role.HANDLER},
        {"restricted_to": (Role.DISCIPLINE,)},
        "dora",
    ),
    "an office's is the nearest office's": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        {},
        "max",
    ),
    "or that of the level the pack names": (
        {"role": Role.MEDIA_OFFICE, "level": Level.TIER_1},
        {},
        "mona",
    ),
    "up to the head office": (
        {"role": Role.MEDIA_OFFICE, "level": Level.HEAD_OFFICE},
        {},
        "mark",
    ),
    "above that level where nobody is there": (
        {"role": Role.LEADING_GROUP, "level": Level.TIER_2},
        {},
        "pia",
    ),
    "never the person complained about": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        {"person_complained_about": "max"},
        "mona",
    ),
    "up to the supervisor where nobody holds the role": (
        {"role": Role.SECURITY, "level": None},
        {},
        "sun",
    ),
    "the first owner's is whoever heard it first": ({"for_first_owner": True}, {}, "ines"),
    "the supervisor's where that one is too near": (
        {"for_first_owner": True},
        {"in_conflict": ("ines",)},
        "sun",
    ),
    "in a case that one office has, that office's": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        {"restricted_to": (Role.DISCIPLINE,)},
        "dora",
    ),
    "also what the first owner would do": (
        {"for_first_owner": True},
        {"restricted_to": (Role.DISCIPLINE,)},
        "dora",
    ),
}


@told("whose, over, person", CHARGED)
def test_a_task_is_charged_to(
    whose: dict[str, Any], over: dict[str, Any], person: str | None
) -> None:
    assert charge_of(task(**whose), a_case(**over), WHOLE.directory).person == person


def test_an_absent_one_is_stood_in_for() -> None:
    away = bank(max={"away": True, "deputy": "leo"}, ines={"away": True, "deputy": "han"})
    press = task(role=Role.MEDIA_OFFICE, level=None)
    assert charge_of(press, a_case(), away).person == "leo"
    assert charge_of(task(for_first_owner=True), a_case(), away).person == "han"


def test_an_office_that_nobody_holds_is_said_to_be_so() -> None:
    guard = task(role=Role.SECURITY, level=None)
    assert not charge_of(guard, a_case(), WHOLE.directory).is_held
    assert charge_of(task(), a_case(), WHOLE.directory).is_held
    roster = bank(gao={"on_duty": True})
    charge = charge_of(guard, a_case(), roster)
    assert (charge.person, charge.is_held) == ("gao", False), "the duty roster before anybody else"
    alone = Directory(units=WHOLE.units, people={"hong": WHOLE.people["hong"]})
    assert charge_of(guard, a_case(), alone).person == "hong", "human resources at last"


NEXT_UP: dict[str, tuple[dict[str, Any], Role, dict[str, Any], str | None]] = {
    "the supervisor above the office hears": (
        {"role": Role.LEADING_GROUP, "level": Level.TIER_1},
        Role.SUPERVISOR,
        {},
        "tess",
    ),
    "nobody at the head office, so the ladder goes on": ({}, Role.SUPERVISOR, {}, None),
    "then human resources": ({}, Role.HR, {}, "hong"),
    "never whoever is charged": (
        {"role": Role.SUPERVISOR, "level": None},
        Role.SUPERVISOR,
        {},
        "tess",
    ),
    "never whoever the case keeps out": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        Role.SUPERVISOR,
        {"in_conflict": ("sun",)},
        "tess",
    ),
    "of one office's case, another of that office": (
        {"role": Role.DISCIPLINE, "level": None},
        Role.SUPERVISOR,
        {"restricted_to": (Role.DISCIPLINE,)},
        "dean",
    ),
}


@told("whose, role, over, person", NEXT_UP)
def test_an_overdue_task_climbs_to(
    whose: dict[str, Any], role: Role, over: dict[str, Any], person: str | None
) -> None:
    assert next_up(task(**whose), role, a_case(**over), WHOLE.directory) == person


PRESS = Charged(person="max", role=Role.MEDIA_OFFICE, unit="bay-branch")

ENDS: dict[str, tuple[str, bool]] = {
    "who is charged": ("max", True),
    "the same office one level up": ("mona", True),
    "no supervisor in the office's place": ("sun", False),
    "no other office": ("una", False),
    "no handler": ("han", False),
}


@told("person, may", ENDS)
def test_a_task_is_ended_by(person: str, may: bool) -> None:
    assert may_end_task(PRESS, reader(person), stands_in_for=frozenset()) is may


def test_who_stands_in_for_whoever_is_charged_may_end_it_and_who_heard_that_it_is_late() -> None:
    assert may_end_task(PRESS, reader("leo"), stands_in_for=frozenset({"max"}))
    late = replace(PRESS, told=frozenset({"sun"}))
    assert may_end_task(late, reader("sun"), stands_in_for=frozenset())


def test_an_office_lower_down_does_not_end_what_was_asked_of_the_one_above() -> None:
    above = replace(PRESS, person="mona", unit="east-branch")
    assert not may_end_task(above, reader("max"), stands_in_for=frozenset())
