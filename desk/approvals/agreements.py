"""What is about the whole bank and takes two: whoever wants it asks, and carries it out once
another has agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.approvals import COLLECTED, SHOWN, Approval, ApprovalKind
from domain.case import Actor
from domain.errors import Refusal, Refused
from store.approvals.lists import waiting_about
from store.approvals.requests import (
    ask_for,
    find_approved,
    hold_requests,
    somebody_else_decides,
)
from store.database import DatabaseSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether it may be done now, and the request it goes by."""

    may_be_done: bool
    request: Approval | None
    """None while there is nobody else who could decide: then nobody must."""


def agreement(
    session: DatabaseSession,
    kind: ApprovalKind,
    *,
    subject: str,
    request: Mapping[str, Any],
    by: Actor,
    reason: str,
) -> Agreement:
    """Another's agreement to just this; where there is none, one is asked for. The same again is
    one request. Raises `Refused` without a reason, and while something else of that kind waits.
    """
    hold_requests(session, kind, subject)
    # What the agreement itself has carried out is done, and agrees to no second time of it.
    agreed = find_approved(session, kind, subject, by.person) if kind in COLLECTED else None
    if agreed is not None and _is_the_same(agreed, request):
        return Agreement(may_be_done=True, request=agreed)
    waits = next((each for each in waiting_about(session, subject) if each.kind is kind), None)
    if waits is None and not somebody_else_decides(session, kind, subject, by.person):
        return Agreement(may_be_done=True, request=None)
    if waits is None:
        waits = ask_for(
            session, kind, subject=subject, request=request, reason=reason, by=by.person
        )
    elif waits.requested_by != by.person or not _is_the_same(waits, request):
        raise Refused(Refusal.ASKED_ALREADY)
    return Agreement(may_be_done=False, request=waits)


def _is_the_same(known: Approval, request: Mapping[str, Any]) -> bool:
    """Whether the same is asked for; what it would come to may be another number by now."""
    return {**known.request, SHOWN: None} == {**request, SHOWN: None}
