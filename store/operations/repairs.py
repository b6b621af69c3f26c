"""Repairs: cases taken back to a point once two have agreed, and what waits to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.approvals import SHOWN, Approval, ApprovalKind, ApprovalOutcome
from domain.errors import Refusal, Refused
from domain.relations import Reader
from domain.statuses import RepairStatus
from store.approvals.lists import every_about
from store.approvals.rows import approval_of
from store.outbox import messages
from store.scope import visible_cases
from store.tables import ApprovalRow, CaseRow, RepairRow

ENDED = {
    None: RepairStatus.REQUESTED,
    ApprovalOutcome.APPROVED: RepairStatus.APPROVED,
}
"""How a request stands as a repair; however else it ended, the case stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A wish to take a case's workflow back to a point, and what became of it."""

    id: str
    """Of the request too, on which a second person decides."""
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


def wish_of(run_id: str, event_id: int, point: str, preview: dict[str, Any]) -> dict[str, Any]:
    """What a request for a repair holds."""
    return {"run_id": run_id, "event_id": event_id, "point": point, SHOWN: preview}


def order(session: Session, approval: Approval, preview: dict[str, Any]) -> None:
    """Send a repair on its way that two have agreed on; `preview` is what the second was shown."""
    asked = approval.request
    session.add(
        RepairRow(
            id=approval.id,
            reference=approval.subject,
            run_id=asked["run_id"],
            event_id=asked["event_id"],
            point=asked["point"],
            reason=approval.reason,
            preview=preview,
            requested_by=approval.requested_by,
            requested_at=approval.requested_at,
            status=RepairStatus.APPROVED,
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
        )
    )
    session.flush()
    messages.put(session, messages.MessageKind.REPAIR, approval.id)


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
    if row is not None:
        return _repair(row)
    asked = session.get(ApprovalRow, repair_id, populate_existing=True)
    if asked is None or asked.kind != ApprovalKind.RESET:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=repair_id)
    return _asked(approval_of(asked))


def waiting(session: Session, reader: Reader) -> tuple[Repair, ...]:
    """Repairs that are not over, of the cases that somebody may read: to be decided, or on their
    way. Oldest first.
    """
    on_their_way = session.scalars(
        select(RepairRow)
        .join(CaseRow, CaseRow.reference == RepairRow.reference)
        .where(RepairRow.status == RepairStatus.APPROVED, visible_cases(reader))
    )
    asked = session.scalars(
        select(ApprovalRow)
        .join(CaseRow, CaseRow.reference == ApprovalRow.subject)
        .where(
            ApprovalRow.kind == ApprovalKind.RESET,
            ApprovalRow.outcome.is_(None),
            ApprovalRow.expires_at > func.now(),
            visible_cases(reader),
        )
    )
    found = [*map(_repair, on_their_way), *(_asked(approval_of(row)) for row in asked)]
    return _in_order(found)


def repairs_of(session: Session, reference: str) -> tuple[Repair, ...]:
    """Every repair of a case, oldest first, also those that came to nothing."""
    rows = session.scalars(select(RepairRow).where(RepairRow.reference == reference)).all()
    ordered = {row.id for row in rows}
    asked = every_about(session, ApprovalKind.RESET, reference)
    others = (_asked(each) for each in asked if each.id not in ordered)
    return _in_order([*map(_repair, rows), *others])


def _in_order(repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    return tuple(sorted(repairs, key=lambda each: (each.requested_at, each.id)))


def _asked(approval: Approval) -> Repair:
    asked = approval.request
    return Repair(
        id=approval.id,
        reference=approval.subject,
        run_id=asked["run_id"],
        event_id=asked["event_id"],
        point=asked["point"],
        reason=approval.reason,
        preview=asked[SHOWN],
        requested_by=approval.requested_by,
        requested_at=approval.requested_at,
        status=ENDED.get(approval.outcome, RepairStatus.DECLINED),
        decided_by=approval.decided_by,
        decided_at=approval.decided_at,
        done_at=None,
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
