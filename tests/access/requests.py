"""What waits for a second person in a case, as a bank has it: to decide, answered, out of date."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from domain.acts import Close, ProposePenalty, Withdraw
from domain.approvals import ApprovalKind, ApprovalOutcome
from domain.case import Case
from domain.classification import WithdrawalKind
from store.tables import ApprovalRow
from store.values import ACT, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The requests of one person about one case, by their ids."""

    by: str
    waiting: str
    answered: str
    """Declined, and whoever asked has not said that they know."""
    late: str
    """Nobody has decided in time."""
    word: str
    """Only these requests say it."""


def ask_for_two(session: Session, case: Case, by: str) -> Requests:
    """Have somebody ask for three acts that take a second person."""
    asked = Requests(
        by=by,
        waiting=str(uuid4()),
        answered=str(uuid4()),
        late=str(uuid4()),
        word=f"asked{case.reference[-6:]}x",
    )
    now, days = datetime.now(UTC), timedelta(days=1)
    withdrawn = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    penalty = ProposePenalty(schedule="hotline", post="head", amount_fen=1)
    of_each = (
        (asked.waiting, ApprovalKind.WITHDRAWAL, withdrawn, now + days),
        (asked.answered, ApprovalKind.PENALTY, penalty, now + days),
        (asked.late, ApprovalKind.CLOSE_MAJOR, Close(), now - days),
    )
    for id, kind, act, until in of_each:
        session.add(
            ApprovalRow(
                id=id, kind=kind, subject=case.reference, reason=asked.word, requested_by=by,
                request={
                    "act": to_json(ACT, act), "words": {"reason": asked.word},
                    "version": case.version,
                },
                requested_at=now - 2 * days, expires_at=until,
            )
        )  # fmt: skip
    session.flush()
    answered = session.get_one(ApprovalRow, asked.answered)
    answered.outcome, answered.decided_by = ApprovalOutcome.DECLINED, "p-roots"
    answered.decided_at, answered.note = now, "not now"
    return asked
