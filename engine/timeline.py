"""A moment in the story of a case: what the history page shows one under the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Lane(StrEnum):
    """Who made a moment happen; pages filter by it."""

    PEOPLE = "people"
    CLOCKS = "clocks"
    NOTICES = "notices"
    ENGINE = "engine"


class Happening(StrEnum):
    """What can be told of a case beside the events of its journal."""

    COMMAND_WAITING = "command_waiting"
    COMMAND_REFUSED = "command_refused"
    NOTICE_WRITTEN = "notice_written"
    NOTICE_SENT = "notice_sent"
    NOTICE_READ = "notice_read"
    NOTICE_DEAD = "notice_dead"
    REPAIR = "repair"
    RUN_STARTED = "run_started"
    RUN_CONTINUED = "run_continued"
    RUN_COMPLETED = "run_completed"
    RUN_CONTINUED_AS_NEW = "run_continued_as_new"
    RUN_FAILED = "run_failed"
    RUN_TIMED_OUT = "run_timed_out"
    RUN_TERMINATED = "run_terminated"
    RUN_CANCELED = "run_canceled"
    RUN_RESET = "run_reset"
    RUN_PAUSED = "run_paused"
    RUN_UNPAUSED = "run_unpaused"
    WORKFLOW_PROBLEM = "workflow_problem"
    STEP_DONE = "step_done"
    STEP_FAILED = "step_failed"
    STEP_UNDER_WAY = "step_under_way"
    TIMER_SET = "timer_set"
    TIMER_FIRED = "timer_fired"
    TIMER_CANCELED = "timer_canceled"
    COMMAND_HEARD = "command_heard"
    SIGNAL_HEARD = "signal_heard"
    LISTS_TOLD = "lists_told"
    OTHER = "other"
    """An event this version of Redress has no words for; its details say what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened, and when."""

    at: datetime
    lane: Lane
    what: str
    """A `domain.events.Event` or a `Happening`: a page has words for each."""
    who: str | None = None
    """Id of the person who did it, or of whoever was told."""
    facts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    """Texts, personal: not for everybody's eyes."""
    key: str = ""
    """Of the journal's entry it belongs to, where it says: a command's id, or a step's key."""
    version: int | None = None
    """Of the case: the entry that it is, speaks of, or was the last one to write."""
    details: tuple[str, ...] = ()
    """The engine's own events behind it, for who wants to know."""
