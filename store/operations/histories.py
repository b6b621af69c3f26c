"""The archive: histories of runs that are over, compressed, with a seal that shows any change."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.journal import REDRESS
from store.evidence.audit import Action, note
from store.tables import CaseRow, HistoryRow


class SealBroken(Exception):
    """The archived history of a run is not what was archived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedHistory:
    """A run that is over and everything it did, as Temporal's own JSON, decrypted."""

    reference: str
    run_id: str
    started_at: datetime
    closed_at: datetime
    outcome: str
    events: int
    json: str

    @property
    def seal(self) -> str:
        """SHA-256 of the JSON."""
        return hashlib.sha256(self.json.encode()).hexdigest()


def archive(session: Session, closed: ClosedHistory) -> bool:
    """Keep a closed history, with its seal in the audit; False when it is kept already, or when
    it belongs to no case of ours."""
    if session.get(CaseRow, closed.reference) is None:
        return False
    kept = session.scalar(
        insert(HistoryRow)
        .values(
            run_id=closed.run_id,
            reference=closed.reference,
            started_at=closed.started_at,
            closed_at=closed.closed_at,
            outcome=closed.outcome,
            events=closed.events,
            # No time stamp inside: the same history is the same bytes.
            history=gzip.compress(closed.json.encode(), mtime=0),
            sha256=closed.seal,
        )
        .on_conflict_do_nothing(index_elements=["run_id"])
        .returning(HistoryRow.run_id)
    )
    if kept is not None:
        note(
            session,
            Action.HISTORY_ARCHIVED,
            by=REDRESS,
            subject=closed.reference,
            run=closed.run_id,
            sha256=closed.seal,
        )
    return kept is not None


def archived_of(session: Session, reference: str) -> tuple[ClosedHistory, ...]:
    """The archived runs of a case, oldest first; raises `SealBroken` when one was altered."""
    rows = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.reference == reference)
        .order_by(HistoryRow.started_at, HistoryRow.run_id)
    )
    return tuple(_read(row) for row in rows)


def missing_from_archive(session: Session, run_ids: Sequence[str]) -> list[str]:
    """Those of the runs that are not archived."""
    kept = set(
        session.scalars(select(HistoryRow.run_id).where(HistoryRow.run_id.in_(list(run_ids))))
    )
    return [run_id for run_id in run_ids if run_id not in kept]


def latest_archived(session: Session) -> datetime | None:
    """When the last of the archived runs ended."""
    return session.scalar(select(func.max(HistoryRow.closed_at)))


def _read(row: HistoryRow) -> ClosedHistory:
    closed = ClosedHistory(
        reference=row.reference,
        run_id=row.run_id,
        started_at=row.started_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        events=row.events,
        json=gzip.decompress(row.history).decode(),
    )
    if closed.seal != row.sha256:
        raise SealBroken(row.run_id)
    return closed
