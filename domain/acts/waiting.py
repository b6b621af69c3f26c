"""Stopping and moving clocks: two different acts. A pause waits for the customer; an extension
sets a later date, with a reason, somebody else's approval and word to the customer (A-37, C-22).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.acts.chosen import Chosen
from domain.acts.handling import require_handler
from domain.approvals import ApprovalKind
from domain.case import (
    UNANSWERED,
    Case,
    Commitment,
    Extension,
    ExtensionRequest,
    HandlingPlan,
    Milestone,
    Pause,
    Status,
)
from domain.clocks.ledger import Clock
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission
from domain.permissions import holds
from domain.policy import CaseRules
from domain.relations import asks, kept_out


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCustomer(Act):
    """Ask the customer for something; pausable clocks stand still until the answer."""

    kind: Literal["ask_customer"] = "ask_customer"

    event = Event.CUSTOMER_ASKED
    permission = Permission.HANDLE
    statuses = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
    words = {"question": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if case.is_waiting:
            raise Refused(Refusal.ALREADY_WAITING)

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, pauses=(*case.pauses, Pause(since_at=context.at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAnswer(Act):
    """Record what the customer answered; the clocks go on from here."""

    kind: Literal["take_answer"] = "take_answer"

    event = Event.CUSTOMER_ANSWERED
    permission = Permission.SORT
    statuses = UNANSWERED
    words = {"answer": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not case.is_waiting:
            raise Refused(Refusal.NOT_WAITING)

    def apply(self, case: Case, context: ActContext) -> Case:
        return end_wait(case, context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(ApprovedAct):
    """Let a clock run to a later date: with a reason, somebody else's agreement, and word to the
    customer and the sender (A-37).
    """

    kind: Literal["extend"] = "extend"
    clock: Annotated[str, Chosen.EXTENDABLE_CLOCK]
    until_at: datetime

    event = Event.DATE_EXTENDED
    permission = Permission.HANDLE
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if case.extension_request is not None:
            raise Refused(Refusal.EXTENSION_PENDING)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.LATER_DATE

    def apply(self, case: Case, context: ActContext) -> Case:
        clock = extendable_clock(self.clock, self.until_at, case, context)
        if self.approved_by in (None, context.by.person):
            raise Refused(Refusal.TAKES_TWO)
        extension = Extension(
            clock=clock.key,
            until_at=self.until_at,
            requested_by=context.by.person,
            approved_by=self.approved_by,
            approved_at=context.at,
        )
        return replace(case, extensions=(*case.extensions, extension))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension(Act):
    """Ask for a later date, as it was done before there was one way for all that takes two: running
    cases hold it, and nobody asks so any more.
    """

    kind: Literal["request_extension"] = "request_extension"
    clock: Annotated[str, Chosen.EXTENDABLE_CLOCK]
    until_at: datetime

    event = Event.EXTENSION_REQUESTED
    permission = Permission.HANDLE
    is_retired = True
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if case.extension_request is not None:
            raise Refused(Refusal.EXTENSION_PENDING)

    def apply(self, case: Case, context: ActContext) -> Case:
        clock = extendable_clock(self.clock, self.until_at, case, context)
        request = ExtensionRequest(
            clock=clock.key,
            until_at=self.until_at,
            requested_by=context.by.person,
            requested_at=context.at,
        )
        return replace(case, extension_request=request)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveExtension(Act):
    """Grant the later date that was asked for; the customer and the sender are told (A-37)."""

    kind: Literal["approve_extension"] = "approve_extension"

    event = Event.EXTENDED
    permission = Permission.APPROVE
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        pending_request(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        request = pending_request(case, context)
        extension = Extension(
            clock=request.clock,
            until_at=request.until_at,
            requested_by=request.requested_by,
            approved_by=context.by.person,
            approved_at=context.at,
        )
        return replace(case, extension_request=None, extensions=(*case.extensions, extension))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension(Act):
    """Leave the date where it is, and say why."""

    kind: Literal["refuse_extension"] = "refuse_extension"

    event = Event.EXTENSION_REFUSED
    permission = Permission.APPROVE
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        pending_request(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, extension_request=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Act):
    """Give the customer a date by which it will be settled, where it cannot be at once. The date is
    watched beside the limit (D-17), or takes the place of its own where the pack says so (C-22).
    """

    kind: Literal["commit"] = "commit"
    until_at: datetime

    event = Event.COMMITTED
    permission = Permission.COMMIT
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not holds(context.by.roles, Permission.COMMIT_ANY):
            require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.until_at <= context.at:
            raise Refused(Refusal.DATE_HAS_PASSED)
        promised = Commitment(until_at=self.until_at, by=context.by.person, at=context.at)
        with_date = replace(case, commitments=(*case.commitments, promised))
        return with_date.reach(Milestone.COMMITTED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan(Act):
    """Write down who handles it, by when and in which steps, before the work begins (H-02, H-03).
    The date is the bank's own; what is promised to the customer is another act.
    """

    kind: Literal["make_plan"] = "make_plan"
    person: Annotated[str, Chosen.COLLEAGUE]
    until_at: datetime

    event = Event.PLANNED
    permission = Permission.HANDLE
    statuses = UNANSWERED
    words = {"plan": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.until_at <= context.at:
            raise Refused(Refusal.DATE_HAS_PASSED)
        if self.person in kept_out(case):
            raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
        plan = HandlingPlan(
            person=self.person, until_at=self.until_at, by=context.by.person, at=context.at
        )
        planned = replace(case, plans=(*case.plans, plan))
        return planned.reach(Milestone.PLANNED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOverrun(Act):
    """Say why a limit is not kept: to the department that received it, to the one that sent it and
    to the customer; once it ran out, or before a later date is granted (A-37).
    """

    kind: Literal["explain_overrun"] = "explain_overrun"
    overrun: Annotated[str, Chosen.OVERRUN_CLOCK]
    """The clock that ran out, or for which a later date could be set."""

    event = Event.OVERRUN_EXPLAINED
    permission = Permission.HANDLE
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED, "letter": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        # A clock that a later date could be set for is explained before one is.
        if not any(each.key == self.overrun and is_explained(each) for each in context.clocks):
            raise Refused(Refusal.NOTHING_OVERRUN, clock=self.overrun)
        return case.reach(Milestone.OVERRUN_EXPLAINED, at=context.at)


def end_wait(case: Case, at: datetime) -> Case:
    """The case with its open wait ended, if there is one."""
    if not case.is_waiting:
        return case
    ended = replace(case.pauses[-1], until_at=at)
    return replace(case, pauses=(*case.pauses[:-1], ended))


def running_clock(key: str, context: ActContext) -> Clock:
    """The clock of that key; raises `Refused` when none runs."""
    clock = next((each for each in context.clocks if each.key == key and each.is_running), None)
    if clock is None:
        raise Refused(Refusal.NO_SUCH_CLOCK, clock=key)
    return clock


def is_explained(clock: Clock) -> bool:
    """Whether there is something to explain: it ran out, or it may yet run longer."""
    return clock.breached or (clock.is_running and clock.extendable)


def extendable_clock(key: str, until_at: datetime, case: Case, context: ActContext) -> Clock:
    """The clock, if it may run to this date; raises `Refused` with the rule that forbids it."""
    clock = running_clock(key, context)
    if not clock.extendable:
        raise Refused(Refusal.NOT_EXTENDABLE, clock=clock.key)
    granted = [each for each in case.extensions if each.clock == clock.key]
    if len(granted) >= context.conduct.extensions_at_most:
        raise Refused(Refusal.EXTENSIONS_USED_UP, limit=str(context.conduct.extensions_at_most))
    if until_at <= max(context.at, clock.due_at or context.at):
        raise Refused(Refusal.DATE_NOT_LATER)
    if clock.extendable_until is not None and until_at > clock.extendable_until:
        raise Refused(Refusal.EXTENSION_TOO_FAR, until=clock.extendable_until.isoformat())
    return clock


def pending_request(case: Case, context: ActContext) -> ExtensionRequest:
    """The request that waits for this person's decision; raises `Refused` when there is none."""
    if case.extension_request is None:
        raise Refused(Refusal.NO_EXTENSION_PENDING)
    if asks(case) == context.by.person:
        raise Refused(Refusal.OWN_REQUEST)
    return case.extension_request
