"""The engine's history of a case, told in the trade's words. Pure: decoded histories in, no client.

The engine writes several events for one thing that happens (scheduled, started, completed); here
they become one moment, with the events behind it as details.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType, TimeoutType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent

from engine.payloads import is_unreadable
from engine.runs import Run, instant
from engine.timeline import Happening, Lane, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTimer:
    """A timer the engine holds and has not fired."""

    timer_id: str
    summary: str
    """What it was set for, as the workflow labelled it."""
    fires_at: datetime


def moments_of(run: Run) -> tuple[Moment, ...]:
    """What the engine did in one run, in order. Workflow tasks that went well are not worth a
    word; the activities, timers and commands they moved are."""
    by_id = {event.event_id: event for event in run.events}
    told = (moment_of(event, by_id) for event in run.events)
    return tuple(
        [each for each in told if each is not None] + list(_steps_under_way(run.events, by_id))
    )


def pending_timers(run: Run) -> tuple[PendingTimer, ...]:
    """The timers set and neither fired nor cancelled, soonest first; a run that is over has none.

    The engine has no call that lists them (temporalio/ui issue 2141), its history has the facts.
    """
    if run.outcome is not None:
        return ()
    timers: dict[int, PendingTimer] = {}
    for event in run.events:
        match event.event_type:
            case EventType.EVENT_TYPE_TIMER_STARTED:
                timers[event.event_id] = timer_set_by(event)
            case EventType.EVENT_TYPE_TIMER_FIRED:
                timers.pop(event.timer_fired_event_attributes.started_event_id, None)
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                timers.pop(event.timer_canceled_event_attributes.started_event_id, None)
    return tuple(sorted(timers.values(), key=lambda timer: timer.fires_at))


def timer_set_by(event: HistoryEvent) -> PendingTimer:
    """The timer that a TimerStarted event sets."""
    attributes = event.timer_started_event_attributes
    return PendingTimer(
        timer_id=attributes.timer_id,
        summary=summary_of(event),
        fires_at=instant(event.event_time) + attributes.start_to_fire_timeout.ToTimedelta(),
    )


def summary_of(event: HistoryEvent) -> str:
    """What the workflow said an activity or a timer is for."""
    return str(_value(event.user_metadata.summary) or "")


LOCAL_ACTIVITY = "core_local_activity"
"""The marker by which the SDK's core notes a local activity that is over. The engine knows nothing
else of it: neither that it was asked for nor that it began."""


def is_local_step(event: HistoryEvent) -> bool:
    """Whether this tells of a local activity."""
    return event.marker_recorded_event_attributes.marker_name == LOCAL_ACTIVITY


def noted_of(event: HistoryEvent) -> dict[str, Any]:
    """What the SDK noted of a local activity: among others its `seq`, `activity_type` and
    `attempt`."""
    noted: dict[str, Any] = _value(
        event.marker_recorded_event_attributes.details["data"].payloads[0]
    )
    return noted


def act_of(event: HistoryEvent) -> str:
    """The kind of act a command asks for, by its UpdateAccepted event; its id when the command
    itself lies elsewhere, as after a reset."""
    attributes = event.workflow_execution_update_accepted_event_attributes
    arguments = attributes.accepted_request.input.args.payloads
    if not arguments or is_unreadable(arguments[0]):
        return attributes.protocol_instance_id
    return str(_value(arguments[0])["act"]["kind"])


def failure_in_short(failure: Failure) -> str:
    """Type and first line of the innermost failure. Later lines may quote what a query held."""
    while failure.HasField("cause"):
        failure = failure.cause
    message = failure.message
    if failure.HasField("encoded_attributes"):
        message = str((_value(failure.encoded_attributes) or {}).get("message", message))
    type_ = failure.application_failure_info.type
    if failure.HasField("timeout_failure_info"):
        type_ = TimeoutType.Name(failure.timeout_failure_info.timeout_type)
    first_line = message.strip().partition("\n")[0]
    return f"{type_}: {first_line}" if type_ else first_line


FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)(?:\n    (\S.*))?')
"""A frame of a trace: file, number of the line, function, and what stands in the line."""

NOT_OURS = ("site-packages", "/lib/python", "<")
"""What the path of somebody else's program holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a failure comes from."""

    words: str = ""
    """The step, and the innermost line of our own program in its trace."""
    mark: str = ""
    """The same line by what stands in it: its number is another one as soon as a line above it is
    new. Empty where no line of ours is known."""


def place_of(failure: Failure, step: str = "") -> Place:
    """Where a failure comes from. Lines of a trace hold program alone, nothing of a case."""
    while failure.HasField("cause"):
        failure = failure.cause
    trace = failure.stack_trace
    if failure.HasField("encoded_attributes"):
        trace = str((_value(failure.encoded_attributes) or {}).get("stack_trace", trace))
    ours = [
        ("/".join(Path(path).parts[-2:]), number, function, text)
        for path, number, function, text in FRAME.findall(trace)
        if not any(each in path for each in NOT_OURS)
    ]
    if not ours:
        return Place(words=step)
    file, number, function, text = ours[-1]
    words = f"{step} · {file}:{number} {function}" if step else f"{file}:{number} {function}"
    return Place(words=words, mark=f"{file} {function}: {text or number}")


NOWHERE = Place()


def moment_of(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment | None:
    """What one event tells, by the events before it; None when it is not worth a word."""
    tell = _TELLERS.get(event.event_type, _other)
    return tell(event, by_id)


Teller = Callable[[HistoryEvent, dict[int, HistoryEvent]], Moment | None]


def _engine(event: HistoryEvent, what: Happening, *behind: HistoryEvent, **facts: str) -> Moment:
    return Moment(
        at=instant(event.event_time),
        lane=Lane.ENGINE,
        what=what,
        facts=facts,
        details=tuple(f"{each.event_id} {_type_name(each)}" for each in (*behind, event)),
    )


def _nothing(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> None:
    return None


def _other(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    return _engine(event, Happening.OTHER, type=_type_name(event))


def _plainly(what: Happening) -> Teller:
    return lambda event, by_id: _engine(event, what)


def _started(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    continued = event.workflow_execution_started_event_attributes.continued_execution_run_id
    return _engine(event, Happening.RUN_CONTINUED if continued else Happening.RUN_STARTED)


def _failed(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    failure = event.workflow_execution_failed_event_attributes.failure
    return _engine(event, Happening.RUN_FAILED, error=failure_in_short(failure))


def _terminated(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    reason = event.workflow_execution_terminated_event_attributes.reason
    return _engine(event, Happening.RUN_TERMINATED, reason=reason)


def _paused(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    by = event.workflow_execution_paused_event_attributes.identity
    return _engine(event, Happening.RUN_PAUSED, operator=by)


def _unpaused(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    by = event.workflow_execution_unpaused_event_attributes.identity
    return _engine(event, Happening.RUN_UNPAUSED, operator=by)


def _task_failed(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment | None:
    attributes = event.workflow_task_failed_event_attributes
    match attributes.cause:
        case WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW:
            return _engine(event, Happening.RUN_RESET, from_run=attributes.base_run_id)
        case WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND:
            return None  # Something new came in while the workflow thought: it thinks again.
    return _engine(event, Happening.WORKFLOW_PROBLEM, error=failure_in_short(attributes.failure))


NO_ANSWER = "no worker answered in time"


def _task_timed_out(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    return _engine(event, Happening.WORKFLOW_PROBLEM, error=NO_ANSWER)


def _activity_over(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    attributes = getattr(event, event.WhichOneof("attributes") or "")
    scheduled = by_id[attributes.scheduled_event_id]
    started = by_id.get(attributes.started_event_id)
    behind = [each for each in (scheduled, started) if each is not None]
    tried = started.activity_task_started_event_attributes if started else None
    facts = {"step": summary_of(scheduled), "attempts": str(tried.attempt if tried else 1)}
    if tried is not None and tried.HasField("last_failure"):
        facts["last_error"] = failure_in_short(tried.last_failure)
    key = _key_in(scheduled.activity_task_scheduled_event_attributes.input.payloads)
    if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        done = _engine(event, Happening.STEP_DONE, *behind, **facts)
        return replace(done, key=key, version=_version_in(attributes.result.payloads))
    error = failure_in_short(attributes.failure) if hasattr(attributes, "failure") else ""
    return replace(_engine(event, Happening.STEP_FAILED, *behind, error=error, **facts), key=key)


def _marked(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    if not is_local_step(event):
        return _other(event, by_id)
    failed = event.marker_recorded_event_attributes.HasField("failure")
    facts = {"step": summary_of(event), "attempts": str(noted_of(event)["attempt"])}
    if not failed:
        written = event.marker_recorded_event_attributes.details["result"].payloads
        return replace(_engine(event, Happening.STEP_DONE, **facts), version=_version_in(written))
    error = failure_in_short(event.marker_recorded_event_attributes.failure)
    return _engine(event, Happening.STEP_FAILED, error=error, **facts)


def _steps_under_way(
    events: tuple[HistoryEvent, ...], by_id: dict[int, HistoryEvent]
) -> Iterator[Moment]:
    """Activities that were asked for and are not over."""
    over = {
        getattr(event, event.WhichOneof("attributes") or "").scheduled_event_id
        for event in events
        if _TELLERS.get(event.event_type) is _activity_over
    }
    for event in events:
        asked_for = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        if asked_for and event.event_id not in over:
            key = _key_in(event.activity_task_scheduled_event_attributes.input.payloads)
            under_way = _engine(event, Happening.STEP_UNDER_WAY, step=summary_of(event))
            yield replace(under_way, key=key)


def _timer_set(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    timer = timer_set_by(event)
    return _engine(
        event, Happening.TIMER_SET, timer=timer.summary, fires_at=timer.fires_at.isoformat()
    )


def _timer_fired(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    set_by = by_id[event.timer_fired_event_attributes.started_event_id]
    return _engine(event, Happening.TIMER_FIRED, set_by, timer=summary_of(set_by))


def _timer_canceled(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    set_by = by_id[event.timer_canceled_event_attributes.started_event_id]
    return _engine(event, Happening.TIMER_CANCELED, set_by, timer=summary_of(set_by))


def _command_heard(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    command = event.workflow_execution_update_accepted_event_attributes.protocol_instance_id
    return replace(_engine(event, Happening.COMMAND_HEARD, act=act_of(event)), key=command)


def _signal_heard(event: HistoryEvent, by_id: dict[int, HistoryEvent]) -> Moment:
    attributes = event.workflow_execution_signaled_event_attributes
    return _engine(event, Happening.SIGNAL_HEARD, signal=attributes.signal_name)


_TELLERS: dict[int, Teller] = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: _started,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: _plainly(Happening.RUN_COMPLETED),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: _plainly(
        Happening.RUN_CONTINUED_AS_NEW
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: _failed,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: _plainly(Happening.RUN_TIMED_OUT),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: _terminated,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: _plainly(Happening.RUN_CANCELED),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED: _paused,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED: _unpaused,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED: _task_failed,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT: _task_timed_out,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: _nothing,
    EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED: _nothing,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: _activity_over,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: _activity_over,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: _activity_over,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: _activity_over,
    EventType.EVENT_TYPE_MARKER_RECORDED: _marked,
    EventType.EVENT_TYPE_TIMER_STARTED: _timer_set,
    EventType.EVENT_TYPE_TIMER_FIRED: _timer_fired,
    EventType.EVENT_TYPE_TIMER_CANCELED: _timer_canceled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: _command_heard,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: _signal_heard,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: _plainly(Happening.LISTS_TOLD),
    EventType.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED: _nothing,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED: _nothing,
}


def _value(payload: Payload) -> Any:
    """What a decrypted payload says; None when there is none, or none of ours."""
    return json.loads(payload.data) if payload.data and not is_unreadable(payload) else None


def _key_in(asked: Sequence[Payload]) -> str:
    """Under which key of the journal an activity was asked to write; nothing when it was asked for
    something else."""
    change = _value(asked[0]) if asked else None
    return str(change["entry"]["key"]) if isinstance(change, dict) else ""


def _version_in(answer: Sequence[Payload]) -> int | None:
    """At which version an activity left the case."""
    told = _value(answer[0]) if answer else None
    if not isinstance(told, dict):
        return None
    version: int = told.get("standing", told)["case"]["version"]
    return version


def _type_name(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
