#!/usr/bin/env bash
# temporalio 1.35.0: what ends a local activity reaches a replayed workflow bare.
#
# Of an ordinary activity a workflow catches an `ActivityError` whose cause is what was raised. Of a local
# one it catches the `ApplicationError` itself, in a live run and when it is replayed. A time-out is worse:
# a live run on a server (1.32.2) wraps it in an `ActivityError` whose retry state says CANCEL_REQUESTED,
# though nobody asked for that, and the replay of that very run gives a bare `TimeoutError`. So a workflow
# that catches `ActivityError` around a local activity lives through a time-out and fails when it is replayed.
#
# Replayed here are histories as a server keeps them, so no engine is needed; the live half is not shown.
# Expected: an `ActivityError` each time. Fails when it behaves otherwise than noted here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check temporalio==1.35.0
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import base64
import json
from datetime import timedelta

import temporalio.service
from temporalio import activity, workflow
from temporalio.client import WorkflowHistory
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

caught: list[BaseException] = []


@activity.defn
def look_up() -> None:
    """Never run here."""


@workflow.defn(name="Caller")
class Caller:
    @workflow.run
    async def run(self) -> str:
        try:
            await workflow.execute_local_activity(
                look_up,
                schedule_to_close_timeout=timedelta(seconds=2),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except FailureError as failure:
            caught.append(failure)
        return "over"


def encoded(value: object) -> dict[str, object]:
    """A value as the SDK writes it into a history."""
    data = base64.b64encode(json.dumps(value).encode()).decode()
    return {"metadata": {"encoding": base64.b64encode(b"json/plain").decode()}, "data": data}


def history(failure: dict[str, object]) -> WorkflowHistory:
    """A run whose local activity ended so."""
    at = "2026-11-01T00:00:00Z"
    noted = {
        "seq": 1,
        "attempt": 1,
        "activity_id": "1",
        "activity_type": "look_up",
        "complete_time": {"seconds": 1793491200, "nanos": 0},
        "backoff": None,
        "original_schedule_time": {"seconds": 1793491200, "nanos": 0},
        "activation_index": 1,
    }
    events: list[dict[str, object]] = [
        {
            "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
            "workflowExecutionStartedEventAttributes": {
                "workflowType": {"name": "Caller"},
                "taskQueue": {"name": "calls"},
                "originalExecutionRunId": "00000000-0000-4000-8000-000000000001",
                "workflowTaskTimeout": "10s",
                "attempt": 1,
            },
        },
        {
            "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED",
            "workflowTaskScheduledEventAttributes": {
                "taskQueue": {"name": "calls"}, "startToCloseTimeout": "10s", "attempt": 1,
            },
        },
        {
            "eventType": "EVENT_TYPE_WORKFLOW_TASK_STARTED",
            "workflowTaskStartedEventAttributes": {"scheduledEventId": "2"},
        },
        {
            "eventType": "EVENT_TYPE_WORKFLOW_TASK_COMPLETED",
            "workflowTaskCompletedEventAttributes": {
                "scheduledEventId": "2", "startedEventId": "3",
            },
        },
        {
            "eventType": "EVENT_TYPE_MARKER_RECORDED",
            "markerRecordedEventAttributes": {
                "markerName": "core_local_activity",
                "details": {"data": {"payloads": [encoded(noted)]}},
                "workflowTaskCompletedEventId": "4",
                "failure": failure,
            },
        },
        {
            "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
            "workflowExecutionCompletedEventAttributes": {
                "result": {"payloads": [encoded("over")]}, "workflowTaskCompletedEventId": "4",
            },
        },
    ]
    for number, event in enumerate(events, start=1):
        event |= {"eventId": str(number), "eventTime": at}
    return WorkflowHistory.from_json("caller", {"events": events})


async def main() -> None:
    replayer = Replayer(workflows=[Caller], workflow_runner=UnsandboxedWorkflowRunner())
    raised = {"message": "no such customer", "applicationFailureInfo": {"nonRetryable": True}}
    late = {
        "message": "Activity timed out",
        "timeoutFailureInfo": {"timeoutType": "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE"},
    }
    for failure in (raised, late):
        await replayer.replay_workflow(history(failure))


asyncio.run(main())
raised, late = caught
print(f"temporalio {temporalio.service.__version__}")
print(f"it raised: {type(raised).__name__}, caused by {type(raised.cause).__name__}")
print(f"it was late: {type(late).__name__}, caused by {type(late.cause).__name__}")
as_noted = (
    isinstance(raised, ApplicationError)
    and raised.non_retryable
    and raised.cause is None
    and isinstance(late, TimeoutError)
    and not isinstance(late, ActivityError)
)
raise SystemExit(0 if as_noted else "it behaves otherwise than noted")
PYTHON
