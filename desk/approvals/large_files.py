"""Files with many customers' cases: saved by one person once another has agreed."""

from collections.abc import Iterable, Mapping
from typing import Any

from desk.approvals.agreements import Agreement, agreement
from domain.approvals import SHOWN, ApprovalKind
from domain.case import Actor
from domain.report_tables import Table, listed_in
from rulebook.approvals import read_approval_limits
from store.approvals.requests import collect, hold_requests
from store.database import DatabaseSession
from store.evidence.audit import Action, note, noted_before


def count_listed(tables: Iterable[Table]) -> int:
    """How many cases a report tells of one by one."""
    return len(listed_in(tables))


def takes_two(tables: Iterable[Table]) -> bool:
    """Whether that is more than one person may take away."""
    return count_listed(tables) > read_approval_limits().customers_at_once


def save_many(
    session: DatabaseSession,
    subject: str,
    tables: Iterable[Table],
    *,
    about: Mapping[str, Any],
    by: Actor,
    reason: str,
    sent_as: str,
) -> Agreement:
    """Whether this person may save this file now, which uses another's agreement up; else another
    is asked, who is shown what it is about. Raises `Refused` without a reason.

    :param sent_as: the key of the form, by which a second click saves the file that the first did
    """
    hold_requests(session, ApprovalKind.READ_MANY, subject)
    if noted_before(session, Action.SAVED_MANY, by=by.person, subject=subject, sent_as=sent_as):
        return Agreement(may_be_done=True, request=None)
    cases = count_listed(tables)
    agreed = agreement(
        session,
        ApprovalKind.READ_MANY,
        subject=subject,
        request={SHOWN: {"cases": cases, **about}},
        by=by,
        reason=reason,
    )
    if agreed.may_be_done:
        facts = {"cases": str(cases), "sent_as": sent_as}
        if agreed.request is not None:
            collect(session, agreed.request)
            facts["approved_by"] = str(agreed.request.decided_by)
        note(session, Action.SAVED_MANY, by=by.person, subject=subject, **facts)
    return agreed
