"""What ends the keeping of a case, and what keeps it from ending: erasure and legal hold."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.approvals import ApprovalKind
from domain.case import Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission
from domain.policy import CaseRules
from domain.retention import reasons_in


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnHold(Act):
    """Keep everything in the case, whatever its time and whoever wishes it erased: a court, an
    inspector or a claim may need it.
    """

    kind: Literal["put_on_hold"] = "put_on_hold"

    event = Event.HELD
    permission = Permission.HOLD
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.held_since is not None:
            raise Refused(Refusal.HELD_ALREADY)
        return replace(case, held_since=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftHold(ApprovedAct):
    """Say that the case need not be kept for that any more."""

    kind: Literal["lift_hold"] = "lift_hold"

    event = Event.HOLD_LIFTED
    permission = Permission.HOLD
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.held_since is None:
            raise Refused(Refusal.NOT_HELD)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.LIFT_HOLD

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, held_since=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(ApprovedAct):
    """Erase everything people have written in the case, because the customer or somebody for them
    wishes it. What happened when, by which rule and by whom, stays, and stays provable.
    """

    kind: Literal["erase"] = "erase"

    event = Event.ERASED
    permission = Permission.ERASE
    statuses = frozenset({Status.CLOSED})
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        _refuse_while_kept(case, context)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.ERASURE

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, erased_at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseWhenDue(Act):
    """Erase it because its time is over, as one of all those that are due: two have agreed to that
    of all of them at once.
    """

    kind: Literal["erase_when_due"] = "erase_when_due"
    agreement: str
    """The id of the request that was agreed to."""
    approved_by: str

    event = Event.ERASED_WHEN_DUE
    permission = Permission.ERASE_WHEN_DUE
    statuses = frozenset({Status.CLOSED})
    is_upkeep = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        _refuse_while_kept(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, erased_at=context.at)


def _refuse_while_kept(case: Case, context: ActContext) -> None:
    for reason in reasons_in(case, context.clocks):
        raise Refused(Refusal.NOT_TO_BE_ERASED, kept_for=reason)
