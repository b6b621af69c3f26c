"""Files with many customers' cases: saved by one person once another has agreed."""

from collections.abc import Iterable, Mapping
from typing import Any

from desk.approvals.agreements import Agreement, agreement
from domain.approvals import SHOWN, ApprovalKind
from domain.case import Actor
from domain.report_tables import Table, listed_in
from rulebook.approvals import read_approval_limits
from store.approvals.requests import collect
from store.database import DatabaseSession
from store.evidence.audit import Action, note


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
) -> Agreement:
    """Whether this person may save this file now, which uses another's agreement up; else another
    is asked, who is shown what it is about. Raises `Refused` without a reason.
    """
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
        facts = {"cases": str(cases)}
        if agreed.request is not None:
            collect(session, agreed.request)
            facts["approved_by"] = str(agreed.request.decided_by)
        note(session, Action.SAVED_MANY, by=by.person, subject=subject, **facts)
    return agreed
