"""Who is right: units among themselves, a customer against the outcome, several with one issue."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen, Follows
from domain.acts.handling import marked
from domain.case import UNANSWERED, Actor, Case, Milestone, Status
from domain.classification import Level, Mark
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.findings import set_aside
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseDispute(Act):
    """Say that the case belongs to another unit; the superior department decides (C-29)."""

    kind: Literal["raise_dispute"] = "raise_dispute"
    unit: Annotated[str, Chosen.UNIT]

    event = Event.DISPUTE_RAISED
    permission = Permission.HANDLE
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.disputed_with is not None:
            raise Refused(Refusal.DISPUTE_PENDING)
        if self.unit == case.unit:
            raise Refused(Refusal.NO_DISPUTE)
        bound = {case.host_unit, *case.assisting_units}
        decided = case.reached(Milestone.DISPUTE_DECIDED) is not None
        if decided and {self.unit, case.unit} <= bound:
            raise Refused(Refusal.DISPUTE_DECIDED)
        disputed = replace(case, disputed_with=self.unit)
        return disputed.reach(Milestone.DISPUTED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideDispute(Act):
    """Say whose case it is. It binds both units: one handles, the other assists (C-29)."""

    kind: Literal["decide_dispute"] = "decide_dispute"
    unit: Annotated[str, Chosen.UNIT]
    level: Annotated[Level, Follows("unit")]

    event = Event.DISPUTE_DECIDED
    permission = Permission.DECIDE_DISPUTE
    statuses = UNANSWERED
    leads_to = UNANSWERED  # it stays with the unit that has it, or goes to the other
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.disputed_with is None:
            raise Refused(Refusal.NO_DISPUTE)
        if context.by.unit in (case.unit, case.disputed_with):
            raise Refused(Refusal.PARTY_TO_DISPUTE)

    def apply(self, case: Case, context: ActContext) -> Case:
        parties = (case.unit, case.disputed_with)
        if self.unit not in parties:
            raise Refused(Refusal.NO_DISPUTE)
        assisting = tuple(each for each in parties if each and each != self.unit)
        decided = replace(
            case,
            disputed_with=None,
            host_unit=self.unit,
            assisting_units=tuple(dict.fromkeys((*case.assisting_units, *assisting))),
        ).reach(Milestone.DISPUTE_DECIDED, at=context.at)
        if self.unit == case.unit:
            return decided
        moved = replace(
            decided, unit=self.unit, level=self.level, handler=None, status=Status.RECEIVED
        )
        return moved.reach(Milestone.FORWARDED, Milestone.DELIVERED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal(Act):
    """The customer does not accept the outcome and goes to the body the pack names (C-30, E-04)."""

    kind: Literal["appeal"] = "appeal"

    event = Event.APPEALED
    permission = Permission.APPEAL
    statuses = frozenset(Status) - UNANSWERED
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        if case.appeal_is_pending:
            raise Refused(Refusal.APPEAL_PENDING)
        return case.reach(Milestone.APPEALED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal(Act):
    """Uphold the appeal, which takes the case up again, or let the outcome stand (C-30)."""

    kind: Literal["decide_appeal"] = "decide_appeal"
    upheld: bool

    event = Event.APPEAL_DECIDED
    permission = Permission.DECIDE_APPEAL
    statuses = frozenset(Status) - UNANSWERED
    leads_to = frozenset(Status) - {Status.IN_PROGRESS}  # taken up again, or as it was
    words = {"reason": Need.REQUIRED}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if not case.appeal_is_pending:
            raise Refused(Refusal.NO_APPEAL)
        if context.conduct.appeals_decided_by_others and had_a_part(case, context.by):
            raise Refused(Refusal.PARTY_TO_DECISION)

    def apply(self, case: Case, context: ActContext) -> Case:
        decided = case.reach(Milestone.APPEAL_DECIDED, at=context.at)
        if not self.upheld:
            return decided
        status = Status.ASSIGNED if case.handler else Status.RECEIVED
        aside = set_aside(case.findings, context.by.person, context.at)
        again = replace(decided, status=status, disposition=None, findings=aside)
        return again.reach(Milestone.REOPENED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Act):
    """Say that another person complains of the same issue. As many as the pack calls a group make
    one (D-14).
    """

    kind: Literal["link"] = "link"
    reference: str

    event = Event.LINKED
    permission = Permission.SORT
    statuses = frozenset(Status)
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.reference in (*case.linked, case.reference):
            raise Refused(Refusal.ALREADY_LINKED)
        linked = replace(case, linked=(*case.linked, self.reference))
        persons, group = len(linked.linked) + 1, context.conduct.group_of
        if group is not None and persons >= group and not case.is_closed:
            return marked(linked, context.conduct, Mark.GROUP)
        return linked


def had_a_part(case: Case, by: Actor) -> bool:
    """Whether somebody, or their unit, had a part in the first decision (C-30). The head office is
    no one unit: of its own cases the persons alone are asked.
    """
    persons = {case.handler, *(each.approved_by for each in case.extensions)}
    is_its_unit = by.unit == case.unit and by.level is not Level.HEAD_OFFICE
    return by.person in persons or is_its_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDuplicate(Act):
    """Say that this is the same letter of the same customer as another case, and not that another
    person complains. Its limits run on until somebody ends it; it is not counted a second time.
    """

    kind: Literal["mark_duplicate"] = "mark_duplicate"
    reference: str

    event = Event.MARKED_DUPLICATE
    permission = Permission.SORT
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.reference in (case.duplicate_of, case.reference):
            raise Refused(Refusal.DUPLICATE_ALREADY)
        return replace(case, duplicate_of=self.reference)
