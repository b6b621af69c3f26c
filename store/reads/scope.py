"""Which cases somebody's lists hold."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlalchemy.dialects.postgresql import array

from domain.classification import Role
from store.tables import (
    CaseRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases somebody's lists hold: bank-wide, or those of some units and one's own."""

    bank_wide: bool = False
    units: frozenset[str] = frozenset()
    handler: str | None = None
    first_owner: str | None = None
    roles: frozenset[Role] = frozenset()
    """What this person is: a case handed to one office is in nobody else's lists (A-43)."""


def within(scope: Scope) -> ColumnElement[bool]:
    """Whether a case belongs to a scope."""
    roles = CaseRow.state["restricted_to"]
    is_open = func.coalesce(func.jsonb_array_length(roles), 0) == 0
    if scope.roles:
        is_open |= roles.op("?|")(array([role.value for role in sorted(scope.roles)]))
    return and_(is_open, _reaches(scope))


def _reaches(scope: Scope) -> ColumnElement[bool]:
    if scope.bank_wide:
        return true()
    parts: list[ColumnElement[bool]] = [false()]
    if scope.units:
        parts.append(CaseRow.unit.in_(scope.units))
    if scope.handler:
        parts.append(CaseRow.handler == scope.handler)
    if scope.first_owner:
        parts.append(CaseRow.first_owner == scope.first_owner)
    return or_(*parts)
