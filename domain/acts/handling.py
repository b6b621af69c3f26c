"""Taking a complaint in hand: sorting, passing on, giving to somebody, starting, noting."""

from dataclasses import dataclass, replace
from typing import Literal

from domain.acts.base import Act, Given, Need
from domain.case import UNANSWERED, Case, Milestone, Status
from domain.classification import Category, Level, Mark, Role, Severity
from domain.errors import Refusal, Refused
from domain.events import Event

MAJOR_MARKS = frozenset({Mark.WELL_KNOWN_PERSON, Mark.HOT_TOPIC, Mark.REPUTATION})


def severity_of(amount_fen: int, marks: tuple[Mark, ...], major_over_fen: int) -> Severity:
    """Major when any of the four triggers is met; the amount must be strictly over (A-23)."""
    if amount_fen > major_over_fen or MAJOR_MARKS.intersection(marks):
        return Severity.MAJOR
    return Severity.ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify(Act):
    """Say what the complaint is about; the deadline class and the severity follow from it."""

    kind: Literal["classify"] = "classify"
    category: Category
    amount_fen: int = 0
    marks: tuple[Mark, ...] = ()

    event = Event.CLASSIFIED
    roles = frozenset({Role.INTAKE, Role.HANDLER, Role.SUPERVISOR})
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, given: Given) -> Case:
        return replace(
            case,
            category=self.category,
            amount_fen=self.amount_fen,
            marks=self.marks,
            severity=severity_of(self.amount_fen, self.marks, given.conduct.major_over_fen),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward(Act):
    """Send the slip to the unit that must act; its clock starts on delivery (A-22, A-27, C-25)."""

    kind: Literal["forward"] = "forward"
    unit: str
    level: Level

    event = Event.FORWARDED
    roles = frozenset({Role.INTAKE, Role.SUPERVISOR})
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, given: Given) -> Case:
        moved = replace(
            case, unit=self.unit, level=self.level, handler=None, status=Status.RECEIVED
        )
        return moved.reach(Milestone.FORWARDED, Milestone.DELIVERED, at=given.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Act):
    """Give the case to a handler, who must not be the person complained about (A-36).

    Given to somebody while another has it, this is a transfer.
    """

    kind: Literal["assign"] = "assign"
    handler: str
    handler_unit: str
    handler_level: Level

    event = Event.ASSIGNED
    roles = frozenset({Role.INTAKE, Role.SUPERVISOR, Role.HANDLER})
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, given: Given) -> Case:
        named = case.person_complained_about
        if given.conduct.forbids_person_complained_about and self.handler == named:
            raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
        if self.handler == case.handler:
            raise Refused(Refusal.SAME_HANDLER)
        by_handler_only = not given.by.holds(Role.INTAKE, Role.SUPERVISOR)
        if by_handler_only and case.handler != given.by.person:
            raise Refused(Refusal.NOT_THE_HANDLER)
        status = Status.IN_PROGRESS if case.status is Status.IN_PROGRESS else Status.ASSIGNED
        given_to = replace(case, handler=self.handler, status=status)
        if case.reached(Milestone.FORWARDED) is None:
            given_to = given_to.reach(Milestone.FORWARDED, at=given.at)
        changes_unit = self.handler_unit != case.unit
        if changes_unit or case.reached(Milestone.DELIVERED) is None:
            given_to = replace(
                given_to, unit=self.handler_unit, level=self.handler_level, status=Status.ASSIGNED
            ).reach(Milestone.DELIVERED, at=given.at)
        return given_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Act):
    """Begin the work: first contact with the customer, files drawn (A-36, C-26)."""

    kind: Literal["start"] = "start"

    event = Event.STARTED
    roles = frozenset({Role.HANDLER, Role.SUPERVISOR})
    statuses = frozenset({Status.ASSIGNED})
    words = {"note": Need.OPTIONAL}

    def check(self, case: Case, given: Given) -> None:
        require_handler(case, given)

    def apply(self, case: Case, given: Given) -> Case:
        return replace(case, status=Status.IN_PROGRESS).reach(Milestone.STARTED, at=given.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Act):
    """Write something down; changes nothing else."""

    kind: Literal["note"] = "note"

    event = Event.NOTED
    roles = frozenset(Role)
    statuses = frozenset(Status)
    words = {"note": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, given: Given) -> Case:
        return case


def require_handler(case: Case, given: Given) -> None:
    """The handler of the case, or a supervisor in the handler's place."""
    if given.by.person != case.handler and not given.by.holds(Role.SUPERVISOR):
        raise Refused(Refusal.NOT_THE_HANDLER)
