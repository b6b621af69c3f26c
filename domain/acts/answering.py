"""Answering and ending: reply, disposition, closing, withdrawal, reopening."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.acts.chosen import Chosen
from domain.acts.handling import require_handler
from domain.acts.improvement import require_none_open, with_proposal
from domain.acts.letters import ActWithLetter, require_dispatch
from domain.acts.waiting import end_wait
from domain.approvals import ApprovalKind
from domain.case import UNANSWERED, Case, Disposition, Milestone, Status
from domain.classification import (
    AnonymousKind,
    Category,
    Cause,
    DemandKind,
    Disposal,
    Responsibility,
    Satisfaction,
    Severity,
    Validity,
    WithdrawalKind,
)
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.findings import set_aside
from domain.permission_names import Permission
from domain.permissions import only_takes_down
from domain.policy import CaseRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(ActWithLetter):
    """Tell the customer the result. The pack names the elements it must hold (A-53)."""

    kind: Literal["reply"] = "reply"
    satisfaction: Satisfaction | None = None
    handled_at: datetime | None = None

    event = Event.REPLIED
    permission = Permission.HANDLE
    statuses = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
    leads_to = frozenset({Status.REPLIED})
    # The elements are checked below against the pack: not every bank asks for all of them.
    words = {
        "findings": Need.OPTIONAL,
        "persons": Need.OPTIONAL,
        "lessons": Need.OPTIONAL,
        "handler_name": Need.OPTIONAL,
        "handler_phone": Need.OPTIONAL,
        "letter": Need.REQUIRED,
    }
    for_customer = frozenset({"letter"})

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if only_takes_down(context.by.roles) and not context.conduct.intake_may_resolve:
            raise Refused(Refusal.HOTLINE_MAY_NOT_RESOLVE)

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.category is None:
            raise Refused(Refusal.NOT_CLASSIFIED)
        stated = set(context.words)
        if self.satisfaction is not None:
            stated.add("satisfaction")
        if self.handled_at is not None:
            stated.add("handled_at")
        missing = [each for each in context.conduct.reply_elements if each not in stated]
        if missing:
            raise Refused(Refusal.REPLY_INCOMPLETE, missing=", ".join(missing))
        require_dispatch(self, case, context)
        answered = replace(
            end_wait(case, context.at), status=Status.REPLIED, extension_request=None
        )
        if case.status is Status.ASSIGNED:
            # Answered without a start of its own: after a transfer the unit's start clock is new.
            answered = answered.reach(Milestone.STARTED, at=context.at)
        return answered.reach(Milestone.REPLIED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToSender(Act):
    """Answer the department that handed the complaint over, within the same limit (A-33, A-39)."""

    kind: Literal["reply_to_sender"] = "reply_to_sender"

    event = Event.SENDER_REPLIED
    permission = Permission.HANDLE
    words = {"letter": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.sender is None:
            raise Refused(Refusal.NO_SENDER)
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        return case.reach(Milestone.SENDER_REPLIED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispose(ApprovedAct):
    """Settle how it ended: was the complaint valid, whose fault was it, what was made good.
    What should become better because of it may be proposed with it (S-22).
    """

    kind: Literal["dispose"] = "dispose"
    validity: Validity | None = None
    responsibility: Responsibility | None = None
    disposal: Disposal | None = None
    causes: tuple[Cause, ...] = ()
    redress_fen: int = 0

    event = Event.DISPOSED
    permission = Permission.HANDLE
    statuses = frozenset({Status.REPLIED})
    leads_to = frozenset({Status.DISPOSED})
    words = {"measures": Need.REQUIRED, "problem": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        answered = case.reached_since_reopening(Milestone.SENDER_REPLIED)
        if case.sender is not None and answered is None:
            raise Refused(Refusal.SENDER_REPLY_REQUIRED)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return redress_takes_two(self.redress_fen, conduct)

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.validity is None or self.responsibility is None:
            raise Refused(Refusal.DISPOSITION_INCOMPLETE)
        if self.disposal in context.conduct.forbidden_disposals:
            raise Refused(Refusal.DISPOSAL_FORBIDDEN)
        self._require_causes(context.conduct)
        require_authority(self.redress_fen, context)
        disposition = Disposition(
            validity=self.validity,
            responsibility=self.responsibility,
            withdrawal=case.disposition.withdrawal if case.disposition else None,
            disposal=self.disposal,
            causes=self.causes,
            redress_fen=self.redress_fen,
        )
        settled = replace(case, disposition=disposition, status=Status.DISPOSED)
        settled = settled.reach(Milestone.DISPOSED, at=context.at)
        if "problem" not in context.words:
            return settled
        require_none_open(case)
        return with_proposal(settled, self.event, context)

    def _require_causes(self, conduct: CaseRules) -> None:
        if conduct.causes_required and self.validity is Validity.VALID and not self.causes:
            raise Refused(Refusal.CAUSE_MISSING)
        listed = self.causes if conduct.causes is None else conduct.causes
        unlisted = [each for each in self.causes if each not in listed]
        if unlisted:
            raise Refused(Refusal.CAUSE_NOT_LISTED, causes=", ".join(unlisted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(ApprovedAct):
    """Put the file away, complete (A-08)."""

    kind: Literal["close"] = "close"

    event = Event.CLOSED
    permission = Permission.HANDLE
    statuses = frozenset({Status.DISPOSED})
    leads_to = frozenset({Status.CLOSED})
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.CLOSE_MAJOR if case.severity is Severity.MAJOR else None

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, status=Status.CLOSED).reach(Milestone.CLOSED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(ApprovedAct):
    """The customer takes the complaint back; whether freely is verified and noted. A withdrawal
    under pressure ends nothing (A-52). One that ends the case shows what the customer wrote or
    said, or takes a second person.
    """

    kind: Literal["withdraw"] = "withdraw"
    withdrawal: WithdrawalKind
    evidence: Annotated[str | None, Chosen.EVIDENCE] = None
    """The digest of a file of the case: the customer's letter, the recording of a call."""

    event = Event.WITHDRAWN
    permission = Permission.SORT
    statuses = UNANSWERED
    leads_to = UNANSWERED | {Status.DISPOSED}  # what somebody was pressed to ends nothing
    words = {"reason": Need.REQUIRED}

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        ends = self.withdrawal is not WithdrawalKind.COERCED
        return ApprovalKind.WITHDRAWAL if ends and self.evidence is None else None

    def apply(self, case: Case, context: ActContext) -> Case:
        coerced = self.withdrawal is WithdrawalKind.COERCED
        disposition = Disposition(
            validity=Validity.VALID if coerced else Validity.SPECIAL,
            responsibility=Responsibility.BANK if coerced else Responsibility.NOT_BANK,
            withdrawal=self.withdrawal,
        )
        if coerced:
            return replace(case, disposition=disposition)
        return ended(case, disposition, context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Act):
    """Take a closed case up again; the pack says which clocks start anew."""

    kind: Literal["reopen"] = "reopen"

    event = Event.REOPENED
    permission = Permission.REOPEN
    statuses = frozenset({Status.CLOSED})
    leads_to = frozenset({Status.RECEIVED, Status.ASSIGNED})  # back to whoever had it
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        status = Status.ASSIGNED if case.handler else Status.RECEIVED
        aside = set_aside(case.findings, context.by.person, context.at)
        again = replace(case, status=status, disposition=None, findings=aside)
        return again.reach(Milestone.REOPENED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnonymous(Act):
    """End a complaint that bears no name: verified and kept on file, with nobody to answer. What
    was improved is noted when it was well meant (A-44); how it was handled when not (A-45).
    """

    kind: Literal["file_anonymous"] = "file_anonymous"
    anonymous: AnonymousKind
    validity: Validity
    responsibility: Responsibility

    event = Event.ANONYMOUS_FILED
    permission = Permission.HANDLE
    statuses = UNANSWERED
    leads_to = frozenset({Status.DISPOSED})
    words = {"findings": Need.REQUIRED, "measures": Need.REQUIRED, "note": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)
        if case.category is not Category.ANONYMOUS:
            raise Refused(Refusal.NOT_ANONYMOUS)

    def apply(self, case: Case, context: ActContext) -> Case:
        disposition = Disposition(
            validity=self.validity, responsibility=self.responsibility, anonymous=self.anonymous
        )
        return ended(case, disposition, context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatAsDemand(Act):
    """Set a wish or a question apart: it is answered, and is no complaint (F-02, F-03)."""

    kind: Literal["treat_as_demand"] = "treat_as_demand"
    demand_kind: DemandKind

    event = Event.TREATED_AS_DEMAND
    permission = Permission.SORT
    statuses = UNANSWERED
    leads_to = frozenset({Status.DISPOSED})
    words = {"letter": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not context.conduct.accepts_demands:
            raise Refused(Refusal.NOT_A_DEMAND)

    def apply(self, case: Case, context: ActContext) -> Case:
        disposition = Disposition(
            validity=Validity.DEMAND,
            responsibility=Responsibility.NOT_BANK,
            demand=self.demand_kind,
        )
        return ended(case, disposition, context.at)


def require_authority(amount_fen: int, context: ActContext) -> None:
    """Nobody promises or pays more than the pack lets a unit of that level (A-40, G-02)."""
    allowed = context.conduct.promises_up_to_fen
    if allowed is not None and amount_fen > allowed.get(context.by.level, 0):
        raise Refused(Refusal.BEYOND_AUTHORITY, limit_fen=str(allowed.get(context.by.level, 0)))


def redress_takes_two(amount_fen: int, conduct: CaseRules) -> ApprovalKind | None:
    """A sum above the pack's figure takes two people; under a pack without a figure, any does."""
    alone = conduct.redress_alone_up_to_fen or 0
    return ApprovalKind.REDRESS if amount_fen > alone else None


def ended(case: Case, disposition: Disposition, at: datetime) -> Case:
    """A case that ends without a reply: it owes no further step, so every clock of its handling
    stops.
    """
    settled = replace(
        end_wait(case, at),
        disposition=disposition,
        status=Status.DISPOSED,
        extension_request=None,
    )
    # A transfer or a reopening may have started a clock a second time, so those are reached anew
    # that were reached before. Only the delivery is not: it would start clocks of its own.
    delivered = () if case.reached(Milestone.DELIVERED) else (Milestone.DELIVERED,)
    return settled.reach(*delivered, *OWED, at=at)


OWED = (
    Milestone.FORWARDED,
    Milestone.STARTED,
    Milestone.ON_SITE,
    Milestone.STATUS_TOLD,
    Milestone.OPINION_GIVEN,
    Milestone.REPLIED,
    Milestone.SENDER_REPLIED,
    Milestone.RESULT_REPORTED,
    Milestone.DISPOSED,
)
"""What the handling of a complaint owes until it is reached."""
