"""What the journal says of an erasure: which entries those are, and what proves what was left."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.acts import Erase, EraseWhenDue
from store.tables import JournalRow

ERASURES = (Erase.event, EraseWhenDue.event)
"""The events by which a case is erased."""


def erased_versions(session: Session) -> Mapping[str, int]:
    """Every case of which the journal says that it was erased, with the entry that says so."""
    rows = session.execute(
        select(JournalRow.reference, JournalRow.version).where(JournalRow.event.in_(ERASURES))
    )
    return {row.reference: row.version for row in rows}
