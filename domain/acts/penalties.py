"""Penalties on persons: imposed on whoever was found responsible, within the rule, and undone
(C-31..C-33). Only where the bank's pack says that it fines people at all.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.base import ActContext
from domain.acts.chosen import Chosen
from domain.acts.findings import DecidersAct, finding_rules, require_decider, require_fault
from domain.approvals import ApprovalKind
from domain.case import Case
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.findings import latest_on
from domain.penalties import ImposedPenalty, PenaltySchedule, Sanction, undone_for
from domain.permission_names import Permission
from domain.policy import CaseRules


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposePenalty(DecidersAct):
    """Impose on somebody what a rule provides for their part in the event; once nobody can appeal
    against the finding any more. What they had to do with it decides which rule reaches them, and
    whether it takes a sum (C-31..C-33).
    """

    kind: Literal["impose_penalty"] = "impose_penalty"
    person: Annotated[str, Chosen.FINDING_STANDING]
    schedule: Annotated[str, Chosen.PENALTY_SCHEDULE]
    fine_fen: int = 0

    event = Event.PENALTY_IMPOSED
    permission = Permission.DECIDE_PENALTY

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not finding_rules(context.conduct).leads_to_penalties:
            raise Refused(Refusal.NO_PENALTIES_ON_PERSONS)
        require_fault(case)
        require_decider(case, context)

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        """Above the figure of the pack, and where the rule gives no sum to hold against it."""
        alone = conduct.penalty_alone_up_to_fen or 0
        return None if 0 < self.fine_fen <= alone else ApprovalKind.PENALTY

    def apply(self, case: Case, context: ActContext) -> Case:
        schedule = _schedule(self.schedule, context.conduct)
        post = _part_of(self.person, case, context, schedule.rule)
        if post not in schedule.reaches:
            raise Refused(
                Refusal.POST_NOT_REACHED,
                rule=schedule.rule,
                post=post,
                posts=", ".join(schedule.reaches),
            )
        measure = schedule.reaches[post]
        _require_sum(self.fine_fen, measure, schedule)
        if any(
            each.stands and (each.person, each.schedule) == (self.person, self.schedule)
            for each in case.imposed
        ):
            raise Refused(Refusal.PENALISED_ALREADY, rule=schedule.rule)
        imposed = ImposedPenalty(
            number=len(case.imposed) + 1,
            person=self.person,
            schedule=self.schedule,
            post=post,
            measure=measure,
            amount_fen=self.fine_fen,
            rule=schedule.rule,
            imposed_by=context.by.person,
            approved_by=self.approved_by,
            imposed_at=context.at,
        )
        return replace(case, imposed=(*case.imposed, imposed))


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPenalty(DecidersAct):
    """Take a penalty back by itself, the finding standing: the sum or the rule was wrong."""

    kind: Literal["undo_penalty"] = "undo_penalty"
    penalty: Annotated[str, Chosen.PENALTY_STANDING]
    """Its number within the case."""

    event = Event.PENALTY_UNDONE
    permission = Permission.DECIDE_PENALTY

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.PENALTY

    def apply(self, case: Case, context: ActContext) -> Case:
        found = next((e for e in case.imposed if str(e.number) == self.penalty and e.stands), None)
        if found is None:
            raise Refused(Refusal.NO_PENALTY_TO_UNDO)
        (undone,) = undone_for([found], frozenset({found.person}), context.at)
        imposed = tuple(undone if each is found else each for each in case.imposed)
        return replace(case, imposed=imposed)


def _schedule(name: str, conduct: CaseRules) -> PenaltySchedule:
    found = next((each for each in conduct.penalties if each.name == name), None)
    if found is None:
        raise Refused(Refusal.NO_SUCH_SCHEDULE)
    return found


def _part_of(person: str, case: Case, context: ActContext, rule: str) -> str:
    """What somebody had to do with the event, as it was found for good."""
    finding = latest_on(case.findings, person)
    if finding is None or not finding.stands:
        raise Refused(Refusal.NOT_FOUND_RESPONSIBLE, rule=rule)
    if not finding.is_final(context.at):
        raise Refused(Refusal.FINDING_NOT_FINAL, rule=rule)
    return finding.involvement


def _require_sum(amount_fen: int, measure: Sanction, schedule: PenaltySchedule) -> None:
    if measure is not Sanction.FINE and amount_fen:
        raise Refused(Refusal.NO_SUM_HERE, rule=schedule.rule, measure=measure)
    if measure is Sanction.FINE and not schedule.allows(amount_fen):
        raise Refused(
            Refusal.FINE_OUT_OF_RANGE,
            rule=schedule.rule,
            at_least_fen=str(schedule.at_least_fen),
            at_most_fen=str(schedule.at_most_fen),
        )
