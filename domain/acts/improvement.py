"""Making it better: propose, plan, do, check, conclude (S-20, S-22, S-23)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen
from domain.case import Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.improvement import CheckResult, Improvement, ImprovementStage, proposed
from domain.permission_names import Permission
from domain.relations import kept_out


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeImprovement(Act):
    """Say what should become better, because of this case and of others that show the same; the
    supervisor is charged with a plan.
    """

    kind: Literal["propose_improvement"] = "propose_improvement"
    also: tuple[str, ...] = ()

    event = Event.IMPROVEMENT_PROPOSED
    permission = Permission.IMPROVE
    statuses = frozenset(Status)
    words = {"problem": Need.REQUIRED}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_none_open(case)

    def apply(self, case: Case, context: ActContext) -> Case:
        also = tuple(dict.fromkeys(each for each in self.also if each != case.reference))
        return with_proposal(case, self.event, context, also)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementAct(Act):
    """A step of the improvement that is open in the case."""

    at_stage: ClassVar[ImprovementStage]
    """The step it is."""

    statuses = frozenset(Status)
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        open_at(case, cls.at_stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanImprovement(ImprovementAct):
    """Write down the causes, the greatest among them, and the plan: who does what until when."""

    kind: Literal["plan_improvement"] = "plan_improvement"
    person: Annotated[str, Chosen.DOER]
    until_at: datetime

    event = Event.IMPROVEMENT_PLANNED
    permission = Permission.IMPROVE
    at_stage = ImprovementStage.TO_PLAN
    words = {"analysis": Need.REQUIRED, "plan": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.until_at <= context.at:
            raise Refused(Refusal.DATE_HAS_PASSED)
        if self.person in kept_out(case):
            raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
        planned = replace(open_at(case, self.at_stage), person=self.person, until_at=self.until_at)
        return _stepped(case, planned, self.event, ImprovementStage.TO_DO, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutImprovement(ImprovementAct):
    """Write down what was done. Who may is asked where it is known who is charged
    (`domain.permissions.may_end_task`).
    """

    kind: Literal["carry_out_improvement"] = "carry_out_improvement"

    event = Event.IMPROVEMENT_CARRIED_OUT
    permission = Permission.NOTE
    at_stage = ImprovementStage.TO_DO
    words = {"measures": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        done = open_at(case, self.at_stage)
        return _stepped(case, done, self.event, ImprovementStage.TO_CHECK, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckImprovement(ImprovementAct):
    """Look whether it has become better."""

    kind: Literal["check_improvement"] = "check_improvement"
    result: CheckResult

    event = Event.IMPROVEMENT_CHECKED
    permission = Permission.IMPROVE
    at_stage = ImprovementStage.TO_CHECK
    words = {"findings": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        checked = replace(open_at(case, self.at_stage), result=self.result)
        return _stepped(case, checked, self.event, ImprovementStage.TO_CONCLUDE, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeImprovement(ImprovementAct):
    """Make what worked the rule, and list what is left over: it goes onto the list of the next
    period. What did not work, or only in part, has something left over.
    """

    kind: Literal["conclude_improvement"] = "conclude_improvement"

    event = Event.IMPROVEMENT_CONCLUDED
    permission = Permission.IMPROVE
    at_stage = ImprovementStage.TO_CONCLUDE
    words = {"consolidated": Need.REQUIRED, "leftovers": Need.OPTIONAL}

    def apply(self, case: Case, context: ActContext) -> Case:
        improvement = open_at(case, self.at_stage)
        has_leftovers = "leftovers" in context.words
        if improvement.result is not CheckResult.WORKED and not has_leftovers:
            raise Refused(Refusal.LEFTOVERS_MISSING)
        ended = _stepped(case, improvement, self.event, ImprovementStage.CONCLUDED, context)
        if not has_leftovers:
            return ended
        carried = with_proposal(ended, self.event, context, improvement.also)
        *before, newest = carried.improvements
        leftover = replace(newest, carried_from=improvement.number)
        return replace(carried, improvements=(*before, leftover))


def require_none_open(case: Case) -> None:
    """Raises `Refused` while the case has an improvement under way: one after the other."""
    if case.improvements and case.improvements[-1].is_open:
        raise Refused(Refusal.IMPROVEMENT_OPEN)


def with_proposal(
    case: Case, event: Event, context: ActContext, also: tuple[str, ...] = ()
) -> Case:
    """The case with one improvement more to be planned."""
    number = len(case.improvements) + 1
    new = proposed(number, event, context.by.person, context.at, also)
    return replace(case, improvements=(*case.improvements, new))


def open_at(case: Case, stage: ImprovementStage) -> Improvement:
    """The improvement that waits for this step; raises `Refused` when none does."""
    newest = case.improvements[-1] if case.improvements else None
    if newest is None or newest.stage is not stage:
        now = ImprovementStage.CONCLUDED if newest is None else newest.stage
        raise Refused(Refusal.IMPROVEMENT_ELSEWHERE, stage=now)
    return newest


def _stepped(
    case: Case, improvement: Improvement, event: Event, to: ImprovementStage, context: ActContext
) -> Case:
    stepped = improvement.stepped(event, to, context.by.person, context.at)
    return replace(case, improvements=(*case.improvements[:-1], stepped))
