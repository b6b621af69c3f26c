"""Who leads a unit: nobody below handles a complaint about them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.directory import led_from
from domain.permissions import leads
from store.tables import PersonRow, UnitRow


def is_led_by(session: Session, unit: str, persons: Iterable[str]) -> bool:
    """Whether one of these persons leads the unit, or one above it that has a next unit up."""
    asked = sorted(persons)
    if not asked:
        return False
    named = select(PersonRow.unit, PersonRow.roles).where(PersonRow.id.in_(asked))
    heads = [row.unit for row in session.execute(named) if leads(map(Role, row.roles))]
    parents = select(UnitRow.id, UnitRow.parent)
    return bool(heads) and unit in led_from(
        {row.id: row.parent for row in session.execute(parents)}, heads
    )
