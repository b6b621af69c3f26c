"""The units of the bank: how the first ones come into being."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.classification import Level
from store.tables import UnitRow


def create_unit(
    session: Session,
    unit: str,
    *,
    name_en: str,
    name_zh: str,
    level: Level,
    parent: str | None = None,
    policy: str | None = None,
    is_key: bool = False,
) -> None:
    """A new unit; the one above it must be there."""
    session.add(
        UnitRow(
            id=unit,
            name_en=name_en,
            name_zh=name_zh,
            level=level,
            parent=parent,
            policy=policy,
            is_key=is_key,
        )
    )
    session.flush()


def head_office(session: Session) -> str | None:
    """The unit above all others; None for a bank without units."""
    return session.scalar(select(UnitRow.id).where(UnitRow.parent.is_(None)))
