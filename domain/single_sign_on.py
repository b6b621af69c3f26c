"""Who somebody of the bank's identity provider is here: by their groups, as its file says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.classification import Role
from domain.staffing import PersonRecord


class NotPlaced(StrEnum):
    """Why somebody whom the provider knows is not let in. Each has a sentence in both languages."""

    NO_GROUP = "no_group"
    TWO_UNITS = "two_units"
    NO_UNIT = "no_unit"
    NO_LOGIN = "no_login"
    SOMEBODY_ELSES = "somebody_elses"
    LET_GO = "let_go"
    NOT_FIT = "not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlace:
    """What a group of the provider means here."""

    roles: frozenset[Role]
    unit: str | None
    """None for one that gives roles wherever another places them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnMapping:
    """How what the provider says of somebody is read."""

    login: str
    """Names of the claims."""
    name: str
    email: str
    groups: str
    second_factor: str
    shown_by: frozenset[str]
    """What the claim of the second factor says when the provider has asked for one."""
    places: Mapping[str, GroupPlace]

    def has_second_factor(self, claims: Mapping[str, object]) -> bool:
        """Whether the provider has asked for a second factor, so that we need not."""
        return not self.shown_by.isdisjoint(_texts(claims.get(self.second_factor)))

    def placed(self, known: PersonRecord, claims: Mapping[str, object]) -> PersonRecord | NotPlaced:
        """Somebody as their groups place them; or why they cannot be."""
        places = [self.places[each] for each in self.groups_in(claims)]
        units = {each.unit for each in places if each.unit is not None}
        if not places:
            return NotPlaced.NO_GROUP
        if len(units) > 1:
            return NotPlaced.TWO_UNITS
        if not units and not known.unit:
            return NotPlaced.NO_UNIT
        roles = frozenset[Role]().union(*(each.roles for each in places))
        return replace(
            known,
            name=_text(claims.get(self.name)) or known.name or known.login,
            email=_text(claims.get(self.email)) or known.email,
            unit=units.pop() if units else known.unit,
            roles=tuple(role for role in Role if role in roles),
        )

    def groups_in(self, claims: Mapping[str, object]) -> Collection[str]:
        """The groups that mean something here."""
        return [each for each in _texts(claims.get(self.groups)) if each in self.places]

    def login_in(self, claims: Mapping[str, object]) -> str:
        return _text(claims.get(self.login))


def _text(said: object) -> str:
    return said.strip() if isinstance(said, str) else ""


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [said]
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []
