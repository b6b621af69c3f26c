"""The runs of a case's workflow, as the engine remembers them: fetched, decrypted, in order.

Read by raw calls throughout: the SDK's own `describe` and `list_workflows` break on a run that
somebody paused on the server, and a page for trouble must not be the next thing that fails.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus
from temporalio.api.history.v1 import History, HistoryEvent, MarkerRecordedEventAttributes
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from engine.payloads import EncryptedPayloads, is_unreadable, lacks_key
from workflows.names import case_workflow_id

PAGE = 1000
"""Executions or events asked for at once: the most the server gives."""

RUNNING_STATUSES = (
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING,
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED,
)

ENDED = {
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED: "completed",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_FAILED: "failed",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED: "canceled",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED: "terminated",
    WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT: "timed out",
}
"""How a run ended, by its status."""

OUTCOMES = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: "completed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "failed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "timed_out",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "canceled",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "terminated",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continued_as_new",
}
"""How a run can end, by the last event of its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Somebody has stopped a run with the engine's own tools; what is asked of it stays stored."""

    by: str
    """As the engine knows them: whatever that tool said of its user."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run: from a start to an end, a continuation or a reset."""

    run_id: str
    events: tuple[HistoryEvent, ...]
    """Decrypted, in order."""
    is_archived: bool = False
    """Read from our own archive; the engine has forgotten it."""

    @property
    def started_at(self) -> datetime:
        return instant(self.events[0].event_time)

    @property
    def is_of_somebody_else(self) -> bool:
        """Whether it was started with something that nobody of ours can have written."""
        start = self.events[0].workflow_execution_started_event_attributes
        return any(is_unreadable(each) and not lacks_key(each) for each in start.input.payloads)

    @property
    def outcome(self) -> str | None:
        """How it ended; None while it runs."""
        return OUTCOMES.get(self.events[-1].event_type)


def instant(timestamp: Timestamp) -> datetime:
    """The engine's instant as ours (UTC)."""
    return timestamp.ToDatetime(UTC)


async def runs_of(client: Client, reference: str) -> tuple[Run, ...]:
    """Every run the engine still remembers of a case, oldest first; empty when it knows none."""
    run_ids = [info.execution.run_id async for info in executions(client, _of_case(reference))]
    current = await described(client, reference)
    if current is not None:
        # The list lags behind by a moment; the run that matters most is asked for by itself.
        run_ids.append(current.workflow_execution_info.execution.run_id)
    runs = [await run_of(client, reference, run_id) for run_id in dict.fromkeys(run_ids)]
    return tuple(sorted((run for run in runs if run is not None), key=lambda run: run.started_at))


async def run_of(client: Client, reference: str, run_id: str) -> Run | None:
    """One run with its whole history; None when its retention has passed."""
    execution = WorkflowExecution(workflow_id=case_workflow_id(reference), run_id=run_id)
    events: list[HistoryEvent] = []
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace, execution=execution, maximum_page_size=PAGE
    )
    while True:
        try:
            page = await client.workflow_service.get_workflow_execution_history(request)
        except RPCError as unknown:
            if unknown.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        events.extend(page.history.events)
        if not page.next_page_token:
            break
        request.next_page_token = page.next_page_token
    history = History(events=events)
    await decrypt(client, history, execution.workflow_id)
    return Run(run_id=run_id, events=tuple(history.events))


LATEST = 100
"""Events asked for at once from the end of a history (default)."""


async def latest_of(client: Client, reference: str) -> Run | None:
    """The end of the history of the run there is, back to the timer that was set last: what the
    engine holds now follows from it. None when the engine knows none."""
    events: list[HistoryEvent] = []
    execution = WorkflowExecution(workflow_id=case_workflow_id(reference))
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace, execution=execution, maximum_page_size=LATEST
    )
    is_told = False
    while not is_told:
        try:
            page = await client.workflow_service.get_workflow_execution_history_reverse(request)
        except RPCError as unknown:
            if unknown.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
        events.extend(page.history.events)
        kinds = {event.event_type for event in page.history.events}
        is_told = EventType.EVENT_TYPE_TIMER_STARTED in kinds or not page.next_page_token
        request.next_page_token = page.next_page_token
    history = History(events=reversed(events))
    await decrypt(client, history, execution.workflow_id)
    return Run(run_id="", events=tuple(history.events))


async def described(client: Client, reference: str) -> DescribeWorkflowExecutionResponse | None:
    """What the engine says now of the latest run of a case; None if it knows none."""
    return await described_workflow(client, case_workflow_id(reference))


async def described_workflow(
    client: Client, workflow_id: str
) -> DescribeWorkflowExecutionResponse | None:
    """The same of any workflow."""
    execution = WorkflowExecution(workflow_id=workflow_id)
    request = DescribeWorkflowExecutionRequest(namespace=client.namespace, execution=execution)
    try:
        answer = await client.workflow_service.describe_workflow_execution(request)
    except RPCError as unknown:
        if unknown.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    await decrypt(client, answer, execution.workflow_id)
    return answer


def is_running(described: DescribeWorkflowExecutionResponse) -> bool:
    """Whether this run can still go on by itself."""
    return described.workflow_execution_info.status in RUNNING_STATUSES


def pause_of(described: DescribeWorkflowExecutionResponse) -> Pause | None:
    """Who has paused this run, and when; None while it goes on."""
    if (
        described.workflow_execution_info.status
        != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_PAUSED
    ):
        return None
    pause = described.workflow_extended_info.pause_info
    return Pause(by=pause.identity, since=instant(pause.paused_time))


async def executions(client: Client, query: str) -> AsyncIterator[WorkflowExecutionInfo]:
    """What the engine lists for a query. It lags behind by a moment: confirm before acting."""
    request = ListWorkflowExecutionsRequest(namespace=client.namespace, query=query, page_size=PAGE)
    while True:
        # Again when it is refused: the index answers only so many questions a second.
        page = await client.workflow_service.list_workflow_executions(request, retry=True)
        for info in page.executions:
            yield info
        if not page.next_page_token:
            return
        request.next_page_token = page.next_page_token


async def decrypt(client: Client, message: Message, workflow_id: str) -> None:
    """Replace every payload within `message` by what it says. One that was put there by somebody
    else is replaced by one that nothing can be read from."""
    codec = client.data_converter.payload_codec
    if not isinstance(codec, EncryptedPayloads):
        return
    codec = codec.reading(client.namespace, workflow_id)
    payloads = list(payloads_in(message))
    for payload, plain in zip(payloads, await codec.decode(payloads), strict=True):
        payload.CopyFrom(plain)


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload of a message that is ours to write."""
    if isinstance(message, MarkerRecordedEventAttributes):
        yield from _payloads_in_marker(message)
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.name in _IN_THE_CLEAR:
            continue
        for part in _messages(value):
            if isinstance(part, Payload):
                yield part
            else:
                yield from payloads_in(part)


def _payloads_in_marker(marker: MarkerRecordedEventAttributes) -> Iterator[Payload]:
    """What a local activity answered. What the SDK's core notes beside it, it writes in the clear,
    for it has no keys."""
    yield from payloads_in(marker.failure)
    if "result" in marker.details:
        yield from payloads_in(marker.details["result"])


_IN_THE_CLEAR = {"SearchAttributes"}
"""Written for the engine, which has no keys."""


def _messages(value: Any) -> Iterator[Message]:
    """The messages of a field, be it one, a list or a map."""
    if isinstance(value, Message):
        yield value
        return
    each = value.values() if hasattr(value, "values") else value
    yield from (part for part in each if isinstance(part, Message))


def _of_case(reference: str) -> str:
    return f"WorkflowId = '{case_workflow_id(reference)}'"
