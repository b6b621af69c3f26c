"""Two people of the tests' bank agree on an act that one alone may not do."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from domain.acts import AnyAct
from domain.approvals import Approval, ApprovalOutcome
from domain.case import Actor
from store.approvals.requests import decide
from store.cases.approved_acts import ask_for_act, store_approved_act


def agree(
    session: Session,
    command_id: str,
    reference: str,
    act: AnyAct,
    by: Actor,
    with_: Actor,
    words: Mapping[str, str],
) -> Approval:
    """One asks, the other agrees, and the command is stored."""
    ask_for_act(
        session,
        command_id=command_id,
        reference=reference,
        act=act,
        words=words,
        by=by,
        seen_version=None,
    )
    decided = decide(
        session,
        command_id,
        ApprovalOutcome.APPROVED,
        by=with_,
        carry_out=store_approved_act,
    )
    assert decided.outcome is ApprovalOutcome.APPROVED, decided.refusal
    return decided
