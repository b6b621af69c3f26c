"""The bulk acts that somebody has asked for, to find one again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.paging import PageOf, bounds_of
from domain.statuses import CommandStatus
from store.tables import BulkActRow, BulkItemRow, CommandRow


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """One of them, and how far it has come."""

    id: str
    kind: str
    asked_at: datetime
    handler: str | None
    """Who was to have the cases, where they were given to somebody."""
    count: int
    """Of what was asked, one act each."""
    done: int
    under_way: int

    @property
    def refused(self) -> int:
        """What was not done, by a rule or because nothing was asked there."""
        return self.count - self.done - self.under_way


def own_bulk_acts(session: Session, person: str, page: int) -> PageOf[BulkLine]:
    """What this person has asked for, and nobody else, a page at a time."""
    own = BulkActRow.by == person
    acts = (
        select(BulkActRow.id, BulkActRow.kind, BulkActRow.asked_at)
        .where(own)
        .order_by(BulkActRow.asked_at.desc(), BulkActRow.id)
        .slice(*bounds_of(page))
        .subquery()
    )
    of_status = func.count(BulkItemRow.bulk).filter
    rows = session.execute(
        select(
            acts,
            func.max(CommandRow.act["handler"].astext).label("handler"),
            func.count(BulkItemRow.bulk).label("count"),
            of_status(CommandRow.status == CommandStatus.ACCEPTED).label("done"),
            of_status(CommandRow.status == CommandStatus.STORED).label("under_way"),
        )
        .outerjoin(BulkItemRow, BulkItemRow.bulk == acts.c.id)
        .outerjoin(CommandRow, CommandRow.id == BulkItemRow.command)
        .group_by(acts.c.id, acts.c.kind, acts.c.asked_at)
        .order_by(acts.c.asked_at.desc(), acts.c.id)
    )
    return PageOf(
        lines=tuple(BulkLine(**row._mapping) for row in rows),
        count=session.scalar(select(func.count()).select_from(BulkActRow).where(own)) or 0,
        page=page,
    )
