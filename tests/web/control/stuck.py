"""Cases on a queue of their own, where the worker may be one with a mistake."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.worker import Worker

from activities.case_records import CaseRecords
from engine.delivery import start_case
from store.database import Sessions
from tests.waiting import taken_up
from workflows.case import CaseWorkflow
from workflows.messages import LATEST_REVISION, CaseStart
from workflows.names import case_workflow_id


@asynccontextmanager
async def a_worker(
    engine: Client, sessions: Sessions, queue: str, workflow: type = CaseWorkflow
) -> AsyncIterator[None]:
    """Carries out cases of this queue."""
    rows = CaseRecords(sessions)
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            engine,
            task_queue=queue,
            workflows=[workflow],
            activities=[rows.open_case, rows.record],
            activity_executor=threads,
        ):
            yield


async def move(engine: Client, reference: str, queue: str) -> None:
    """Have a case run on another queue, whoever has started it: the relay here or this test."""
    await start_case(engine, reference)
    await taken_up(engine, reference)
    await engine.start_workflow(
        CaseWorkflow.run,
        CaseStart(reference=reference, revision=LATEST_REVISION),
        id=case_workflow_id(reference),
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
