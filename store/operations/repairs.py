"""Repairs that take two administrators: asked for by one, decided by another, each noted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.errors import Refusal, Refused
from domain.relations import Reader
from domain.statuses import RepairStatus
from store.evidence.audit import Action, note
from store.outbox import messages
from store.scope import visible_cases
from store.tables import CaseRow, RepairRow

DECISIONS = {
    RepairStatus.APPROVED: Action.REPAIR_APPROVED,
    RepairStatus.DECLINED: Action.REPAIR_DECLINED,
}
"""What the audit calls each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A request to take a case's workflow back to a point, and what became of it."""

    id: str
    reference: str
    run_id: str
    event_id: int
    point: str
    reason: str
    preview: dict[str, Any]
    """What was shown; see `engine.reset_points.Preview`."""
    requested_by: str
    requested_at: datetime
    status: RepairStatus
    decided_by: str | None
    decided_at: datetime | None
    done_at: datetime | None


def request(
    session: Session,
    *,
    repair_id: str,
    reference: str,
    run_id: str,
    event_id: int,
    point: str,
    reason: str,
    preview: dict[str, Any],
    by: str,
) -> Repair:
    """Ask for a repair; the same id again changes nothing. Raises `Refused` without a reason."""
    if not reason.strip():
        raise Refused(Refusal.WORDS_MISSING, missing="reason")
    stored = session.scalar(
        insert(RepairRow)
        .values(
            id=repair_id,
            reference=reference,
            run_id=run_id,
            event_id=event_id,
            point=point,
            reason=reason,
            preview=preview,
            requested_by=by,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(RepairRow.id)
    )
    if stored is not None:
        note(
            session,
            Action.REPAIR_REQUESTED,
            by=by,
            subject=reference,
            repair=repair_id,
            point=point,
        )
    return read(session, repair_id)


def approve(session: Session, repair_id: str, by: str, preview: dict[str, Any]) -> Repair:
    """Agree to a repair and send it on its way; raises `Refused` for one's own request.

    `preview` is what this second person was shown.
    """
    row = _open(session, repair_id, by)
    if row is not None:
        _decide(session, row, RepairStatus.APPROVED, by, preview=preview)
        messages.put(session, messages.MessageKind.REPAIR, repair_id)
    return read(session, repair_id)


def decline(session: Session, repair_id: str, by: str) -> Repair:
    """Leave the workflow as it is. The one who asked may take the request back so too."""
    row = session.scalar(_locked(repair_id))
    if row is not None and row.status == RepairStatus.REQUESTED:
        # Nobody decides on an own request, so a withdrawal has no second person.
        _decide(session, row, RepairStatus.DECLINED, by if by != row.requested_by else None)
    return read(session, repair_id)


def finish(session: Session, repair_id: str, new_run_id: str) -> None:
    """The engine has done it; the first answer stands."""
    session.execute(
        update(RepairRow)
        .where(RepairRow.id == repair_id, RepairRow.status == RepairStatus.APPROVED)
        .values(status=RepairStatus.DONE, new_run_id=new_run_id, done_at=func.now())
    )


def read(session: Session, repair_id: str) -> Repair:
    """A repair by its id; raises `Refused` when there is none."""
    row = session.get(RepairRow, repair_id, populate_existing=True)
    if row is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=repair_id)
    return _repair(row)


def waiting(session: Session, reader: Reader) -> tuple[Repair, ...]:
    """Repairs that are not over, of the cases that somebody may read: to be decided, or on their
    way. Oldest first.
    """
    rows = session.scalars(
        select(RepairRow)
        .join(CaseRow, CaseRow.reference == RepairRow.reference)
        .where(
            RepairRow.status.in_([RepairStatus.REQUESTED, RepairStatus.APPROVED]),
            visible_cases(reader),
        )
        .order_by(RepairRow.requested_at, RepairRow.id)
    )
    return tuple(_repair(row) for row in rows)


def repairs_of(session: Session, reference: str) -> tuple[Repair, ...]:
    """Every repair of a case, oldest first."""
    rows = session.scalars(
        select(RepairRow)
        .where(RepairRow.reference == reference)
        .order_by(RepairRow.requested_at, RepairRow.id)
    )
    return tuple(_repair(row) for row in rows)


def _open(session: Session, repair_id: str, by: str) -> RepairRow | None:
    """The request, locked, if it still waits for a decision of somebody else."""
    row = session.scalar(_locked(repair_id))
    if row is None or row.status != RepairStatus.REQUESTED:
        return None
    if row.requested_by == by:
        raise Refused(Refusal.OWN_REQUEST)
    return row


def _locked(repair_id: str) -> Select[RepairRow]:
    return select(RepairRow).where(RepairRow.id == repair_id).with_for_update()


def _decide(
    session: Session, row: RepairRow, status: RepairStatus, by: str | None, **values: Any
) -> None:
    session.execute(
        update(RepairRow)
        .where(RepairRow.id == row.id)
        .values(status=status, decided_by=by, decided_at=func.now(), **values)
    )
    note(
        session,
        DECISIONS[status],
        by=by or row.requested_by,
        subject=row.reference,
        repair=row.id,
        point=row.point,
    )


def _repair(row: RepairRow) -> Repair:
    return Repair(
        id=row.id,
        reference=row.reference,
        run_id=row.run_id,
        event_id=row.event_id,
        point=row.point,
        reason=row.reason,
        preview=row.preview,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        status=RepairStatus(row.status),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        done_at=row.done_at,
    )
