"""What was read of all units and people, kept by the process until a row of them changes.

Every page names some of them, so reading all of them for each made every page dearer with the
number of people in the bank: a quarter of an answer where eight hundred work.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

Read = TypeVar("Read")

_EDITION = text(
    "select count(*), sum(xmin::text::bigint), sum(cmin::text::bigint) from units"
    " union all"
    " select count(*), sum(xmin::text::bigint), sum(cmin::text::bigint) from people"
)
"""PostgreSQL writes into each row which transaction wrote it, and by which of its statements: no
row can come, change or go without moving one of these."""


class KeptReads:
    """By what was read: the edition of the rows, the day, and what they said."""

    def __init__(self) -> None:
        self._kept: dict[object, tuple[Sequence[Row[Any]], date, object]] = {}

    def of(self, session: Session, today: date, read: Callable[[Session, date], Read]) -> Read:
        """What `read` makes of the rows as this session sees them, who is away `today` included.
        Whoever is given it shares it with others and must leave it as it is."""
        edition = session.execute(_EDITION).all()
        kept = self._kept.get(read)
        if kept is None or kept[:2] != (edition, today):
            # Rows that changed after the edition was asked for are read once more, not too seldom.
            kept = edition, today, read(session, today)
            self._kept[read] = kept
        return cast(Read, kept[2])


def kept_reads(session: Session) -> KeptReads:
    """What the process has kept of the database of this session."""
    kept: KeptReads = session.info["kept_reads"]
    return kept
