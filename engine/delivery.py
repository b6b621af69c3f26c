"""Telling Temporal: start this case, hear this command. Each may be told any number of times."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.errors import Refusal, Refused
from engine.connection import EngineAway
from engine.payloads import UnreadablePayload
from store.cases.commands import StoredCommand
from workflows import messages
from workflows.case import CaseWorkflow
from workflows.messages import LATEST_REVISION, CaseStart, Command
from workflows.names import TASK_QUEUE, case_workflow_id

ANSWER_WITHIN = timedelta(seconds=10)
"""How long an update is waited for before it is called unanswered (default)."""

BETWEEN_RUNS = timedelta(milliseconds=100)
"""How long a run that is about to end is left alone before the next is asked (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The workflow's answer to a command: None is yes."""

    refusal: Refused | None


async def start_case(client: Client, reference: str, queue: str = TASK_QUEUE) -> None:
    """Start the workflow of a case, unless it was ever started."""
    # Already started and over: this message was run before, and the word of it got lost.
    with contextlib.suppress(WorkflowAlreadyStartedError):
        await _start(client, reference, queue, WorkflowIDReusePolicy.REJECT_DUPLICATE)


async def take_up_case(client: Client, reference: str, queue: str = TASK_QUEUE) -> None:
    """Start the workflow of a case that has none running, whatever became of earlier ones."""
    await _start(client, reference, queue, WorkflowIDReusePolicy.ALLOW_DUPLICATE)


async def _start(client: Client, reference: str, queue: str, reuse: WorkflowIDReusePolicy) -> None:
    await client.start_workflow(
        CaseWorkflow.run,
        CaseStart(reference=reference, revision=LATEST_REVISION),
        id=case_workflow_id(reference),
        task_queue=queue,
        id_reuse_policy=reuse,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=reference,
    )


async def deliver(client: Client, asked: StoredCommand, queue: str = TASK_QUEUE) -> Answered:
    """Let the case's workflow hear a command, and bring back its answer.

    The workflow is taken up from its record when it does not run: the case is closed and may be
    reopened, or the engine lost it. Raises `EngineAway` when no answer came; ask again.
    """
    command = Command(
        id=asked.id,
        act=asked.act,
        by=asked.by,
        at=asked.at,
        words=asked.words,
        seen_version=asked.seen_version,
    )
    try:
        for _ in range(ANSWER_WITHIN // BETWEEN_RUNS):
            answered = await _heard(client, asked.reference, command, queue)
            if answered is not None:
                return answered
            await asyncio.sleep(BETWEEN_RUNS.total_seconds())
    except (
        WorkflowUpdateRPCTimeoutOrCancelledError,
        RPCError,
        TimeoutError,
        UnreadablePayload,  # an answer that nobody of ours gave is none
    ) as unanswered:
        raise EngineAway from unanswered
    raise EngineAway


async def _heard(client: Client, reference: str, command: Command, queue: str) -> Answered | None:
    """The answer of the run there is; None when the next one will hear, because this one is about
    to end, or was taken back meanwhile."""
    start = WithStartWorkflowOperation(
        CaseWorkflow.run,
        CaseStart(reference=reference, revision=LATEST_REVISION),
        id=case_workflow_id(reference),
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=reference,
    )
    try:
        await client.execute_update_with_start_workflow(
            CaseWorkflow.act,
            command,
            id=command.id,
            start_workflow_operation=start,
            rpc_timeout=ANSWER_WITHIN,
        )
    except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError):
        # The SDK keeps this error a second time, as the answer to the start, which nobody asks
        # for: asyncio would report it, at length and whenever it is thrown away.
        with contextlib.suppress(asyncio.CancelledError, RPCError):
            await start.workflow_handle()
        raise
    except WorkflowUpdateFailedError as failure:
        match failure.cause:
            case ApplicationError(type=messages.REFUSED, details=(code, facts)):
                return Answered(refusal=Refused(Refusal(code), **facts))
            case ApplicationError(type=messages.ASK_AGAIN | messages.TAKEN_BACK):
                return None
            case ApplicationError(cause=ApplicationError(type=UnreadablePayload.__name__)):
                # The worker's ring lacks our key, or ours its: it is not heard until they agree.
                raise EngineAway from failure
        raise
    return Answered(refusal=None)
