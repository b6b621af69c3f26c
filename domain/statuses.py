"""Where what lies beside a case stands: commands, tasks, repairs and reports to the regulator."""

from enum import StrEnum


class CommandStatus(StrEnum):
    """Where a command stands."""

    STORED = "stored"
    """Waiting for the engine."""
    ACCEPTED = "accepted"
    REFUSED = "refused"


class TaskKind(StrEnum):
    """Why somebody has something to do that is no act on a case by itself."""

    ACKNOWLEDGE = "acknowledge"
    """An escalation wants to be heard; open until it is, or its clock runs no longer."""
    DUTY = "duty"
    """A pack asks it of an office, because of what happened to a case."""
    DEAD_NOTICE = "dead_notice"
    """A notice could not be sent: for an administrator."""
    TELL = "tell"
    """An outsider must be told by telephone or letter what could not be sent."""


class RepairStatus(StrEnum):
    """How far a repair has come that takes two administrators."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    DONE = "done"


class RetryStatus(StrEnum):
    """How far trying the cases of an incident again has come."""

    FIRST = "first"
    """One case is tried, and watched."""
    RUNNING = "running"
    """That one goes on; the others follow."""
    STOPPED = "stopped"
    """Somebody has stopped it."""
    FIRST_FAILED = "first_failed"
    """The first case has failed again; the others are left alone until somebody decides."""
    DONE = "done"


class AssignmentOutcome(StrEnum):
    """How it ended that somebody had an incident in hand."""

    OVER = "over"
    """None of its cases is held up any more."""
    HANDED_ON = "handed_on"
    """Somebody else has it now."""
    TAKEN_BACK = "taken_back"
    """It is nobody's again."""


class ReportStatus(StrEnum):
    """Where a report to the regulator stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    """The authority has said that it has it."""


class AskedReportStatus(StrEnum):
    """How far a report has come that somebody has asked for."""

    ASKED = "asked"
    BEING_MADE = "being_made"
    MADE = "made"
    FAILED = "failed"
