"""Absences by their days, who hears in the place of the absent, and whose rights have shrunk."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.classification import Role
from domain.directory import Directory
from domain.events import Event
from domain.journal import Entry
from domain.notices import notices_for, tells_outsiders
from domain.staffing import PersonRecord, is_absent, rights_shrink
from tests.bank import SMALL
from tests.builders import MONDAY, a_case
from tests.tables import told

MON, TUE, WED = date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 11)

DAYS = {
    "who never said so is not absent": (None, None, MON, False),
    "the first day belongs to an absence": (MON, TUE, MON, True),
    "so does the last": (MON, TUE, TUE, True),
    "the day after does not": (MON, TUE, WED, False),
    "nor the day before": (TUE, WED, MON, False),
    "an absence whose end nobody knows goes on": (MON, None, WED, True),
}


@told("first, last, today, absent", DAYS)
def test_whether_somebody_is_absent(
    first: date | None, last: date | None, today: date, absent: bool
) -> None:
    assert is_absent(first, last, today) is absent


def directory(**over: dict[str, Any]) -> Directory:
    """The small bank with some of its people told otherwise."""
    people = {name: replace(person, **over.get(name, {})) for name, person in SMALL.people.items()}
    return Directory(units=SMALL.units, people=people)


def heard(bank: Directory, **over: Any) -> list[str]:
    """Who hears that a case was given to han."""
    entry = Entry(key="c", event=Event.ASSIGNED, by="sun", at=MONDAY, facts={})
    case = a_case(handler="han", **over)
    return [notice.recipient for notice in notices_for(case, entry, bank, None)]


def test_the_deputy_of_an_absent_handler_hears_what_the_handler_is_told() -> None:
    away = {"away": True, "deputy": "hugo"}
    assert heard(directory(han=away)) == ["han", "hugo"]
    assert heard(directory(han={"deputy": "hugo"})) == ["han"]


def warned(bank: Directory, **over: Any) -> list[str]:
    """Who hears that a limit of a case that ines took in draws near."""
    entry = Entry(key="w", event=Event.WARNED, by="redress", at=MONDAY, facts={})
    return [each.recipient for each in notices_for(a_case(**over), entry, bank, None)]


def test_what_somebody_took_in_who_has_left_is_followed_by_the_supervisor() -> None:
    people = {name: person for name, person in SMALL.people.items() if name != "ines"}
    left = Directory(units=SMALL.units, people=people)
    assert warned(directory()) == ["ines"]
    assert warned(left) == ["sun"]
    assert warned(left, also_complained_about=("sun",)) == []
    assert tells_outsiders(a_case(), left) == "sun"
    assert tells_outsiders(a_case(handler="ines"), left) == "sun"


def test_the_deputys_deputy_hears_when_both_are_absent_and_nobody_is_asked_twice() -> None:
    both = directory(han={"away": True, "deputy": "hugo"}, hugo={"away": True, "deputy": "ines"})
    assert heard(both) == ["han", "ines"]
    circle = directory(han={"away": True, "deputy": "hugo"}, hugo={"away": True, "deputy": "han"})
    assert heard(circle) == ["han"]


def test_a_deputy_who_is_complained_about_hears_nothing() -> None:
    away = directory(han={"away": True, "deputy": "hugo"})
    assert heard(away, person_complained_about="hugo") == ["han"]


KNOWN = PersonRecord(login="han", name="Han", unit="east", roles=(Role.HANDLER, Role.SUPERVISOR))

CHANGES = {
    "a role that is lost": (replace(KNOWN, roles=(Role.HANDLER,)), True),
    "another unit": (replace(KNOWN, unit="west"), True),
    "the way in that is closed": (replace(KNOWN, is_disabled=True), True),
    "not a role that is won": (replace(KNOWN, roles=(*KNOWN.roles, Role.INTAKE)), False),
    "nor an absence": (replace(KNOWN, absent_from=MON), False),
}


@told("after, shrinks", CHANGES)
def test_rights_shrink_by(after: PersonRecord, shrinks: bool) -> None:
    assert rights_shrink(KNOWN, after) is shrinks


def test_rights_do_not_shrink_by_coming_back() -> None:
    assert not rights_shrink(replace(KNOWN, is_disabled=True), KNOWN)


@pytest.mark.parametrize("role", Role)
def test_every_role_is_lost_as_it_is_won(role: Role) -> None:
    with_it, without = replace(KNOWN, roles=(role,)), replace(KNOWN, roles=())
    assert rights_shrink(with_it, without)
    assert not rights_shrink(without, with_it)
