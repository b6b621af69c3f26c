"""Who has changed a case since somebody looked at it: what a refusal for that reason owes them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import ACTS
from domain.events import Event
from store.scope import OpenedCase
from store.tables import JournalRow

OVERTAKES = frozenset(act.event for act in ACTS if not act.is_free_of_version)
"""What makes a page out of date that showed the case before: whoever acts on it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """The first change since."""

    event: Event
    by: str
    at: datetime


def overtaken(
    session: Session, opened: OpenedCase, seen_version: int, asked: Event | None = None
) -> Overtaken | None:
    """What was done first to a case since it stood at the version that was seen; None for nothing
    that makes it another one. What was `asked` for may have been done already by another: a letter
    that was sent leaves the case as it was, and is not sent twice."""
    row = session.execute(
        select(JournalRow.event, JournalRow.by, JournalRow.at)
        .where(
            JournalRow.reference == opened.reference,
            JournalRow.version > seen_version,
            JournalRow.event.in_({*OVERTAKES, asked} - {None}),
        )
        .order_by(JournalRow.version)
        .limit(1)
    ).one_or_none()
    return None if row is None else Overtaken(event=Event(row.event), by=row.by, at=row.at)
