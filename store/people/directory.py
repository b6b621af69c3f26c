"""The bank's units and people, as the domain's directory."""

from collections.abc import Mapping

from sqlalchemy import Executable, bindparam, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.directory import BankUnit, Directory, Person
from domain.permissions import MORE_THAN_HANDLING
from store.tables import PersonRow, UnitRow

_UNIT = (UnitRow.id, UnitRow.level, UnitRow.parent, UnitRow.policy, UnitRow.is_key)
_PERSON = (
    PersonRow.id,
    PersonRow.unit,
    PersonRow.roles,
    PersonRow.deputy,
    PersonRow.away,
    PersonRow.on_duty,
)
_MORE_THAN_HANDLING = array([role.value for role in sorted(MORE_THAN_HANDLING)])


def read_directory(session: Session) -> Directory:
    """Everybody who can be told now; people who left cannot."""
    return _directory(session, select(*_UNIT), select(*_PERSON).where(PersonRow.active))


def directory_above(session: Session, unit: str) -> Directory:
    """The part of the directory that decides who hears of a case of this unit: its line up to the
    head office, those in it who are more than handlers, the duty roster, and their deputies. Read
    with every change of a case, so it must not grow with the number of people in the bank.
    """
    return _directory(session, _LINE_ABOVE, _PEOPLE_ABOVE, {"unit": unit})


def _above() -> tuple[Executable, Executable]:
    line = select(*_UNIT).where(UnitRow.id == bindparam("unit")).cte("line", recursive=True)
    line = line.union_all(select(*_UNIT).join(line, UnitRow.id == line.c.parent))

    hears = or_(
        PersonRow.on_duty,
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
    units: Executable,
    people: Executable,
    parameters: Mapping[str, str] | None = None,
) -> Directory:
    return Directory(
        units=_units(session, units, parameters),
        people={
            row.id: Person(
                id=row.id,
                unit=row.unit,
                roles=tuple(Role(role) for role in row.roles),
                deputy=row.deputy,
                away=row.away,
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
        )
        for row in session.execute(units, parameters)
    }
