"""The case: what the bank does about a complaint. A value; every change makes a new one."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.classification import (
    Category,
    Channel,
    Level,
    Mark,
    Responsibility,
    Role,
    Severity,
    Validity,
    WithdrawalKind,
)


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
    STARTED = "started"
    REPLIED = "replied"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """How the case ended (C-13, C-14, D-20)."""

    validity: Validity
    responsibility: Responsibility
    withdrawal: WithdrawalKind | None = None
    redress_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at the moment of an act: who, in which roles, from which unit."""

    person: str
    roles: tuple[Role, ...]
    unit: str

    def holds(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The whole state of one case: references, classes and instants only, never a word of text.

    `version` counts the journal entries; the row in PostgreSQL moves with it one by one.
    """

    reference: str
    policy: str
    """The pack and version pinned at receipt, such as `head-office@1f0c2a9be4d1`."""
    calendar: str
    """The calendar and version its days are counted in, pinned at receipt too."""
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
    steps_from: datetime | None = None
    """Steps planned before this instant were past when the case was imported: never carried out."""

    @property
    def is_waiting(self) -> bool:
        """Whether a wait for the customer is open."""
        return bool(self.pauses) and self.pauses[-1].until_at is None

    @property
    def is_closed(self) -> bool:
        return self.status is Status.CLOSED

    def reached(self, milestone: Milestone) -> datetime | None:
        """The last time this milestone was reached, if ever."""
        instants = [each.at for each in self.milestones if each.milestone is milestone]
        return instants[-1] if instants else None

    def reach(self, *milestones: Milestone, at: datetime) -> "Case":
        """The same case with these milestones reached at `at`."""
        added = tuple(Reached(milestone=each, at=at) for each in milestones)
        return replace(self, milestones=self.milestones + added)

    def has_fired(self, clock: str, step: str) -> bool:
        return any(each.clock == clock and each.step == step for each in self.fired)
