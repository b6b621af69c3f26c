"""The case: what the bank does about a complaint. A value; every change makes a new one."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.afterwards import Commendation, Spotted, Survey, Verdict
from domain.case_reports import CaseReport
from domain.classification import (
    AnonymousKind,
    Business,
    Category,
    Cause,
    Channel,
    DemandKind,
    Disposal,
    Level,
    Mark,
    Responsibility,
    Role,
    Severity,
    Situation,
    Validity,
    WithdrawalKind,
)
from domain.findings import Finding
from domain.improvement import Improvement
from domain.penalties import ImposedPenalty, Penalty

BREACH = "breach"
"""The step by which a clock runs out."""


class Status(StrEnum):
    """Where the handling stands. Being breached or escalated is a fact, never a status."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    REPLIED = "replied"
    DISPOSED = "disposed"
    CLOSED = "closed"


OPEN = frozenset(Status) - {Status.CLOSED}
UNANSWERED = frozenset({Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS})


class Milestone(StrEnum):
    """A moment in a case from which a clock may start, or at which one may stop."""

    RECEIVED = "received"
    FORWARDED = "forwarded"
    DELIVERED = "delivered"
    """The handling slip or the phone notice reached the unit that must act (C-25)."""
    PLANNED = "planned"
    """It is written down who does what by when (H-03)."""
    STARTED = "started"
    BEYOND_AUTHORITY = "beyond_authority"
    """The unit said it cannot settle this itself; it must pass it on (C-15, C-26)."""
    RECORDING_REVIEWED = "recording_reviewed"
    """The recording of the call was listened to again and reviewed (A-23)."""
    ON_SITE = "on_site"
    """The handler is with the customer (D-16)."""
    STATUS_TOLD = "status_told"
    """The customer heard how things stand, which need not be the result (D-16, H-03)."""
    OPINION_GIVEN = "opinion_given"
    """The customer has the bank's opinion, though no final result yet (B-10)."""
    COMMITTED = "committed"
    """A date was promised by which it will be settled (C-22, D-17)."""
    REPLIED = "replied"
    RESULT_REPORTED = "result_reported"
    """The result reached the working group or the superior unit (D-16, A-29)."""
    OVERRUN_EXPLAINED = "overrun_explained"
    """The reason for being late went to the receiving department and the customer (A-37)."""
    REVERIFIED = "reverified"
    """A repeated complaint was looked into anew (A-51)."""
    LINE_JOINED = "line_joined"
    """The department in charge of the business joined in (A-41, D-30)."""
    LEADER_TOLD = "leader_told"
    LEGAL_JOINED = "legal_joined"
    MEDIA_CONSENT = "media_consent"
    """A leader agreed to a word to the press (A-48)."""
    COMMENTED = "commented"
    LOSS_REPORTED = "loss_reported"
    LOSS_FILED = "loss_filed"
    """The oral loss report was followed by a formal one (D-18, D-23)."""
    UNITS_NAMED = "units_named"
    """Host and assisting units are named (C-22)."""
    DISPUTED = "disputed"
    DISPUTE_DECIDED = "dispute_decided"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    FOLLOWED_UP = "followed_up"
    URGED = "urged"
    FINDING_DECIDED = "finding_decided"
    TASK_GIVEN = "task_given"
    """Somebody was charged with a task: its own clock runs from here, and no other."""
    SENDER_REPLIED = "sender_replied"
    """The department that handed the complaint over was answered too (A-33, A-39)."""
    DISPOSED = "disposed"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A milestone and the instant it was reached (UTC)."""

    milestone: Milestone
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A wait for the customer: pausable clocks stand still from `since_at` to `until_at`."""

    since_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """A handler's wish for a later date, waiting for somebody else to approve it (A-37)."""

    clock: str
    until_at: datetime
    requested_by: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A later date that was approved; the reason lies with the journal entry (A-37, C-22)."""

    clock: str
    until_at: datetime
    requested_by: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A warning, breach or rung that has been carried out; none is carried out twice."""

    clock: str
    step: str
    planned_at: datetime
    """The instant the policy asked for."""
    at: datetime
    """The instant it happened: never earlier, later after an outage."""
    receiver: str | None = None
    """Who heard of it; None when nobody holds the role, and the ladder goes on at once."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    number: int = 1
    """How often this step was carried out: a date that was moved is warned of and breached anew."""

    @property
    def key(self) -> str:
        """The key of the journal entry and the task that it made."""
        return step_key(self.clock, self.step, self.number)


STEP = "step/"
"""How the keys of steps begin, so that no command can be taken for one."""


def step_key(clock: str, step: str, number: int) -> str:
    """Names one execution of a step within its case; what is written under it is written once."""
    key = f"{STEP}{clock}/{step}"
    return key if number == 1 else f"{key}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A date given to the customer by which the matter will be settled (C-22, D-17)."""

    until_at: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingPlan:
    """Who does it, by when (H-03); the steps lie with the journal entry."""

    person: str
    until_at: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """How the case ended (C-13, C-14, D-20)."""

    validity: Validity
    responsibility: Responsibility
    withdrawal: WithdrawalKind | None = None
    anonymous: AnonymousKind | None = None
    demand: DemandKind | None = None
    disposal: Disposal | None = None
    causes: tuple[Cause, ...] = ()
    redress_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTask:
    """Something the pack asks of an office because of what happened to this case."""

    name: str
    role: Role
    level: Level | None
    """The level of the bank whose office is meant; None for the nearest."""
    rule: str
    opened_at: datetime
    number: int = 1
    """Counts the openings, since a reopened case may ask for the same again."""
    done_at: datetime | None = None
    done_by: str | None = None
    for_first_owner: bool = False
    """Whoever heard the complaint first is charged, and no office (D-08)."""
    person: str | None = None
    """Who is charged by name, as a plan says; then until its date."""
    until_at: datetime | None = None

    @property
    def key(self) -> str:
        """Names it, and its clock, within its case."""
        return f"{TASK}{self.name}/{self.number}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None


TASK = "task/"
"""How the keys of tasks and their clocks begin; no pack calls a clock so."""


def is_of_a_task(clock: str) -> bool:
    """Whether the clock of this key runs for a task, and not for the complaint itself."""
    return clock.startswith(TASK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the moment of an act: who, in which roles, from which unit."""

    person: str
    roles: tuple[Role, ...]
    unit: str
    level: Level = Level.OUTLET
    """Where that unit stands (G-02). Only histories from before it was kept have none: lowest."""

    @property
    def first_owner(self) -> str:
        """Who follows a complaint that this actor takes down to its end (A-05)."""
        return self.person


SYSTEM = "system/"
"""How the id of another system begins where people's ids stand: in journals and in the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Actor):
    """Another system that brings a complaint in. It follows nothing up, so a person does."""

    followed_by: str

    @property
    def first_owner(self) -> str:
        return self.followed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The whole state of one case: references, classes and instants only, never a word of text.

    `version` counts the journal entries; the row in PostgreSQL moves with it one by one.
    """

    reference: str
    policy: str
    """The pack and version pinned at receipt, such as `head-office@1f0c2a9be4d1`."""
    calendar: str
    """The calendar and version its days are counted in, pinned at receipt too; a newer version is
    an administrator's act."""
    received_at: datetime
    channel: Channel
    unit: str
    """The unit complained about, or that must act now."""
    level: Level
    first_owner: str
    """Who heard the complaint first and follows it to its end (首问责任人, A-05, D-08)."""
    version: int = 1
    last_act_version: int = 1
    """The version the last human act made; an older page must be read again before acting."""
    status: Status = Status.RECEIVED
    handler: str | None = None
    person_complained_about: str | None = None
    also_complained_about: tuple[str, ...] = ()
    """Further persons complained about, named when that came to light."""
    in_conflict: tuple[str, ...] = ()
    """Persons too near to somebody in it: relatives, earlier handlers."""
    sender: str | None = None
    """The department or body that handed the complaint over and wants an answer too."""
    sender_due_at: datetime | None = None
    """The date that sender has set (B-13)."""
    category: Category | None = None
    severity: Severity = Severity.ORDINARY
    amount_fen: int = 0
    marks: tuple[Mark, ...] = ()
    milestones: tuple[Reached, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extension_request: ExtensionRequest | None = None
    extensions: tuple[Extension, ...] = ()
    fired: tuple[Fired, ...] = ()
    disposition: Disposition | None = None
    situation: Situation | None = None
    """Which of the go-live plan's situations it is, if one was chosen (D-21..D-35)."""
    business: Business | None = None
    restricted_to: tuple[Role, ...] = ()
    """When not empty, only holders of these roles may see or handle the case (A-43, C-10)."""
    linked: tuple[str, ...] = ()
    """References of cases by other persons with the same issue (D-14)."""
    duplicate_of: str | None = None
    """Reference of the case of which this is the same letter again, written down twice."""
    host_unit: str | None = None
    assisting_units: tuple[str, ...] = ()
    disputed_with: str | None = None
    """The unit that the case is said to belong to, while that is undecided (C-29)."""
    commitments: tuple[Commitment, ...] = ()
    plans: tuple[HandlingPlan, ...] = ()
    promised_fen: int = 0
    paid_cash_fen: int = 0
    penalties: tuple[Penalty, ...] = ()
    imposed: tuple[ImposedPenalty, ...] = ()
    """Penalties on persons, in the order of their numbers."""
    findings: tuple[Finding, ...] = ()
    spotted: tuple[Spotted, ...] = ()
    """What may belong together with it; only the last may be undecided."""
    commendations: tuple[Commendation, ...] = ()
    tasks: tuple[CaseTask, ...] = ()
    surveys: tuple[Survey, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    """What the customer said when asked afterwards, oldest first."""
    improvements: tuple[Improvement, ...] = ()
    """Of these only the last may be open."""
    reports: tuple[CaseReport, ...] = ()
    """Those to the regulator that somebody has asked for or worked on, in that order."""
    held_since: datetime | None = None
    """Since when a legal hold lies on it: nothing of it is erased until two have lifted that."""
    erased_at: datetime | None = None
    """When everything people had written in it was erased; nothing is done to it any more."""
    steps_from: datetime | None = None
    """Steps planned before this instant were past when the case was imported: never carried out."""

    @property
    def is_waiting(self) -> bool:
        """Whether a wait for the customer is open."""
        return bool(self.pauses) and self.pauses[-1].until_at is None

    @property
    def is_closed(self) -> bool:
        return self.status is Status.CLOSED

    @property
    def is_settled(self) -> bool:
        """Whether it has ended; what somebody was pressed to take back goes on (A-52)."""
        return self.disposition is not None and self.status in (Status.DISPOSED, Status.CLOSED)

    @property
    def appeal_is_pending(self) -> bool:
        """Whether an appeal was made that nobody has decided."""
        made, decided = self.reached(Milestone.APPEALED), self.reached(Milestone.APPEAL_DECIDED)
        return made is not None and (decided is None or decided < made)

    def reached(self, milestone: Milestone) -> datetime | None:
        """The last time this milestone was reached, if ever."""
        instants = [each.at for each in self.milestones if each.milestone is milestone]
        return instants[-1] if instants else None

    def reach(self, *milestones: Milestone, at: datetime) -> "Case":
        """The same case with these milestones reached at `at`."""
        added = tuple(Reached(milestone=each, at=at) for each in milestones)
        return replace(self, milestones=self.milestones + added)

    def task_of(self, clock: str) -> CaseTask | None:
        """The task that this clock runs for; None for a clock of the complaint itself."""
        return next((each for each in self.tasks if each.key == clock), None)

    def reached_since_reopening(self, milestone: Milestone) -> datetime | None:
        """The last time it was reached since the case was received or last reopened, if ever."""
        found = self.reached(milestone)
        reopened = self.reached(Milestone.REOPENED)
        return None if found and reopened and found < reopened else found
