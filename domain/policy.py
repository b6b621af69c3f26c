"""Policy packs: a bank's rules as data. Each figure cites its rule or says `default`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.case import Case, CaseTask, Milestone
from domain.classification import (
    Category,
    Cause,
    Channel,
    CustomerTier,
    DeadlineClass,
    Disposal,
    Level,
    Mark,
    Role,
    Situation,
)
from domain.conditions import When, facts_of, holds
from domain.events import Event
from domain.penalties import PenaltySchedule
from domain.periodicals import Periodical


class TimeUnit(StrEnum):
    """What a span is counted in."""

    WORKING_DAY = "working day"
    WORKING_HOUR = "working hour"
    CALENDAR_DAY = "calendar day"
    CLOCK_HOUR = "clock hour"
    SECOND = "second"
    """For rehearsals, where a ladder of days is watched in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as a rule writes it: `3 working days`."""

    amount: int
    unit: TimeUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


class Nature(StrEnum):
    """Whether a clock binds by law, or by the bank's own choice."""

    STATUTORY = "statutory"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """A reminder to the handler: so long after the clock started, or so long before it is due."""

    name: str
    rule: str
    after: Span | None = None
    before: Span | None = None
    tells_customer: bool = False
    """Whether the customer is reminded too, who has something to do before the date (D-23)."""


class DateSetBy(StrEnum):
    """Whose date a limit runs to when it is no length of time."""

    SENDER = "sender's date"
    """The one the body that handed the complaint over has set (B-13)."""
    PROMISE = "promised date"
    """The one promised to the customer by the act that starts the clock, which gives way where a
    limit that moves with promises has taken that date over (C-22, D-17, H-03)."""
    COMMITMENT = "committed date"
    """The last one promised to the customer, whatever else runs to it: in packs published before
    promises had a clock of their own in every pack."""
    TASK = "date of the task"
    """The one that a task was given with; no pack writes it."""
    PLAN = "planned date"
    """The one written down before the work began (H-03)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One time limit: what starts it, how long it runs, what stops it, what it is for."""

    name: str
    clock: str
    """What runs on the case. Limits for different conditions may drive the same clock."""
    rule: str
    within: Span | DateSetBy
    starts: tuple[Milestone, ...]
    stops: tuple[Milestone, ...]
    """The clock stops when all of these have been reached, or the first if `stops_at_any`."""
    when: When
    """Facts of the case that must hold, such as `deadline_class: [general]`."""
    warnings: tuple[Warn, ...] = ()
    ladder: str = "expiry"
    nature: Nature = Nature.STATUTORY
    pausable: bool = False
    extendable: bool = False
    extendable_by: Span | None = None
    """How far past the date the limit itself gives an extension may reach; None for any date."""
    stops_at_any: bool = False
    resumes: bool = False
    """Whether a reopened case goes on with what was left, not counting the time it was settled."""
    moved_by_commitment: bool = False
    """Whether a date promised to the customer takes the place of the limit's own (C-22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: who hears, how long they have to say so, and then to act."""

    name: str
    role: Role
    rule: str
    acknowledge_within: Span
    resolve_within: Span
    """After the acknowledgement, before the next rung hears all the same."""
    drafts_report: bool = False
    """Whether a draft report to the regulator is prepared for this rung's receiver."""
    report_within: Span | None = None
    """From the draft to its submission; None for the time of the report's template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Something that must have happened before an act may be done in certain cases."""

    name: str
    act: str
    """The kind of the act it stands before, such as `forward`."""
    needs: Milestone | None
    """None when the act is not to be done at all."""
    when: When
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTask:
    """A task that an office is given as soon as a case meets the conditions, once."""

    name: str
    role: Role
    level: Level | None
    """The level of the bank whose office is meant; None for the nearest that has one."""
    when: When
    title: Mapping[str, str]
    rule: str
    until: tuple[Event, ...] = ()
    """What the task asks for: when one of these happens, it is done without anybody's saying so."""
    asks: tuple[str, ...] = ()
    """Texts that must be written down to end it, beside what was done."""
    as_long_as: When = field(default_factory=dict)
    """It is given and stays only while the case meets these too; then it ends by itself."""
    holds_up: tuple[str, ...] = ()
    """Kinds of acts that wait until it is done."""
    within: Span | None = None
    """How long its office has; None for the time that the pack gives every task."""
    keeps_time_of: str | None = None
    """The clock of the pack whose date is the task's too; that clock's own ladder climbs."""
    for_first_owner: bool = False
    """Whoever heard the complaint first is charged, and no office (D-08)."""
    for_planned: bool = False
    """Whom the plan of the open improvement names is charged, until its date."""
    is_to_know: bool = False
    """The office is told and has nothing to do: a copy to it (C-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRules:
    """What holds for every task of a pack: how long it may take, and how it climbs then."""

    within: Span
    rule: str
    warnings: tuple[Warn, ...] = ()
    ladder: str = "tasks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRules:
    """How a customer is asked by a link that can be answered once (H-04, S-02)."""

    open_for: Span
    """A plain length of time: days of the calendar, hours."""
    when: When
    """After what it is offered by itself; empty where somebody decides on it each time (C-04)."""
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRules:
    """How it is found who of the bank is responsible (C-13, C-19, D-20)."""

    reply_within: Span
    """How long its person may reply before anybody decides; days of the calendar, hours."""
    appeal_within: Span
    """How long after the decision they may appeal."""
    decided_by: Role
    """The office that decides, together with a second person."""
    leads_to_penalties: bool = False
    """Whether penalties may be imposed on whoever is found responsible: for the bank to say."""
    tells_when_final: bool = False
    """Whether word goes out when the time to appeal is over; under packs from before there was such
    word nobody is told."""
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who receives a complaint that came in one way, and how the result goes back."""

    name: str
    owner: Role
    when: When
    in_writing: bool
    about: Mapping[str, str]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """What to mind in one kind of situation."""

    name: str
    when: When
    points: tuple[Mapping[str, str], ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Cases that are closed to ordinary eyes, and whose they are then (A-43, C-10)."""

    when: When
    roles: tuple[Role, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """The part of a pack that the acts of people are judged by; it travels with the workflow."""

    reply_elements: tuple[str, ...] = ()
    forbids_person_complained_about: bool = True
    major_over_fen: int | None = None
    """An amount strictly over this makes a case major; None when amounts make none (K-16)."""
    major_marks: tuple[Mark, ...] = ()
    extensions_at_most: int = 1
    deadline_classes: Mapping[Category, DeadlineClass]
    gates: tuple[Gate, ...] = ()
    duties: tuple[OfficeTask, ...] = ()
    tasks: TaskRules | None = None
    """None in packs published before tasks had dates: theirs have none and end as they did."""
    causes: Mapping[Cause, str] | None = None
    """The causes a case may be settled with, each with its rule; None in packs published before
    they named them: any will do."""
    causes_required: bool = False
    """Whether a valid complaint is settled with a cause."""
    belongs_within: Span | None = None
    """How long after another case of its unit one with the same cause may belong to it; None where
    nothing is spotted."""
    survey: SurveyRules | None = None
    """None where customers are asked by telephone alone."""
    findings: FindingRules | None = None
    """None in packs from before it was found who is responsible."""
    restrictions: tuple[Restriction, ...] = ()
    penalties: tuple[PenaltySchedule, ...] = ()
    forbidden_disposals: tuple[Disposal, ...] = ()
    intake_may_resolve: bool = True
    """False where a hotline only takes and forwards (C-20, K-19)."""
    intake_forwards_to: tuple[Level, ...] | None = None
    """Where a hotline that settles nothing may pass a complaint on to (C-04, C-20); None for
    anywhere."""
    appeals_decided_by_others: bool = False
    """Whether nobody who had a part in the first decision may decide the appeal (C-30)."""
    accepts_demands: bool = False
    """Whether a wish may be set apart from the complaints (F-03, K-14)."""
    group_of: int | None = None
    """How many persons with one issue are a group; None when the pack knows none (K-24)."""
    promises_up_to_fen: Mapping[Level, int] | None = None
    """How much a unit of each level may promise; None when the pack sets no bounds (G-02)."""
    emergency_cash_fen: Mapping[CustomerTier, int] | None = None
    """How much may be paid out in an emergency; None when nothing may (D-24)."""
    redress_alone_up_to_fen: int | None = None
    """How much one person may make good or promise; more takes a second one. None in packs from
    before there was such a figure: under them any sum takes two."""
    penalty_alone_up_to_fen: int | None = None
    """The same of a penalty."""
    counted_channels: tuple[Channel, ...] | None = None
    """Channels that make a case count wherever it is solved; None when every case counts (D-19)."""
    within_limit_clock: str = "reply"
    """The clock that says whether a case was solved in time, where counting asks (D-19)."""

    @property
    def task_titles(self) -> Mapping[str, Mapping[str, str]]:
        """What each task is called, by its name, in both languages."""
        return {each.name: each.title for each in self.duties}

    def duty_of(self, task: CaseTask) -> OfficeTask | None:
        """What the pack says of a task; None when it no longer knows it."""
        return next((each for each in self.duties if each.name == task.name), None)

    def deadline_class_of(self, category: Category | None) -> DeadlineClass:
        """The class of a category; unclassified complaints run on the shorter, general limit."""
        if category is None:
            return DeadlineClass.GENERAL
        return self.deadline_classes.get(category, DeadlineClass.GENERAL)

    def facts_of(self, case: Case) -> dict[str, frozenset[str]]:
        """What can be said of a case under these rules."""
        return facts_of(case, self.deadline_class_of(case.category))

    def meets(self, case: Case, when: When) -> bool:
        """Whether the case meets all these conditions."""
        return holds(when, self.facts_of(case))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A pack that stands in for another in some situations, while it is in force (D-01, K-40)."""

    pack: str
    situations: tuple[Situation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A bank's rules, whole and checked. Published versions never change."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    source: str
    calendar: str
    day_of_receipt_counts: bool
    limits: tuple[Limit, ...]
    ladders: Mapping[str, tuple[Rung, ...]]
    conduct: CaseRules
    rules: Mapping[str, str]
    """The source of each single choice above: dotted path to rule id."""
    routes: tuple[Route, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    periodicals: tuple[Periodical, ...] = ()
    replaces: Replacement | None = None
    intake_fields: tuple[str, ...] = ()
    """What must be known of the customer before a complaint is taken (D-08)."""
    sender_must_set_date: bool = False
    """Whether what is handed down is refused without the sender's date (B-13)."""
    waiting_is_read: bool = True
    """Whether the handlers of a unit read what waits there and is nobody's yet."""
    letters_read_by_two: tuple[str, ...] = ()
    """Templates of letters that a second person reads before they go out."""
    valid_from: date | None = None
    valid_to: date | None = None

    def periodical(self, name: str) -> Periodical:
        """What the pack says of a report or check that it asks for."""
        return next(each for each in self.periodicals if each.name == name)

    def is_in_force(self, on: date) -> bool:
        """Whether complaints received on this day may be handled under the pack."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def stands_in_for(self, pack: str, situation: Situation | None, on: date) -> bool:
        """Whether complaints of this situation go by this pack rather than by that one."""
        return (
            self.replaces is not None
            and self.replaces.pack == pack
            and situation in self.replaces.situations
            and self.is_in_force(on)
        )

    def routes_of(self, case: Case) -> tuple[Route, ...]:
        """The ways that the case's channel and circumstances prescribe."""
        return tuple(each for each in self.routes if self.conduct.meets(case, each.when))

    def passing_on_of(self, case: Case) -> tuple[Limit, ...]:
        """The limits within which the case must be passed on to the unit that acts (A-27, C-26)."""
        return tuple(
            each
            for each in self.limits
            if Milestone.FORWARDED in each.stops and self.conduct.meets(case, each.when)
        )

    def checklists_of(self, case: Case) -> tuple[Checklist, ...]:
        """What is to be minded in the situation the case is in."""
        return tuple(each for each in self.checklists if self.conduct.meets(case, each.when))
