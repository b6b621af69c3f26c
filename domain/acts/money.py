"""Money and property: promises, cash in an emergency, loss reports, penalties."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.answering import redress_takes_two, require_authority
from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.acts.chosen import Chosen
from domain.acts.handling import require_handler
from domain.acts.stages import Stage
from domain.approvals import ApprovalKind
from domain.case import OPEN, UNANSWERED, Case, Milestone, Status
from domain.classification import CustomerTier, Validity
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.penalties import Penalty
from domain.permission_names import Permission
from domain.permissions import holds
from domain.policy import CaseRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(ApprovedAct):
    """Promise the customer a sum: never beyond one's authority (G-02), and where the pack says so
    only together with the department in charge of the business (D-30).
    """

    kind: Literal["promise"] = "promise"
    amount_fen: int

    event = Event.PROMISED
    permission = Permission.PROMISE
    words = {"note": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not holds(context.by.roles, Permission.PROMISE_ANY):
            require_handler(case, context)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return redress_takes_two(self.amount_fen, conduct)

    def apply(self, case: Case, context: ActContext) -> Case:
        require_authority(self.amount_fen, context)
        return replace(case, promised_fen=self.amount_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayEmergencyCash(Act):
    """Pay a customer who cannot be put off and whose risk can be borne, within limits (D-24)."""

    kind: Literal["pay_emergency_cash"] = "pay_emergency_cash"
    amount_fen: int
    tier: CustomerTier

    event = Event.CASH_PAID
    permission = Permission.HANDLE
    words = {"note": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        allowed = (context.conduct.emergency_cash_fen or {}).get(self.tier, 0)
        if case.paid_cash_fen + self.amount_fen > allowed:
            raise Refused(Refusal.OVER_EMERGENCY_LIMIT, limit_fen=str(allowed))
        return replace(case, paid_cash_fen=case.paid_cash_fen + self.amount_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLoss(Stage):
    """Take a loss report by word of mouth; it lapses unless a formal one follows (D-18, D-23)."""

    kind: Literal["report_loss"] = "report_loss"

    milestone = Milestone.LOSS_REPORTED
    event = Event.LOSS_REPORTED
    permission = Permission.SORT
    words = {"note": Need.OPTIONAL}
    statuses = OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLoss(Stage):
    """The customer has made the loss report in due form (D-18, D-23)."""

    kind: Literal["file_loss"] = "file_loss"

    milestone = Milestone.LOSS_FILED
    event = Event.LOSS_FILED
    permission = Permission.SORT
    words = {"note": Need.OPTIONAL}
    statuses = frozenset(Status)

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.reached(Milestone.LOSS_REPORTED) is None:
            raise Refused(Refusal.NO_LOSS_REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePenalty(ApprovedAct):
    """Propose what a fault costs one of the posts named in the schedule; only where the complaint
    was found valid (C-31..C-33). Whether a bank may fine at all is the bank's question to its
    lawyers: a pack without schedules has no penalties.
    """

    kind: Literal["propose_penalty"] = "propose_penalty"
    schedule: Annotated[str, Chosen.PENALTY_SCHEDULE]
    post: Annotated[str, Chosen.PENALISED_POST]
    amount_fen: int

    event = Event.PENALTY_PROPOSED
    permission = Permission.STEER
    statuses = frozenset(Status) - UNANSWERED
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.disposition is None or case.disposition.validity is not Validity.VALID:
            raise Refused(Refusal.ONLY_VALID_COMPLAINTS)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        alone = conduct.penalty_alone_up_to_fen or 0
        return ApprovalKind.PENALTY if self.amount_fen > alone else None

    def apply(self, case: Case, context: ActContext) -> Case:
        schedules = context.conduct.penalties
        schedule = next((each for each in schedules if each.name == self.schedule), None)
        if schedule is None or self.post not in schedule.posts:
            raise Refused(Refusal.NO_SUCH_PENALTY, schedule=self.schedule, post=self.post)
        if not schedule.at_least_fen <= self.amount_fen <= schedule.at_most_fen:
            raise Refused(
                Refusal.PENALTY_OUT_OF_RANGE,
                at_least_fen=str(schedule.at_least_fen),
                at_most_fen=str(schedule.at_most_fen),
            )
        penalty = Penalty(schedule=self.schedule, post=self.post, amount_fen=self.amount_fen)
        return replace(case, penalties=(*case.penalties, penalty))
