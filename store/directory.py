"""The bank's units and people, as the domain's directory."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.directory import BankUnit, Directory, Person
from store.tables import PersonRow, UnitRow


def read_directory(session: Session) -> Directory:
    """Everybody who can be told now; people who left cannot."""
    units = session.scalars(select(UnitRow))
    people = session.scalars(select(PersonRow).where(PersonRow.active))
    return Directory(
        units={
            row.id: BankUnit(
                id=row.id, level=Level(row.level), parent=row.parent, policy=row.policy
            )
            for row in units
        },
        people={
            row.id: Person(
                id=row.id,
                unit=row.unit,
                roles=tuple(Role(role) for role in row.roles),
                deputy=row.deputy,
                away=row.away,
                on_duty=row.on_duty,
            )
            for row in people
        },
    )
