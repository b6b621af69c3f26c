"""Units and people by id, for pages that must name them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.complaint import Language
from domain.directory import under
from store.tables import (
    PersonRow,
    UnitRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnit:
    """A unit of the bank with its names."""

    id: str
    name_en: str
    name_zh: str
    level: Level
    parent: str | None
    policy: str | None

    def name(self, language: str) -> str:
        return self.name_zh if language == Language.ZH else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works with complaints."""

    id: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    away: bool
    on_duty: bool
    active: bool
    deputy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Units and people by id: whatever a page must name."""

    units: Mapping[str, NamedUnit]
    people: Mapping[str, Colleague]

    def under(self, unit: str) -> frozenset[str]:
        """A unit and everything below it."""
        return under({each.id: each.parent for each in self.units.values()}, unit)


def read_bank(session: Session) -> Bank:
    """Every unit and every person, people who left too: journals still name them."""
    return Bank(
        units={
            row.id: NamedUnit(
                id=row.id,
                name_en=row.name_en,
                name_zh=row.name_zh,
                level=Level(row.level),
                parent=row.parent,
                policy=row.policy,
            )
            for row in session.scalars(select(UnitRow).order_by(UnitRow.id))
        },
        people={
            row.id: Colleague(
                id=row.id,
                name=row.name,
                unit=row.unit,
                roles=tuple(Role(role) for role in row.roles),
                away=row.away,
                on_duty=row.on_duty,
                active=row.active,
                deputy=row.deputy,
            )
            for row in session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id))
        },
    )
