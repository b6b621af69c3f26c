"""People who come in no more: they hear nothing, so nothing may wait for them."""

from collections.abc import Callable
from functools import cache

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store.tables import PersonRow

Left = Callable[[str | None], bool]
"""Whether somebody comes in no more."""

_LEAVERS = select(PersonRow.id).where(~PersonRow.active)


def has_left(session: Session, person: str | None) -> bool:
    """Whether somebody comes in no more; nobody has not left."""
    return session.scalar(_LEAVERS.where(PersonRow.id == person)) is not None


def known_left(session: Session) -> Left:
    """The same, asked once of each person: for one act upon many cases."""
    return cache(lambda person: has_left(session, person))


def has_no_handler(handler: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Whether nobody works on a case of this handler: it was given to nobody, or to somebody who
    comes in no more and from whom it is just being taken back.
    """
    return or_(handler.is_(None), handler.in_(_LEAVERS))
