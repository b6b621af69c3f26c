"""Taking a complaint in hand: sorting, passing on, giving to somebody, starting, noting."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen, Follows, Unsays
from domain.case import UNANSWERED, Case, Milestone, Status
from domain.classification import Business, Category, Level, Mark, Severity, Situation
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission
from domain.permissions import holds, is_of_the_office, may_finish, may_in, only_takes_down
from domain.policy import CaseRules
from domain.relations import kept_out
from domain.tasks.giving import open_task_named


def severity_of(amount_fen: int, marks: tuple[Mark, ...], conduct: CaseRules) -> Severity:
    """Major when any trigger of the pack is met; the amount must be strictly over (A-23)."""
    over = conduct.major_over_fen is not None and amount_fen > conduct.major_over_fen
    if over or set(conduct.major_marks).intersection(marks):
        return Severity.MAJOR
    return Severity.ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify(Act):
    """Say what the complaint is about; the deadline class and the severity follow from it."""

    kind: Literal["classify"] = "classify"
    category: Category
    amount_fen: int = 0
    marks: tuple[Mark, ...] = ()
    situation: Situation | None = None
    business: Business | None = None
    """Nothing leaves it as it was."""
    business_unsaid: Annotated[bool | None, Unsays("business")] = None
    """What was said of the business was wrong, and nobody knows better yet."""

    event = Event.CLASSIFIED
    permission = Permission.SORT
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(
            case,
            category=self.category,
            amount_fen=self.amount_fen,
            marks=self.marks,
            severity=severity_of(self.amount_fen, self.marks, context.conduct),
            situation=self.situation or case.situation,
            business=None if self.business_unsaid else self.business or case.business,
        )


def marked(case: Case, conduct: CaseRules, *marks: Mark) -> Case:
    """The case with these marks, and the severity that follows from them."""
    together = tuple(dict.fromkeys((*case.marks, *marks)))
    severity = severity_of(case.amount_fen, together, conduct)
    return replace(case, marks=together, severity=severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Act):
    """Mark a circumstance that came to light; tasks and restrictions may follow from it."""

    kind: Literal["flag"] = "flag"
    mark: Mark

    event = Event.MARKED
    permission = Permission.MARK
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, context: ActContext) -> Case:
        return marked(case, context.conduct, self.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareBeyondAuthority(Act):
    """Say that the unit cannot settle it and must pass it on, at once (C-15, C-26, D-13)."""

    kind: Literal["declare_beyond_authority"] = "declare_beyond_authority"

    event = Event.BEYOND_AUTHORITY
    permission = Permission.SORT
    statuses = UNANSWERED
    words = {"reason": Need.REQUIRED}

    def apply(self, case: Case, context: ActContext) -> Case:
        beyond = marked(case, context.conduct, Mark.BEYOND_AUTHORITY)
        return beyond.reach(Milestone.BEYOND_AUTHORITY, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge(Act):
    """Press the handler; pressed again, the handler's head hears of it too (C-08, D-08)."""

    kind: Literal["urge"] = "urge"

    event = Event.URGED
    permission = Permission.URGE
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        first_owner = context.by.person == case.first_owner
        if not first_owner and not holds(context.by.roles, Permission.URGE_ANY):
            raise Refused(Refusal.NOT_THE_HANDLER)

    def apply(self, case: Case, context: ActContext) -> Case:
        return case.reach(Milestone.URGED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUnits(Act):
    """Say which unit leads and which assists; the assisting ones may be named one by one (C-22)."""

    kind: Literal["name_units"] = "name_units"
    host_unit: Annotated[str, Chosen.UNIT]
    assisting_unit: Annotated[str, Chosen.UNIT]

    event = Event.UNITS_NAMED
    permission = Permission.STEER
    statuses = UNANSWERED
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, context: ActContext) -> Case:
        assisting = dict.fromkeys((*case.assisting_units, self.assisting_unit))
        named = replace(case, host_unit=self.host_unit, assisting_units=tuple(assisting))
        return named.reach(Milestone.UNITS_NAMED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishTask(Act):
    """Write down what was done about a task that no other act ends: it is done. Who may is asked
    where it is known who is charged (`domain.permissions.may_end_task`).
    """

    kind: Literal["finish_task"] = "finish_task"
    task: Annotated[str, Chosen.OPEN_TASK]

    event = Event.TASK_FINISHED
    permission = Permission.NOTE
    statuses = frozenset(Status)
    words = {
        "note": Need.REQUIRED,
        "findings": Need.OPTIONAL,
        "persons": Need.OPTIONAL,
        "opinion": Need.OPTIONAL,
        "wording": Need.OPTIONAL,
        "told": Need.OPTIONAL,
    }
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        task = open_task_named(case, self.task)
        if task is None:
            raise Refused(Refusal.TASK_NOT_OPEN)
        if context.conduct.tasks is None and not may_finish(task.role, context.by.roles):
            raise Refused(Refusal.NOT_YOUR_ROLE, roles=task.role)
        duty = context.conduct.duty_of(task)
        if context.conduct.tasks is not None and duty is not None:
            # Whoever does it because nobody holds the office may not do the office's act.
            if duty.until and is_of_the_office(task.role, context.by.roles):
                raise Refused(Refusal.TASK_ENDS_OTHERWISE, asked_for=", ".join(duty.until))
            missing = [each for each in duty.asks if each not in context.words]
            if missing:
                raise Refused(Refusal.WORDS_MISSING, missing=", ".join(missing))
        done = replace(task, done_at=context.at, done_by=context.by.person)
        return replace(case, tasks=tuple(done if e is task else e for e in case.tasks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward(Act):
    """Send the slip to the unit that must act; its clock starts on delivery (A-22, A-27, C-25)."""

    kind: Literal["forward"] = "forward"
    unit: Annotated[str, Chosen.UNIT]
    level: Annotated[Level, Follows("unit")]

    event = Event.FORWARDED
    permission = Permission.DISPATCH
    statuses = UNANSWERED
    leads_to = frozenset({Status.RECEIVED})
    words = {"note": Need.OPTIONAL}

    def apply(self, case: Case, context: ActContext) -> Case:
        require_within_reach(self.level, context)
        moved = replace(
            case, unit=self.unit, level=self.level, handler=None, status=Status.RECEIVED
        )
        return moved.reach(Milestone.FORWARDED, Milestone.DELIVERED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Act):
    """Give the case to a handler, who must not be the person complained about (A-36).

    Given to somebody while another has it, this is a transfer.
    """

    kind: Literal["assign"] = "assign"
    handler: Annotated[str, Chosen.HANDLER]
    handler_unit: Annotated[str, Follows("handler")]
    handler_level: Annotated[Level, Follows("handler")]

    event = Event.ASSIGNED
    permission = Permission.ASSIGN
    statuses = UNANSWERED
    leads_to = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})  # a unit keeps what it began
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        by_handler_only = not may_in(case, Permission.ASSIGN_ANY, context.by.roles)
        if by_handler_only and case.handler != context.by.person:
            raise Refused(Refusal.NOT_THE_HANDLER)

    def apply(self, case: Case, context: ActContext) -> Case:
        if context.conduct.forbids_person_complained_about and self.handler in kept_out(case):
            raise Refused(Refusal.PERSON_COMPLAINED_ABOUT)
        if self.handler == case.handler:
            raise Refused(Refusal.SAME_HANDLER)
        require_within_reach(self.handler_level, context)
        status = Status.IN_PROGRESS if case.status is Status.IN_PROGRESS else Status.ASSIGNED
        given_to = replace(case, handler=self.handler, status=status)
        changes_unit = self.handler_unit != case.unit
        if changes_unit or case.reached(Milestone.FORWARDED) is None:
            given_to = given_to.reach(Milestone.FORWARDED, at=context.at)
        if changes_unit or case.reached(Milestone.DELIVERED) is None:
            given_to = replace(
                given_to, unit=self.handler_unit, level=self.handler_level, status=Status.ASSIGNED
            ).reach(Milestone.DELIVERED, at=context.at)
        return given_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Act):
    """Begin the work: first contact with the customer, files drawn (A-36, C-26)."""

    kind: Literal["start"] = "start"

    event = Event.STARTED
    permission = Permission.HANDLE
    statuses = frozenset({Status.ASSIGNED})
    leads_to = frozenset({Status.IN_PROGRESS})
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        require_handler(case, context)

    def apply(self, case: Case, context: ActContext) -> Case:
        return replace(case, status=Status.IN_PROGRESS).reach(Milestone.STARTED, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Act):
    """Write something down; changes nothing else."""

    kind: Literal["note"] = "note"

    event = Event.NOTED
    permission = Permission.NOTE
    statuses = frozenset(Status)
    words = {"note": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach(Act):
    """Put a file with the case. The case knows its digest and size; its name and contents are the
    store's."""

    kind: Literal["attach"] = "attach"
    digest: str
    """SHA-256 of the contents, in hexadecimal."""
    size: int
    """Bytes."""

    event = Event.ATTACHED
    permission = Permission.ATTACH
    statuses = frozenset(Status)
    words = {"file_name": Need.REQUIRED, "note": Need.OPTIONAL}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        return case


def require_within_reach(level: Level, context: ActContext) -> None:
    """A hotline passes on only to where its pack lets it: the aid phone of a branch, or the
    supervision phone (C-04, C-20).
    """
    allowed = context.conduct.intake_forwards_to
    if allowed is not None and only_takes_down(context.by.roles) and level not in allowed:
        raise Refused(Refusal.HOTLINE_PASSES_ON_TO, levels=", ".join(allowed))


def require_handler(case: Case, context: ActContext) -> None:
    """The handler of the case, a supervisor in the handler's place, or the office a restricted
    case was handed to.
    """
    in_the_place_of = may_in(case, Permission.HANDLE_FOR_OTHERS, context.by.roles)
    if context.by.person != case.handler and not in_the_place_of:
        raise Refused(Refusal.NOT_THE_HANDLER)
