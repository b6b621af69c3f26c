"""Cases that do not go on by themselves: found by cause, tried again, or taken back to a point.

Whatever an administrator does here is noted in the transaction that asks for it, and the journal
decides what counts: a step or command that runs again writes nothing twice.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    ResetActivityRequest,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import Client

from domain.failures import Failure, FailureCause, Incident, incidents_of
from engine.delivery import take_up_case
from engine.held import problems_in, waiting_activity
from engine.program import build_in
from engine.runs import (
    ENDED,
    Run,
    described,
    executions,
    instant,
    is_running,
    pause_of,
    run_of,
)
from engine.story import NO_ANSWER, failure_in_short, place_of
from store.cases.unfinished import unfinished
from store.database import Sessions, read_in_thread
from store.operations.failures import Suspects, suspects
from store.operations.repairs import Repair
from workflows.case import CaseWorkflow
from workflows.names import PAUSED_CASES, RUNNING_CASES, TASK_QUEUE, case_workflow_id, reference_in

TRIES_BEFORE_TOLD = 3
"""Of a step: what succeeds at the second or third try is no matter for people (default)."""


YOUNG_AT_MOST = 200
"""Of what is only just late: in a rush that is most of what is under way, and well (default)."""


UNOPENED = f"{RUNNING_CASES} AND CaseStatus IS NULL"
"""The first thing a workflow does is to say how its case stands; these never came so far."""


REPORTED = f"{RUNNING_CASES} AND TemporalReportedProblems IS NOT NULL"


TASK_FAILED = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)


class Retried(StrEnum):
    """What trying again came to. Each has words in both languages."""

    RESTARTED = "restarted"
    """Nothing ran: a new run took the case up from its record."""
    TAKEN_UP = "taken_up"
    """The workflow thinks again from where it failed; nothing before that is repeated."""
    STEP_HURRIED = "step_hurried"
    """The failing step is tried now, as if for the first time."""
    ASKED = "asked"
    """Nothing was failing; the workflow was asked to look again."""
    PAUSED = "paused"
    """Somebody has paused the case in the engine, and it stays so until they let it go on."""
    ENGINE_AWAY = "engine_away"
    """The engine did not answer; the messages of the case are run as soon as it does."""


async def retry(client: Client, reference: str, queue: str = TASK_QUEUE) -> Retried:
    """Try again what holds a case up, whichever it is. Doing so twice is doing so once."""
    now = await described(client, reference)
    if now is None or not is_running(now):
        await take_up_case(client, reference, queue)
        return Retried.RESTARTED
    if pause_of(now) is not None:
        return Retried.PAUSED
    if now.pending_activities:
        for activity in now.pending_activities:
            await client.workflow_service.reset_activity(
                ResetActivityRequest(
                    namespace=client.namespace,
                    execution=now.workflow_execution_info.execution,
                    id=activity.activity_id,
                )
            )
        return Retried.STEP_HURRIED
    if now.pending_workflow_task.attempt > 1:
        return await _take_up(client, reference, now, queue)
    await client.get_workflow_handle(case_workflow_id(reference)).signal(CaseWorkflow.look_again)
    return Retried.ASKED


async def is_held_up(client: Client, reference: str) -> bool:
    """Whether the case itself does not go on, though the engine answers: it is stuck on a fault,
    or somebody has paused it."""
    now = await described(client, reference)
    if now is None or not is_running(now):
        return False
    tries = [now.pending_workflow_task.attempt > 1]
    tries += [each.attempt > TRIES_BEFORE_TOLD for each in now.pending_activities]
    return any(tries) or pause_of(now) is not None


async def carry_out(client: Client, repair: Repair) -> str:
    """Take the workflow back as decided, and say which run goes on; done already, only say so."""
    reason = f"repair {repair.id}"
    latest = await latest_run(client, repair.reference)
    # The engine forgets the id of a request as soon as the new run goes on; its history does not.
    if latest is not None and reason in _resets(latest):
        return latest.run_id
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=case_workflow_id(repair.reference), run_id=repair.run_id
            ),
            reason=reason,
            workflow_task_finish_event_id=repair.event_id,
            request_id=repair.id,
            identity=client.identity,
        )
    )
    return answer.run_id


def _resets(run: Run) -> set[str]:
    """The reasons for which this run was taken back."""
    return {
        event.workflow_task_failed_event_attributes.failure.message
        for event in run.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        and event.workflow_task_failed_event_attributes.cause
        == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW
    }


async def _take_up(
    client: Client, reference: str, now: DescribeWorkflowExecutionResponse, queue: str
) -> Retried:
    """Have the workflow's last failed task tried at once.

    The engine tries a failing workflow task ever more rarely, and no signal hurries it. A reset to
    that very task begins the tries anew and repeats nothing that was done before it. A run that
    somebody else started is ended: it holds nothing but its place, which the case needs.
    """
    run = await run_of(client, reference, now.workflow_execution_info.execution.run_id)
    if run is not None and run.is_of_somebody_else:
        handle = client.get_workflow_handle(case_workflow_id(reference), run_id=run.run_id)
        await handle.terminate(reason="started by somebody else")
        await take_up_case(client, reference, queue)
        return Retried.RESTARTED
    failed = [event for event in run.events if event.event_type in TASK_FAILED] if run else []
    if run is None or not failed:
        return Retried.TAKEN_UP
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=now.workflow_execution_info.execution,
            reason="retry",
            workflow_task_finish_event_id=failed[-1].event_id,
            request_id=f"retry/{run.run_id}/{failed[-1].event_id}",
        )
    )
    return Retried.TAKEN_UP


async def incidents_now(
    client: Client, sessions: Sessions, patience: timedelta
) -> tuple[Incident, ...]:
    """Everything that is wrong now, by the rows and by what the engine says. What fails is told at
    once; what is only late, after `patience`."""
    found = await read_in_thread(sessions, suspects, patience)
    held_up_before = datetime.now(UTC) - patience
    failures = [*found.stored, *await _ailing_cases(client, found, held_up_before)]
    # Listing ten thousand runs takes seconds, counting them none.
    if (await client.count_workflows(RUNNING_CASES)).count < found.unfinished:
        told = {each.reference for each in failures}
        open_cases = await read_in_thread(sessions, unfinished, patience)
        failures += [
            each for each in await _lost_cases(client, open_cases) if each.reference not in told
        ]
    return incidents_of(failures)


async def _ailing_cases(client: Client, found: Suspects, held_up_before: datetime) -> list[Failure]:
    """What is wrong by what the engine says of each that may suffer from something: whatever fails
    in a workflow holds up its opening, a command or a step."""
    told = {name: None async for name, _ in _started(client, f"{REPORTED} OR {PAUSED_CASES}")}
    unopened = {name: at async for name, at in _started(client, UNOPENED)}
    waits_since = {**told, **unopened, **found.asked_at_rest, **found.late}
    asked = sorted(waits_since)
    young = [each for each in asked if _is_young(waits_since[each], held_up_before)]
    left_out = set(young[YOUNG_AT_MOST:])
    failures = [
        await _ailing(
            client, reference, waits_since[reference], held_up_before, reference in found.late
        )
        for reference in asked
        if reference not in left_out
    ]
    return [each for each in failures if each is not None]


def _is_young(since: datetime | None, held_up_before: datetime) -> bool:
    return since is not None and since >= held_up_before


async def _lost_cases(client: Client, open_cases: Mapping[str, datetime]) -> list[Failure]:
    """The open cases without a run: confirmed by asking, since the engine's lists lag behind."""
    running = {name async for name, _ in _started(client, RUNNING_CASES)}
    failures = []
    for reference in open_cases.keys() - running:
        now = await described(client, reference)
        if now is None or not is_running(now):
            failures.append(_gone(reference, open_cases[reference], now))
    return failures


def _gone(
    reference: str, since: datetime, now: DescribeWorkflowExecutionResponse | None
) -> Failure:
    ended = ENDED.get(now.workflow_execution_info.status, "") if now else "never started"
    return Failure(cause=FailureCause.RUN_GONE, reference=reference, since=since, error=ended)


async def _ailing(
    client: Client,
    reference: str,
    since: datetime | None,
    held_up_before: datetime,
    needs_a_run: bool,
) -> Failure | None:
    """What a case suffers from."""
    now = await described(client, reference)
    is_late = since is not None and since < held_up_before
    if now is None or not is_running(now):
        return _gone(reference, since, now) if since and is_late and needs_a_run else None
    pause = pause_of(now)
    if pause is not None:
        return Failure(
            cause=FailureCause.PAUSED, reference=reference, since=pause.since, error=pause.by
        )
    task = now.pending_workflow_task
    if task.attempt > 1:
        return Failure(
            reference=reference,
            attempts=task.attempt,
            **await _last_problem(client, reference, now),
        )
    for activity in map(waiting_activity, now.pending_activities):
        if activity.attempt > TRIES_BEFORE_TOLD:
            return Failure(
                cause=FailureCause.STEP_FAILING,
                reference=reference,
                since=since or instant(now.workflow_execution_info.start_time),
                attempts=activity.attempt,
                error=activity.last_failure or activity.type,
                place=activity.place.words or activity.type,
                mark=activity.place.mark,
                program=activity.program,
                last_at=activity.last_try_at,
            )
    if since is None or not is_late:
        return None  # It is under way.
    return Failure(cause=FailureCause.HELD_UP, reference=reference, since=since)


async def _last_problem(
    client: Client, reference: str, now: DescribeWorkflowExecutionResponse
) -> dict[str, Any]:
    """What the history says of the task that fails. It keeps the first try alone: when no worker
    answered that one in time, it says no more, whatever became of those after it."""
    run = await run_of(client, reference, now.workflow_execution_info.execution.run_id)
    problems = problems_in(run) if run else []
    task = now.pending_workflow_task  # of the last try: each has one of its own
    told = {
        "cause": FailureCause.WORKFLOW_STUCK,
        "since": instant(problems[0].event_time if problems else task.original_scheduled_time),
        "last_at": instant(task.scheduled_time),
    }
    if run is not None and run.is_of_somebody_else:
        return {**told, "cause": FailureCause.RUN_OF_SOMEBODY_ELSE}
    if not problems:
        return told
    problem = problems[-1]
    if problem.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
        return {**told, "error": NO_ANSWER}
    attributes = problem.workflow_task_failed_event_attributes
    place = place_of(attributes.failure)
    return {
        **told,
        "error": failure_in_short(attributes.failure),
        "place": place.words,
        "mark": place.mark,
        "program": build_in(attributes.identity),
    }


async def latest_run(client: Client, reference: str) -> Run | None:
    """The last run of a case's workflow with its history; None when the engine knows of none."""
    now = await described(client, reference)
    if now is None:
        return None
    return await run_of(client, reference, now.workflow_execution_info.execution.run_id)


async def _started(client: Client, query: str) -> AsyncIterator[tuple[str, datetime]]:
    """The cases of these runs, and when each run was started."""
    async for info in executions(client, query):
        reference = reference_in(info.execution.workflow_id)
        if reference is not None:
            yield reference, instant(info.start_time)
