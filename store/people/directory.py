"""The bank's units and people, as the domain's directory."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Executable, bindparam, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.directory import BankUnit, Directory, Person
from domain.permissions import MORE_THAN_HANDLING
from domain.staffing import is_absent
from rulebook.staffing import today_in_the_bank
from store.kept_reads import kept_reads
from store.tables import PersonRow, UnitRow

_UNIT = (
    UnitRow.id,
    UnitRow.level,
    UnitRow.parent,
    UnitRow.policy,
    UnitRow.is_key,
    UnitRow.is_closed,
)
_PERSON = (
    PersonRow.id,
    PersonRow.unit,
    PersonRow.roles,
    PersonRow.deputy,
    PersonRow.absent_from,
    PersonRow.absent_until,
    PersonRow.on_duty,
)
_MORE_THAN_HANDLING = array([role.value for role in sorted(MORE_THAN_HANDLING)])


def read_directory(session: Session) -> Directory:
    """Everybody who can be told now; people who left cannot."""
    return kept_reads(session).of(session, today_in_the_bank(), _read)


def _read(session: Session, today: date) -> Directory:
    everybody = select(*_PERSON).where(PersonRow.active)
    return _directory(session, today, select(*_UNIT), everybody)


def directory_above(
    session: Session, unit: str, concerned: Collection[str | None] = ()
) -> Directory:
    """The part of the directory that decides who hears of a case of this unit: its line up to the
    head office, those in it who are more than handlers, the duty roster, the people `concerned`
    with the case, and their deputies. Read with every change of a case, so it must not grow with
    the number of people in the bank.
    """
    named = [person for person in concerned if person is not None]
    asked = {"unit": unit, "concerned": named}
    return _directory(session, today_in_the_bank(), _LINE_ABOVE, _PEOPLE_ABOVE, asked)


def _above() -> tuple[Executable, Executable]:
    line = select(*_UNIT).where(UnitRow.id == bindparam("unit")).cte("line", recursive=True)
    line = line.union_all(select(*_UNIT).join(line, UnitRow.id == line.c.parent))

    hears = or_(
        PersonRow.on_duty,
        PersonRow.id.in_(bindparam("concerned", expanding=True)),
        PersonRow.unit.in_(select(line.c.id)) & PersonRow.roles.op("?|")(_MORE_THAN_HANDLING),
    )
    people = select(*_PERSON).where(PersonRow.active, hears).cte("people_above", recursive=True)
    people = people.union(
        select(*_PERSON).where(PersonRow.active).join(people, PersonRow.id == people.c.deputy)
    )
    return select(line), select(people)


_LINE_ABOVE, _PEOPLE_ABOVE = _above()
"""Written once: to put them together takes longer than to run them, and every change runs them."""


def read_units(session: Session) -> dict[str, BankUnit]:
    """Every unit by its id."""
    return _units(session, select(*_UNIT))


def units_above(session: Session, unit: str) -> Directory:
    """A unit and those above it up to the head office, without the people; empty for no unit."""
    return Directory(units=_units(session, _LINE_ABOVE, {"unit": unit}), people={})


def _directory(
    session: Session,
    today: date,
    units: Executable,
    people: Executable,
    parameters: Mapping[str, Any] | None = None,
) -> Directory:
    return Directory(
        units=_units(session, units, parameters),
        people={
            row.id: Person(
                id=row.id,
                unit=row.unit,
                roles=tuple(Role(role) for role in row.roles),
                deputy=row.deputy,
                away=is_absent(row.absent_from, row.absent_until, today),
                on_duty=row.on_duty,
            )
            for row in session.execute(people, parameters)
        },
    )


def _units(
    session: Session, units: Executable, parameters: Mapping[str, str] | None = None
) -> dict[str, BankUnit]:
    return {
        row.id: BankUnit(
            id=row.id,
            level=Level(row.level),
            parent=row.parent,
            policy=row.policy,
            is_key=row.is_key,
            is_closed=row.is_closed,
        )
        for row in session.execute(units, parameters)
    }
