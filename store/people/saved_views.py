"""Ways of looking at the queue that people have saved, for themselves or for their unit too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.relations import Reader
from store.tables import SavedViewRow

AT_MOST = 20
"""Views that somebody has of their own (default): more are found no faster than the list itself is
narrowed."""

Query = Mapping[str, Sequence[str]]
"""What a list is asked for, as its address says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One of them. It says how to look and holds no case, so each reader sees their own in it."""

    id: int
    name: str
    owner: str
    is_shared: bool
    """With the unit of its owner."""
    asked: Query


def views_for(session: Session, reader: Reader) -> tuple[SavedView, ...]:
    """Somebody's own views by name, then those that others of their unit share."""
    rows = session.scalars(
        select(SavedViewRow)
        .where(or_(SavedViewRow.owner == reader.person, SavedViewRow.unit == reader.unit))
        .order_by(SavedViewRow.owner != reader.person, SavedViewRow.name, SavedViewRow.id)
    )
    return tuple(
        SavedView(
            id=row.id,
            name=row.name,
            owner=row.owner,
            is_shared=row.unit is not None,
            asked=row.asked,
        )
        for row in rows
    )


def save_view(session: Session, reader: Reader, name: str, asked: Query, *, shared: bool) -> bool:
    """Save a view under a name, in the place of the owner's own of that name; False when they have
    as many as they may."""
    own = SavedViewRow.owner == reader.person
    others = select(func.count()).where(own, SavedViewRow.name != name)
    if (session.scalar(others) or 0) >= AT_MOST:
        return False
    unit = reader.unit if shared else None
    saved = insert(SavedViewRow).values(owner=reader.person, unit=unit, name=name, asked=asked)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=["owner", "name"], set_={"unit": unit, "asked": saved.excluded.asked}
        )
    )
    return True


def forget_view(session: Session, person: str, view: int) -> bool:
    """Take one of one's own away; False when there is none such."""
    gone = session.scalar(
        delete(SavedViewRow)
        .where(SavedViewRow.id == view, SavedViewRow.owner == person)
        .returning(SavedViewRow.id)
    )
    return gone is not None
