"""Units and people by id, for pages that must name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.complaint import Language
from domain.directory import under
from domain.staffing import is_absent
from rulebook.staffing import today_in_the_bank
from store.kept_reads import kept_reads
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
    is_closed: bool
    """Takes no complaints and has no people any more; its old cases still name it."""

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
    """Absent today."""
    on_duty: bool
    active: bool
    deputy: str | None
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Units and people by id: whatever a page must name."""

    units: Mapping[str, NamedUnit]
    people: Mapping[str, Colleague]

    @property
    def open_units(self) -> Mapping[str, NamedUnit]:
        """Those that something can still be sent to."""
        return {each.id: each for each in self.units.values() if not each.is_closed}

    def under(self, unit: str) -> frozenset[str]:
        """A unit and everything below it."""
        return under({each.id: each.parent for each in self.units.values()}, unit)


def read_bank(session: Session) -> Bank:
    """Every unit and every person, people who left too: journals still name them."""
    return kept_reads(session).of(session, today_in_the_bank(), _read)


def _read(session: Session, today: date) -> Bank:
    return Bank(
        units={
            row.id: NamedUnit(
                id=row.id,
                name_en=row.name_en,
                name_zh=row.name_zh,
                level=Level(row.level),
                parent=row.parent,
                policy=row.policy,
                is_closed=row.is_closed,
            )
            for row in session.scalars(select(UnitRow).order_by(UnitRow.id))
        },
        people={
            row.id: Colleague(
                id=row.id,
                name=row.name,
                unit=row.unit,
                roles=tuple(Role(role) for role in row.roles),
                away=is_absent(row.absent_from, row.absent_until, today),
                on_duty=row.on_duty,
                active=row.active,
                deputy=row.deputy,
                login=row.login,
            )
            for row in session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id))
        },
    )
