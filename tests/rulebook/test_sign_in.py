"""The bank's files of coming in: figures, words, roles and groups, every fault at once."""

from pathlib import Path

import pytest

from domain.classification import Role
from domain.staffing import PersonRecord
from rulebook.marked_yaml import FileProblems
from rulebook.sign_in import (
    read_common_passwords,
    read_guessed_words,
    read_second_factor_roles,
    read_sign_in_limits,
)
from rulebook.single_sign_on import read_sign_on_mapping


def written(folder: Path, text: str) -> Path:
    file = folder / "groups.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_bundled_files_are_whole() -> None:
    assert read_sign_in_limits().allowances
    assert "password" in read_guessed_words()
    assert Role.ADMINISTRATOR in read_second_factor_roles()


def test_groups_place_somebody_by_their_own_names_of_claims(tmp_path: Path) -> None:
    mapping = read_sign_on_mapping(
        written(
            tmp_path,
            "claims: {groups: memberOf, login: upn}\n"
            "second_factor: {claim: acr, shown_by: [gold]}\n"
            "groups:\n"
            "  CN=East: {unit: east, roles: [handler]}\n"
            "  CN=Lead: {roles: [supervisor]}\n",
        )
    )
    claims = {"upn": " li ", "memberOf": ["CN=Lead", "CN=East", "CN=Other", 7], "acr": "gold"}
    assert mapping.login_in(claims) == "li"
    assert mapping.has_second_factor(claims)
    assert not mapping.has_second_factor({"amr": ["mfa"]})
    placed = mapping.placed(PersonRecord(login="li"), claims)
    assert isinstance(placed, PersonRecord)
    assert (placed.unit, placed.name) == ("east", "li")
    assert placed.roles == (Role.HANDLER, Role.SUPERVISOR)


def test_everything_wrong_with_the_groups_is_told_at_once_by_line(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "claim: {}\nclaims: {nick: x}\ngroups:\n  a: {roles: [king]}\n  b: handler\n",
    )
    with pytest.raises(FileProblems) as refused:
        read_sign_on_mapping(file)
    told = [str(each) for each in refused.value.problems]
    assert told == [
        "groups.yaml:1: nothing is called 'claim'",
        "groups.yaml:2: nothing is called 'nick'",
        "groups.yaml:4: there is no role 'king'",
        "groups.yaml:5: b wants roles, and a unit where it places people",
    ]


def test_a_list_of_the_banks_own_leaves_out_what_is_too_short_anyway(tmp_path: Path) -> None:
    file = tmp_path / "common.txt"
    file.write_text("short\nEntirely Harmless\n", encoding="utf-8")
    assert read_common_passwords(file, 12) == {"entirely harmless"}
