"""Returns to an authority: submitted, and corrected, by two."""

from datetime import datetime

from desk.approvals.agreements import Agreement, agreement
from desk.approvals.return_flaws import flaws_of_filled
from domain.approvals import SHOWN, ApprovalKind
from domain.case import Actor
from domain.errors import Refusal, Refused
from domain.returns import difference
from store.approvals.requests import collect, hold_requests
from store.database import DatabaseSession
from store.reports.returns import FilledReturn, keep_submission, submissions_of


def submit_return(
    session: DatabaseSession,
    filled: FilledReturn,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    sent_as: int | None = None,
) -> Agreement:
    """Submit these figures once another has agreed to just them, and to the reason; else another is
    asked. What was submitted before is corrected by it, and stays. A second click is answered like
    the first.

    :param sent_as: which submission it was to be, on the page it was sent from

    Raises `Refused` without a reason, for figures with a flaw, and where nothing has changed.
    """
    name, begins = filled.template.name, filled.period.begins
    subject = f"{name}/{begins}"
    hold_requests(session, ApprovalKind.SUBMIT_RETURN, subject)
    before = submissions_of(session, name, begins)
    last = before[-1] if before else None
    if last is not None and not difference(last.figures, filled.figures):
        if (sent_as, by.person) == (last.number, last.submitted_by):
            return Agreement(may_be_done=True, request=None)
        raise Refused(Refusal.RETURN_UNCHANGED)
    if any(flaws_of_filled(filled, now)):
        raise Refused(Refusal.RETURN_NOT_FIT)
    number = len(before) + 1
    agreed = agreement(
        session,
        ApprovalKind.SUBMIT_RETURN,
        subject=subject,
        request={
            "number": number,
            "figures": dict(filled.figures),
            SHOWN: {
                "report": dict(filled.template.title),
                "days": [begins.isoformat(), filled.period.ends.isoformat()],
                "known_at": filled.known_at.isoformat(),
            },
        },
        by=by,
        reason=reason,
    )
    if agreed.may_be_done:
        if agreed.request is not None:
            collect(session, agreed.request)
            # What another has read, whatever stands in the form by now.
            reason = agreed.request.reason
        approved_by = agreed.request.decided_by if agreed.request else None
        keep_submission(session, filled, number, by=by, approved_by=approved_by, reason=reason)
    return agreed
