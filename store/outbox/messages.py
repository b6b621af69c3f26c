"""What Temporal must still be told. Written in the transaction of its cause, gone when done."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.tables import OutboxRow, table_of

CHANNEL = "outbox"
"""PostgreSQL's NOTIFY channel that wakes the relay."""

LEASE = timedelta(seconds=30)
"""How long one relay has for an item before another may try it (default)."""

LONGEST_WAIT = timedelta(seconds=30)
"""Between two tries of an item that cannot be delivered yet (default)."""


class MessageKind(StrEnum):
    """What is to be told."""

    CASE = "case"
    """Start the workflow of a case."""
    COMMAND = "command"
    """Deliver what a person asked for."""
    NOTICE = "notice"
    """Start sending word to somebody outside the pages."""
    REPAIR = "repair"
    """Take a workflow back to a point, as two administrators decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One item of the outbox, taken by a relay."""

    kind: MessageKind
    key: str
    attempts: int


def put(
    session: Session, kind: MessageKind, *keys: str, not_before: timedelta = timedelta(0)
) -> None:
    """Ask for messages in this transaction; asking twice is asking once.

    `not_before` leaves them so long to somebody who is about to run them; nobody is woken before.
    """
    if not keys:
        return
    rows = [{"kind": kind, "key": key} for key in keys]
    messages = insert(table_of(OutboxRow)).values(next_try_at=func.now() + not_before)
    session.execute(messages.on_conflict_do_nothing(), rows)
    if not not_before:
        session.execute(select(func.pg_notify(CHANNEL, kind.value)))


def take(session: Session, kind: MessageKind, at_most: int) -> list[OutboxMessage]:
    """Messages that are due, oldest first, leased to the caller; no two relays get the same one."""
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.kind == kind, OutboxRow.next_try_at <= func.now())
        .order_by(OutboxRow.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
        # A CTE is computed once; a subquery the planner may run again and so take more than asked.
        .cte("due")
    )
    rows = table_of(OutboxRow)  # through the mapper the same takes several times as long
    taken = session.execute(
        update(rows)
        .where(rows.c.id == due.c.id)
        .values(next_try_at=func.now() + LEASE, attempts=rows.c.attempts + 1)
        .returning(rows.c.kind, rows.c.key, rows.c.attempts, rows.c.id)
    ).all()
    return [
        OutboxMessage(kind=MessageKind(row.kind), key=row.key, attempts=row.attempts)
        for row in sorted(taken, key=lambda row: row.id)
    ]


def done(session: Session, kind: MessageKind, keys: list[str]) -> None:
    """These messages have been run."""
    rows = table_of(OutboxRow)
    session.execute(delete(rows).where(rows.c.kind == kind, rows.c.key.in_(keys)))


def failed(session: Session, message: OutboxMessage, error: str) -> None:
    """Try again later, a little later each time."""
    wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(message.attempts, 10)))
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.kind == message.kind, OutboxRow.key == message.key)
        .values(next_try_at=func.now() + wait, last_error=error)
    )
