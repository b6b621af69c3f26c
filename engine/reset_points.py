"""Going back: to which points a workflow can be taken, and what that would keep, repeat and lose.

Pure: a run's decoded history in, a preview out. The engine itself offers none.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from engine.runs import Run, instant
from engine.story import act_of, is_local_step, summary_of, timer_set_by
from engine.timeline import Happening

LOST = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED: Happening.RUN_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: Happening.RUN_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: Happening.RUN_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: Happening.RUN_FAILED,
}
"""What a reset undoes and nothing brings back by itself."""

PAUSES = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED,
)

ACTIVITY_OVER = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: "activity_task_completed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: "activity_task_failed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: "activity_task_timed_out_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: "activity_task_canceled_event_attributes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPoint:
    """A moment at which the workflow had thought something through: it can think again there."""

    event_id: int
    """The WorkflowTaskCompleted; everything before it is kept."""
    at: datetime
    after: str
    """The last business step done before it; empty at the very start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One thing a reset keeps, repeats or loses."""

    what: Happening
    label: str
    at: datetime
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a reset to a point would do."""

    run_id: str
    point: ResetPoint
    kept: tuple[PreviewLine, ...]
    run_again: tuple[PreviewLine, ...]
    """Steps whose result came after the point. Each is written once all the same: the journal
    knows its key and answers with how the case stands."""
    reapplied: tuple[PreviewLine, ...]
    """Commands and signals the engine plays to the workflow once more."""
    lost: tuple[PreviewLine, ...]
    fire_at_once: tuple[PreviewLine, ...]
    """Timers of the point whose time has come since."""

    def digest(self) -> str:
        """Changes when anything the two persons were shown has changed."""
        return hashlib.sha256(PREVIEW.dump_json(self)).hexdigest()


PREVIEW: TypeAdapter[Preview] = TypeAdapter(Preview)


def reset_points(run: Run) -> tuple[ResetPoint, ...]:
    """Where this run can be taken back to, latest first.

    A point at which an activity had started and was not over is left out: the engine would fail
    that activity for good instead of running it again.
    """
    points: list[ResetPoint] = []
    after = ""
    started: set[int] = set()
    labels: dict[int, str] = {}
    for event in run.events:
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                labels[event.event_id] = summary_of(event)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
                started.add(event.activity_task_started_event_attributes.scheduled_event_id)
            case kind if kind in ACTIVITY_OVER:
                started.discard(_scheduled_by(event))
                after = labels[_scheduled_by(event)]
            case EventType.EVENT_TYPE_MARKER_RECORDED if is_local_step(event):
                after = summary_of(event)
            case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED if not started:
                points.append(
                    ResetPoint(event_id=event.event_id, at=instant(event.event_time), after=after)
                )
    return tuple(reversed(points))


def preview(run: Run, event_id: int, now: datetime) -> Preview:
    """What taking `run` back to a point would do; raises `KeyError` for an event that is none."""
    points = {point.event_id: point for point in reset_points(run)}
    before = [event for event in run.events if event.event_id < event_id]
    since = [event for event in run.events if event.event_id >= event_id]
    return Preview(
        run_id=run.run_id,
        point=points[event_id],
        kept=tuple(_kept(before)),
        run_again=tuple(_run_again(before, since)),
        reapplied=tuple(_reapplied(since)),
        lost=tuple(
            _line(event, LOST[event.event_type], "") for event in since if event.event_type in LOST
        )
        + tuple(_pause_left(run.events)),
        fire_at_once=tuple(line for line in _timers_left(before) if line.at <= now),
    )


def _kept(before: list[HistoryEvent]) -> Iterator[PreviewLine]:
    labels = _labels(before)
    for event in before:
        if event.event_type in ACTIVITY_OVER:
            yield _line(event, Happening.STEP_DONE, labels[_scheduled_by(event)])
        elif is_local_step(event):
            yield _line(event, Happening.STEP_DONE, summary_of(event))
        else:
            yield from _heard(event)


def _run_again(before: list[HistoryEvent], since: list[HistoryEvent]) -> Iterator[PreviewLine]:
    over = {_scheduled_by(event) for event in before if event.event_type in ACTIVITY_OVER}
    for event in (*before, *since):
        asked_for = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if asked_for and event.event_id not in over:
            yield _line(event, Happening.STEP_UNDER_WAY, summary_of(event))
    for event in filter(is_local_step, since):
        yield _line(event, Happening.STEP_DONE, summary_of(event))


def _reapplied(since: list[HistoryEvent]) -> Iterator[PreviewLine]:
    for event in since:
        yield from _heard(event)


def _heard(event: HistoryEvent) -> Iterator[PreviewLine]:
    match event.event_type:
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            yield _line(event, Happening.COMMAND_HEARD, act_of(event))
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
            name = event.workflow_execution_signaled_event_attributes.signal_name
            yield _line(event, Happening.SIGNAL_HEARD, name)


def _pause_left(events: Sequence[HistoryEvent]) -> Iterator[PreviewLine]:
    """The pause a run is in, wherever it began: a new run begins without one."""
    pauses = [event for event in events if event.event_type in PAUSES]
    if pauses and pauses[-1].event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED:
        by = pauses[-1].workflow_execution_paused_event_attributes.identity
        yield _line(pauses[-1], Happening.RUN_PAUSED, by)


def _timers_left(before: list[HistoryEvent]) -> Iterator[PreviewLine]:
    """Timers set before the point and not over by then, each at the instant it fires."""
    over = {
        event.timer_fired_event_attributes.started_event_id
        or event.timer_canceled_event_attributes.started_event_id
        for event in before
        if event.event_type
        in (EventType.EVENT_TYPE_TIMER_FIRED, EventType.EVENT_TYPE_TIMER_CANCELED)
    }
    for event in before:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED and event.event_id not in over:
            timer = timer_set_by(event)
            yield PreviewLine(
                what=Happening.TIMER_SET,
                label=timer.summary,
                at=timer.fires_at,
                event_id=event.event_id,
            )


def _labels(events: list[HistoryEvent]) -> dict[int, str]:
    return {
        event.event_id: summary_of(event)
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    }


def _scheduled_by(event: HistoryEvent) -> int:
    scheduled: int = getattr(event, ACTIVITY_OVER[event.event_type]).scheduled_event_id
    return scheduled


def _line(event: HistoryEvent, what: Happening, label: str) -> PreviewLine:
    return PreviewLine(
        what=what, label=label, at=instant(event.event_time), event_id=event.event_id
    )
