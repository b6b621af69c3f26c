"""Replaying histories against today's code, before it is deployed.

The engine's own check sees a step that is missing, added or of another kind. It does not see that a
deadline, an argument or a time-out has changed: the strict check compares those too. Such a change
may be meant; somebody has to say so.
"""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf.duration_pb2 import Duration
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from engine.payloads import VALUES
from engine.runs import executions, run_of
from engine.story import is_local_step, noted_of
from workflows.names import RUNNING_CASES, reference_in

REPLAY_QUEUE = "replay-"
"""How the replayer calls the queue it stands in for: never the recorded one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something today's code would do otherwise than the history says was done."""

    event_id: int
    what: str
    """The recorded event and the part of it, such as `timer_started start_to_fire_timeout`."""
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"event {self.event_id}: {self.what}: recorded {self.recorded}, now {self.now}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What replaying one history showed."""

    workflow_id: str
    failure: str | None
    """Why today's code cannot go on from this history; None when it can."""
    differences: tuple[Difference, ...] = ()

    @property
    def is_fine(self) -> bool:
        return self.failure is None and not self.differences


async def open_histories(client: Client) -> AsyncIterator[WorkflowHistory]:
    """The decrypted histories of every case that is running."""
    async for info in executions(client, RUNNING_CASES):
        reference = reference_in(info.execution.workflow_id)
        run = await run_of(client, reference, info.execution.run_id) if reference else None
        if run is not None:
            yield WorkflowHistory(info.execution.workflow_id, run.events)


async def replay(
    history: WorkflowHistory, workflows: Sequence[type], *, strictly: bool
) -> Replayed:
    """Replay one decrypted history against `workflows`; changes nothing anywhere."""
    listener = ListeningRunner(SandboxedWorkflowRunner())
    replayer = Replayer(workflows=workflows, data_converter=VALUES, workflow_runner=listener)
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    failure = result.replay_failure
    differences = tuple(differences_of(history.events, listener.commands)) if strictly else ()
    return Replayed(
        workflow_id=history.workflow_id,
        failure=None if failure is None else str(failure).partition("\n")[0],
        differences=differences,
    )


class ListeningRunner(WorkflowRunner):
    """Runs workflows as another runner does, and writes down each command they give."""

    def __init__(self, inner: WorkflowRunner) -> None:
        self._inner = inner
        self.commands: list[WorkflowCommand] = []

    def prepare_workflow(self, defn: Any) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = _ListeningInstance(self._inner.create_instance(det), self.commands)
        return cast(WorkflowInstance, instance)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        self._inner.set_worker_level_failure_exception_types(types)


class _ListeningInstance:
    def __init__(self, inner: WorkflowInstance, commands: list[WorkflowCommand]) -> None:
        self._inner = inner
        self._commands = commands

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._inner.activate(act)
        self._commands.extend(completion.successful.commands)
        return completion

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def differences_of(
    events: Sequence[HistoryEvent], commands: Sequence[WorkflowCommand]
) -> Iterator[Difference]:
    """Where recorded events and replayed commands of the same number say different things. Pure.

    A command without an event was never recorded: the engine's own check speaks of those.
    """
    recorded = {_name_of_event(event): event for event in events}
    for command in commands:
        name = _name_of_command(command)
        event = recorded.get(name) if name else None
        if event is not None:
            yield from _differences(event, command)


Named = tuple[str, str]


def _name_of_event(event: HistoryEvent) -> Named | None:
    """Timers and activities carry the number of the command that made them."""
    match event.event_type:
        case EventType.EVENT_TYPE_TIMER_STARTED:
            return "timer", event.timer_started_event_attributes.timer_id
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            return "activity", event.activity_task_scheduled_event_attributes.activity_id
        case EventType.EVENT_TYPE_MARKER_RECORDED if is_local_step(event):
            return "local activity", str(noted_of(event)["seq"])
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            return "end", "completed"
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            return "end", "continued"
    return None


def _name_of_command(command: WorkflowCommand) -> Named | None:
    match command.WhichOneof("variant"):
        case "start_timer":
            return "timer", str(command.start_timer.seq)
        case "schedule_activity":
            return "activity", command.schedule_activity.activity_id
        case "schedule_local_activity":
            return "local activity", str(command.schedule_local_activity.seq)
        case "complete_workflow_execution":
            return "end", "completed"
        case "continue_as_new_workflow_execution":
            return "end", "continued"
    return None


def _differences(event: HistoryEvent, command: WorkflowCommand) -> Iterator[Difference]:
    then = getattr(event, event.WhichOneof("attributes") or "")
    now = getattr(command, command.WhichOneof("variant") or "")
    pairs: list[tuple[str, Any, Any]] = [
        ("summary", event.user_metadata.summary, command.user_metadata.summary)
    ]
    match event.event_type:
        case EventType.EVENT_TYPE_TIMER_STARTED:
            pairs.append(_part("start_to_fire_timeout", then, now))
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            pairs.append(("arguments", list(then.input.payloads), list(now.arguments)))
            pairs.extend(_part(name, then, now) for name in _TIMEOUTS)
            pairs.extend(_part(name, then.retry_policy, now.retry_policy) for name in _RETRY_POLICY)
            if not now.task_queue.startswith(REPLAY_QUEUE):
                pairs.append(("task_queue", then.task_queue.name, now.task_queue))
        case EventType.EVENT_TYPE_MARKER_RECORDED:
            # Nothing else of it is recorded; what it was asked to write stands in the journal.
            pairs.append(("activity_type", noted_of(event)["activity_type"], now.activity_type))
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            pairs.append(("result", list(then.result.payloads), [now.result]))
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            pairs.append(("arguments", list(then.input.payloads), list(now.arguments)))
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
    for part, recorded, replayed in pairs:
        one, other = _readable(recorded), _readable(replayed)
        if one != other:
            yield Difference(
                event_id=event.event_id, what=f"{kind} {part}", recorded=one, now=other
            )


_TIMEOUTS = (
    "schedule_to_close_timeout",
    "schedule_to_start_timeout",
    "start_to_close_timeout",
    "heartbeat_timeout",
)
_RETRY_POLICY = ("initial_interval", "backoff_coefficient", "maximum_interval", "maximum_attempts")


def _part(name: str, then: Any, now: Any) -> tuple[str, Any, Any]:
    return name, getattr(then, name), getattr(now, name)


def _readable(value: Any) -> str:
    """A value in one spelling, however either side wrote it."""
    match value:
        case Duration():
            return f"{value.ToTimedelta().total_seconds():g} s"
        case Payload():
            return _json(value)
        case list():
            return f"[{', '.join(_json(each) for each in value)}]"
    return str(value)


def _json(payload: Payload) -> str:
    if not payload.data:
        return "null"
    return json.dumps(json.loads(payload.data), sort_keys=True, ensure_ascii=False)
