"""The table of rights: what it gives, what it takes, and how somebody stands to a case."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.acts import ACTS
from domain.case import Case, ExtensionRequest
from domain.classification import Role
from domain.permission_names import Permission
from domain.permissions import (
    BARS,
    EVERYBODY,
    GRANTS,
    OF_NO_ROLE,
    OF_THE_OFFICE,
    OFFICES,
    grants_of,
    holders,
    holds,
    may,
    may_in,
    units_for,
)
from domain.relations import Reader, Relation, kept_out, relations_of
from tests.builders import MONDAY, a_case

ALL = frozenset(Relation)


def somebody(*roles: Role, person: str = "somebody", unit: str = "harbour-outlet") -> Reader:
    return Reader(person=person, roles=frozenset(roles), unit=unit, below=frozenset())


def stands(who: Reader, case: Case, took_in: str = "hotline") -> frozenset[Relation]:
    return relations_of(who, case, took_in=took_in, charged=frozenset(), offices=frozenset())


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_is_given_to_somebody_and_none_to_everybody_everywhere(
    permission: Permission,
) -> None:
    assert bool(holders(permission)) == (permission not in OF_NO_ROLE)
    if permission.is_about_a_case:
        assert not all(Relation.ANYWHERE in grants_of(role, permission) for role in Role)


def test_every_role_may_do_something() -> None:
    assert {role for grant in GRANTS for role in grant.roles} == EVERYBODY


@pytest.mark.parametrize("barred", [Relation.NAMED, Relation.CONFLICT])
def test_whoever_is_complained_about_or_in_conflict_may_do_nothing(barred: Relation) -> None:
    everything_else = ALL - {Relation.CLOSED, Relation.CONFLICT, Relation.NAMED}
    granted = [
        (role, permission)
        for role, permission in product(Role, Permission)
        if permission.is_about_a_case and may(permission, [role], everything_else | {barred})
    ]
    assert granted == []


@pytest.mark.parametrize("role", Role)
def test_what_an_office_has_to_itself_is_nobody_elses(role: Role) -> None:
    outside = ALL - {Relation.CONFLICT, Relation.HANDED, Relation.NAMED}
    left = {each for each in Permission if each.is_about_a_case and may(each, [role], outside)}
    assert left <= {
        Permission.READ_TRAIL,
        Permission.TRACE_CUSTOMER,
        Permission.APPLY_CALENDAR,
        Permission.KNOW_OF,
        Permission.TAKE_BACK,
        Permission.ERASE_WHEN_DUE,
    }


@pytest.mark.parametrize("permission", sorted(OF_THE_OFFICE))
def test_the_office_it_was_handed_to_does_there_what_others_do_elsewhere(
    permission: Permission,
) -> None:
    case = a_case(restricted_to=(Role.SECURITY,))
    assert may_in(case, permission, [Role.SECURITY])
    assert may(permission, [Role.SECURITY], stands(somebody(Role.SECURITY), case))
    assert not may(permission, [Role.SUPERVISOR], stands(somebody(Role.SUPERVISOR), case))


READS = (Permission.READ_CASE, Permission.READ_WORDS)


def reads(who: Reader, case: Case, **facts: Any) -> list[bool]:
    """Whether somebody reads the case, and the words of it."""
    known = {"took_in": "hotline", "charged": frozenset(), "offices": frozenset()} | facts
    relations = relations_of(who, case, **known)
    return [may(each, who.roles, relations) for each in READS]


def test_a_handler_reads_what_they_handle_and_what_waits_in_their_unit() -> None:
    han = somebody(Role.HANDLER, person="han")
    assert reads(han, a_case()) == [True, True]
    assert reads(han, a_case(handler="han")) == [True, True]
    assert reads(han, a_case(handler="hua")) == [False, False]
    assert reads(han, a_case(unit="garden-outlet")) == [False, False]


def test_where_the_pack_says_no_a_handler_reads_only_what_they_are_given() -> None:
    han = somebody(Role.HANDLER, person="han")
    assert reads(han, a_case(), waiting_is_read=False) == [False, False]
    assert reads(han, a_case(handler="han"), waiting_is_read=False) == [True, True]


@pytest.mark.parametrize("role", sorted(OFFICES))
def test_an_office_reads_where_something_waits_for_it(role: Role) -> None:
    office = Reader(
        person="o", roles=frozenset({role}), unit="east-branch", below=frozenset({"harbour-outlet"})
    )
    assert reads(office, a_case()) == [False, False]
    assert reads(office, a_case(), offices=frozenset({role})) == [True, True]
    assert reads(office, a_case(), charged=frozenset({"o"})) == [True, True]
    far = replace(office, unit="west-branch", below=frozenset())
    assert reads(far, a_case(), offices=frozenset({role})) == [False, False]


@pytest.mark.parametrize("role", [Role.HR, Role.REGULATOR_LIAISON])
def test_hr_and_liaison_see_dates_everywhere_and_words_where_they_have_a_charge(role: Role) -> None:
    head = Reader(
        person="h", roles=frozenset({role}), unit="head-office", below=frozenset({"harbour-outlet"})
    )
    assert reads(head, a_case()) == [True, False]
    assert reads(head, a_case(), offices=frozenset({role})) == [True, True]


def test_colleagues_of_a_person_complained_about_read_only_what_they_are_given() -> None:
    han, ines = somebody(Role.HANDLER, person="han"), somebody(Role.INTAKE, unit="hotline")
    about = a_case(person_complained_about="hua")
    assert reads(han, about, teams=frozenset({"harbour-outlet"})) == [False, False]
    assert reads(ines, about, teams=frozenset({"hotline"})) == [False, False]
    given = replace(about, handler="han")
    assert reads(han, given, teams=frozenset({"harbour-outlet"})) == [True, True]
    boss = somebody(Role.SUPERVISOR)
    assert reads(boss, about, teams=frozenset({"harbour-outlet"})) == [True, True]


def test_the_handler_of_a_case_has_no_hand_in_its_repair() -> None:
    both = somebody(Role.ADMINISTRATOR, Role.HANDLER)
    case = a_case(handler="somebody")
    assert not may(Permission.REPAIR, both.roles, stands(both, case))
    assert may(Permission.REPAIR, both.roles, stands(both, a_case(handler="another")))


def test_nobody_grants_the_later_date_they_asked_for() -> None:
    asked = ExtensionRequest(
        clock="reply", until_at=MONDAY, requested_by="somebody", requested_at=MONDAY
    )
    boss = somebody(Role.SUPERVISOR)
    assert not may(Permission.APPROVE, boss.roles, stands(boss, a_case(extension_request=asked)))
    assert may(Permission.APPROVE, boss.roles, stands(boss, a_case()))


def test_an_administrator_reads_no_words_and_an_intake_clerk_what_the_own_unit_took_in() -> None:
    assert not holds([Role.ADMINISTRATOR], Permission.READ_WORDS)
    clerk = somebody(Role.INTAKE, unit="hotline")
    for unit, theirs in (("hotline", True), ("other-hotline", False), ("harbour-outlet", False)):
        relations = stands(clerk, a_case(first_owner="another"), took_in=unit)
        assert may(Permission.READ_WORDS, clerk.roles, relations) == theirs


def test_several_may_be_complained_about_and_others_be_in_conflict() -> None:
    case = a_case(
        person_complained_about="han", also_complained_about=("hugo",), in_conflict=("hilda",)
    )
    assert kept_out(case) == {"han", "hugo", "hilda"}
    assert kept_out(a_case()) == frozenset()
    for person in ("han", "hugo"):
        assert Relation.NAMED in stands(somebody(Role.HANDLER, person=person), case)
    assert Relation.CONFLICT in stands(somebody(Role.HANDLER, person="hilda"), case)


def test_reports_are_answered_for_by_unit() -> None:
    boss = Reader(
        person="sun",
        roles=frozenset({Role.SUPERVISOR}),
        unit="east-branch",
        below=frozenset({"harbour-outlet"}),
    )
    bank = ("head-office", "east-branch", "harbour-outlet", "west-branch")
    assert units_for(Permission.ANSWER_FOR_REPORTS, boss, bank) == {"east-branch", "harbour-outlet"}
    hr = somebody(Role.HR, unit="head-office")
    assert units_for(Permission.ANSWER_FOR_REPORTS, hr, bank) == set(bank)


def test_every_act_but_what_an_authority_is_told_takes_something_that_the_office_has_too() -> None:
    assert {
        act.permission
        for act in ACTS
        if not (act.is_upkeep or act.done_by or act.is_of_whom_it_is_about)
    } <= OF_THE_OFFICE | {Permission.REPORT_TO_REGULATOR}


def test_nothing_is_taken_away_that_nobody_has() -> None:
    assert set().union(*BARS.values()) <= set(Permission)
    assert Relation.ANYWHERE not in BARS
