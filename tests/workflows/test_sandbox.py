"""What it costs to make a workflow in its sandbox, and what is imported anew for each.

A module that is not passed through is imported again for every case. One calendar library among
them costs forty milliseconds and three megabytes a case, on the loop that all cases share.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import _Definition

from activities.case_records import CaseRecords
from engine.delivery import start_case
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor
from tests.workflows.bare import BareWorkflow
from worker import NOTICE_WORKFLOWS, WORKFLOWS
from workflows.names import case_workflow_id

CASES = 30
TIMES_A_BARE_ONE = 4
"""What a case may cost at most, against a workflow that does nothing (measured: twice). A ratio,
since milliseconds are another figure on every machine; on an idle one a bare workflow costs two."""

BARE = {"tests", "tests.workflows", "tests.workflows.bare"}
IMPORTED_ANEW = {"workflows", "workflows.case", *BARE}
"""The modules of the workflows themselves: everything else is shared."""


class Watch:
    """Stands first in the line of those Python asks for a module, and writes down what is asked."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.asked.add(name)


@contextmanager
def imports() -> Iterator[set[str]]:
    """The modules that Python imports meanwhile."""
    watch = Watch()
    sys.meta_path.insert(0, watch)
    try:
        yield watch.asked
    finally:
        sys.meta_path.remove(watch)


class Measured(WorkflowRunner):
    """The sandbox, with an eye on what it takes to make a workflow."""

    def __init__(self) -> None:
        self._sandbox = SandboxedWorkflowRunner()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.imported: set[str] = set()

    def prepare_workflow(self, defn: _Definition) -> None:
        self._sandbox.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        began = time.thread_time()  # of the processor: a busy machine makes no case dearer
        with imports() as imported:
            instance = self._sandbox.create_instance(det)
        self.seconds[str(det.defn.name)].append(time.thread_time() - began)
        self.imported |= imported
        return instance

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        self._sandbox.set_worker_level_failure_exception_types(types)


@pytest.fixture
async def measured(temporal_client: Client, sessions: Sessions) -> Measured:
    """Thirty cases and as many workflows that do nothing, in turn."""
    records = CaseRecords(sessions)
    measured, queue = Measured(), f"measured-{uuid4()}"
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            temporal_client,
            task_queue=queue,
            workflows=[BareWorkflow, *WORKFLOWS, *NOTICE_WORKFLOWS],
            activities=[records.open_case, records.record],
            activity_executor=threads,
            workflow_runner=measured,
        ):
            for _ in range(CASES):
                with sessions.begin() as session:
                    complaint = a_complaint(received_at=datetime.now(UTC))
                    reference = receive(session, complaint, actor("ines")).reference
                await start_case(temporal_client, reference, queue)
                handle = temporal_client.get_workflow_handle(case_workflow_id(reference))
                await handle.query("standing")
                await handle.terminate("measured")
                await temporal_client.execute_workflow(
                    BareWorkflow.run, id=f"bare-{uuid4()}", task_queue=queue
                )
    return measured


async def test_a_case_costs_little_and_imports_nothing_but_its_own_module(
    measured: Measured,
) -> None:
    case, bare = measured.seconds["Case"], measured.seconds["BareWorkflow"]
    assert len(case) >= CASES
    assert median(case) < TIMES_A_BARE_ONE * median(bare)
    assert measured.imported <= IMPORTED_ANEW
