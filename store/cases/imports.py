"""Imports: complaints that come in files. Each row is received as any other complaint is; a run
keeps account of which file it was, how far it came and what it met.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.complaint import Complaint
from domain.errors import NotFit, Refused
from domain.instants import ReceiptDates
from store.cases.receipts import Receipt, receive_each
from store.database import DatabaseAway, Sessions
from store.outbox import messages
from store.sources import RUN
from store.tables import ClockRow, ComplaintRow, ImportRow, OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One run of an import."""

    id: int
    started_at: datetime
    """What lies before it was past when the cases were imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksFound:
    """How the clocks of imported cases stood when they came."""

    past: int
    """Ran out before the import: shown as breached; nobody is warned or escalated for them."""
    running: int
    """Will warn and escalate as those of any other case."""


def begin_import(session: Session, *, file_digest: str, mapping: str) -> ImportRun:
    """Open the account of a run."""
    row = ImportRow(file_digest=file_digest, mapping=mapping)
    session.add(row)
    session.flush()
    session.refresh(row)
    return ImportRun(id=row.id, started_at=row.started_at)


def take_rows(
    sessions: Sessions,
    run: ImportRun,
    complaints: Sequence[Complaint],
    by: Actor,
    dates: ReceiptDates,
) -> list[Receipt | NotFit | Refused | None]:
    """Receive some rows of a run, in their order; a row that may not be taken stands as its
    refusal. One transaction for all of them; one each when the database will not have some row,
    which then stands as None. What was known before, from this file or another, stays as it is,
    and a row that says something else of it is refused too.
    """
    try:
        with sessions.begin() as session:
            return [*_take(session, run, complaints, by, dates)]
    except DatabaseAway:
        raise
    except DBAPIError:
        if len(complaints) > 1:
            return [take_rows(sessions, run, [each], by, dates)[0] for each in complaints]
        return [None]


def _take(
    session: Session,
    run: ImportRun,
    complaints: Sequence[Complaint],
    by: Actor,
    dates: ReceiptDates,
) -> list[Receipt | NotFit | Refused]:
    taken = receive_each(session, complaints, by, dates)
    received = [each for each in taken if isinstance(each, Receipt)]
    days = [
        complaint.received_at.astimezone(UTC).date()
        for complaint, each in zip(complaints, taken, strict=True)
        if isinstance(each, Receipt) and each.is_new
    ]
    new = sum(each.is_new for each in received)
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == run.id)
        .values(
            received=ImportRow.received + new,
            known=ImportRow.known + len(received) - new,
            oldest_on=func.least(ImportRow.oldest_on, min(days, default=None)),
        )
    )
    return taken


def was_used(session: Session, mapping: str) -> bool:
    """Whether an import by a mapping of this source has brought cases before."""
    brought = select(ImportRow.id).where(ImportRow.mapping == mapping, ImportRow.received > 0)
    return session.scalar(brought.limit(1)) is not None


def end_import(session: Session, run: ImportRun, *, refused: int) -> None:
    """Close the account of a run."""
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == run.id)
        .values(refused=refused, finished_at=func.now())
    )


def clocks_found(session: Session, run: ImportRun) -> ClocksFound:
    """How the clocks of the cases that this run brought stood as it began."""
    open_clocks = (
        select(
            func.count().filter(ClockRow.due_at <= run.started_at),
            func.count().filter(ClockRow.due_at > run.started_at),
        )
        .join(ComplaintRow, ComplaintRow.reference == ClockRow.reference)
        .where(ComplaintRow.source[RUN].astext == str(run.id), ClockRow.stopped_at.is_(None))
    )
    past, running = session.execute(open_clocks).one()
    return ClocksFound(past=past, running=running)


def not_started(session: Session, run: ImportRun) -> int:
    """How many cases of this run still wait for their workflow."""
    waiting = (
        select(func.count())
        .select_from(OutboxRow)
        .join(ComplaintRow, ComplaintRow.reference == OutboxRow.key)
        .where(
            OutboxRow.kind == messages.MessageKind.CASE,
            ComplaintRow.source[RUN].astext == str(run.id),
        )
    )
    return session.scalar(waiting) or 0
