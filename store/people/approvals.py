"""Requests that a second person decides on: kept, decided once, each step in the audit trail."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.approvals import Approval, ApprovalKind, ApprovalOutcome
from domain.errors import Refusal, Refused
from store.evidence.audit import Action, note
from store.tables import ApprovalRow


def ask_for(
    session: Session,
    kind: ApprovalKind,
    *,
    subject: str,
    request: Mapping[str, str],
    reason: str,
    by: str,
) -> bool:
    """Ask for something; while the same is being asked for about the same subject, that stands.
    Says whether this is a new request. Raises `Refused` without a reason.
    """
    if not reason.strip():
        raise Refused(Refusal.WORDS_MISSING, missing="reason")
    asked = session.scalar(
        insert(ApprovalRow)
        .values(
            id=f"a-{secrets.token_hex(6)}",
            kind=kind,
            subject=subject,
            request=dict(request),
            reason=reason,
            requested_by=by,
        )
        .on_conflict_do_nothing()
        .returning(ApprovalRow.id)
    )
    if asked is not None:
        note(session, Action.APPROVAL_REQUESTED, by=by, subject=subject, kind=kind, approval=asked)
    return asked is not None


def decide(session: Session, approval_id: str, outcome: ApprovalOutcome, *, by: str) -> Approval:
    """End a request. Whoever asked may only take it back, and nobody else may.

    Whoever calls this carries out what was approved, in the same transaction. Raises `Refused` for
    one's own request, about oneself, and when it has been decided already.
    """
    row = session.scalar(select(ApprovalRow).where(ApprovalRow.id == approval_id).with_for_update())
    if row is None or row.outcome is not None:
        raise Refused(Refusal.DECIDED_ALREADY)
    if (by == row.requested_by) != (outcome is ApprovalOutcome.TAKEN_BACK) or by == row.subject:
        raise Refused(Refusal.OWN_REQUEST)
    session.execute(
        update(ApprovalRow)
        .where(ApprovalRow.id == approval_id)
        .values(outcome=outcome, decided_by=by, decided_at=func.now())
    )
    note(
        session,
        Action(f"approval_{outcome}"),
        by=by,
        subject=row.subject,
        kind=row.kind,
        approval=row.id,
    )
    session.refresh(row)
    return _approval(row)


def waiting(session: Session, *kinds: ApprovalKind) -> tuple[Approval, ...]:
    """Requests of these kinds that nobody has decided, oldest first."""
    rows = session.scalars(
        select(ApprovalRow)
        .where(ApprovalRow.outcome.is_(None), ApprovalRow.kind.in_(kinds))
        .order_by(ApprovalRow.requested_at, ApprovalRow.id)
    )
    return tuple(_approval(row) for row in rows)


def _approval(row: ApprovalRow) -> Approval:
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "id", "subject", "request", "reason", "requested_by", "requested_at", "decided_by",
            "decided_at",
        )
    }  # fmt: skip
    return Approval(
        **values,
        kind=ApprovalKind(row.kind),
        outcome=ApprovalOutcome(row.outcome) if row.outcome else None,
    )
