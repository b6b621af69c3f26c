"""The row of a request as the rest of the code knows it."""

from collections.abc import Mapping
from typing import Any

from domain.approvals import Approval, ApprovalKind, ApprovalOutcome
from store.tables import ApprovalRow


def approval_of(row: ApprovalRow, refused: Mapping[str, Any] | None = None) -> Approval:
    """`refused` is the workflow's answer, where it said no to what two had agreed to."""
    return Approval(
        id=row.id,
        kind=ApprovalKind(row.kind),
        subject=row.subject,
        request=row.request,
        reason=row.reason,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        at_console=row.at_console,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        outcome=ApprovalOutcome(row.outcome) if row.outcome else None,
        note=row.note,
        refusal=row.refusal or refused,
        collected_at=row.collected_at,
    )
