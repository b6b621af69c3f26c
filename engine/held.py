"""What holds a case up just now: an activity that is tried again, a program that fails."""

from dataclasses import dataclass
from datetime import datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo

from engine.program import build_in
from engine.runs import Run, instant
from engine.story import NOWHERE, Place, failure_in_short, moment_of, place_of
from engine.timeline import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingActivity:
    """An activity under way or waiting for its next attempt."""

    activity_id: str
    type: str
    attempt: int
    last_failure: str | None
    next_attempt_at: datetime | None
    place: Place = NOWHERE
    """Which step it is, and the line of the program it fails at."""
    last_try_at: datetime | None = None
    program: str = ""
    """Which build tried it last."""


_FAILED = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)


def problem_of(run: Run) -> str | None:
    """What the program of the case last failed on, while it has not got over it."""
    problems = problems_in(run)
    told = moment_of(problems[-1], {}) if problems else None
    return told.facts["error"] if told is not None else None


def problems_in(run: Run) -> list[HistoryEvent]:
    """The events that tell of it, the first one first. What it has got over is none, and neither is
    a task that was only given up for another, such as the one a case was taken back to."""
    found: list[HistoryEvent] = []
    for event in run.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            found.clear()
        elif event.event_type in _FAILED:
            told = moment_of(event, {})
            if told is not None and told.what == Happening.WORKFLOW_PROBLEM:
                found.append(event)
    return found


def waiting_activity(info: PendingActivityInfo) -> WaitingActivity:
    """An activity as `describe` reports it while it waits."""
    failed = info.HasField("last_failure")
    return WaitingActivity(
        activity_id=info.activity_id,
        type=info.activity_type.name,
        attempt=info.attempt,
        last_failure=failure_in_short(info.last_failure) if failed else None,
        place=place_of(info.last_failure, info.activity_type.name) if failed else NOWHERE,
        program=build_in(info.last_worker_identity),
        last_try_at=(
            instant(info.last_attempt_complete_time)
            if info.HasField("last_attempt_complete_time")
            else None
        ),
        next_attempt_at=(
            instant(info.next_attempt_schedule_time)
            if info.HasField("next_attempt_schedule_time")
            else None
        ),
    )
