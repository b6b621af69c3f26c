"""Temporal as a verification and the sweeper see it: which cases it has in its care."""

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.query.v1 import WorkflowQuery
from temporalio.api.workflowservice.v1 import QueryWorkflowRequest
from temporalio.client import Client
from temporalio.converter import WorkflowSerializationContext
from temporalio.service import RPCError

from activities.verification import EngineView
from domain.journal import CaseState
from engine.runs import (
    ENDED,
    RUNNING_STATUSES,
    described_workflow,
    executions,
    is_running,
)
from workflows.names import (
    ALL_CASES,
    RUNNING_CASES,
    STANDING,
    case_workflow_id,
    notice_workflow_id,
    reference_in,
)

_STUCK = (
    "ExecutionStatus = 'Running' AND TemporalReportedProblems IN"
    " ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')"
)


class TemporalEngine:
    """The real Temporal behind `activities.verification.Engine`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def view(self) -> EngineView:
        """All case workflows, from the index; several runs of a case count as one."""
        ever: set[str] = set()
        running: set[str] = set()
        foreign: set[str] = set()
        async for each in executions(self._client, ALL_CASES):
            workflow_id = each.execution.workflow_id
            reference = reference_in(workflow_id)
            if reference is None:
                foreign.add(workflow_id)
                continue
            ever.add(reference)
            if each.status in RUNNING_STATUSES:
                running.add(reference)
        stuck = [each.execution.workflow_id async for each in executions(self._client, _STUCK)]
        return EngineView(
            running=frozenset(running),
            ever=frozenset(ever),
            foreign=tuple(sorted(foreign)),
            stuck=tuple(sorted(stuck)),
        )

    async def running(self) -> frozenset[str]:
        """The references of all cases whose workflow runs."""
        listed = [
            each.execution.workflow_id async for each in executions(self._client, RUNNING_CASES)
        ]
        return frozenset(filter(None, map(reference_in, listed)))

    async def count_running(self) -> int:
        """How many cases have a running workflow."""
        return (await self._client.count_workflows(RUNNING_CASES)).count

    async def is_running(self, reference: str) -> bool:
        """Whether the workflow of a case runs at this moment."""
        return await self._runs(case_workflow_id(reference))

    async def ended_how(self, reference: str) -> str | None:
        """How the latest run of a case ended; None when there was none, or it goes on."""
        found = await described_workflow(self._client, case_workflow_id(reference))
        return ENDED.get(found.workflow_execution_info.status) if found else None

    async def is_sending(self, message: str) -> bool:
        """Whether the workflow of a notice runs at this moment."""
        return await self._runs(notice_workflow_id(message))

    async def _runs(self, workflow_id: str) -> bool:
        found = await described_workflow(self._client, workflow_id)
        return found is not None and is_running(found)

    async def standing(self, reference: str) -> CaseState | None:
        """Where the workflow says its case stands; None when there is none, or it is stuck or
        paused. Asked by a raw call: the SDK's own breaks on a run that is paused."""
        execution = WorkflowExecution(workflow_id=case_workflow_id(reference))
        question = QueryWorkflowRequest(
            namespace=self._client.namespace,
            execution=execution,
            query=WorkflowQuery(query_type=STANDING),
        )
        try:
            answer = await self._client.workflow_service.query_workflow(question, retry=True)
        except RPCError:
            return None
        if not answer.query_result.payloads:
            return None
        here = WorkflowSerializationContext(self._client.namespace, execution.workflow_id)
        converter = self._client.data_converter.with_context(here)
        payloads = list(answer.query_result.payloads)
        standing: CaseState | None = (await converter.decode(payloads, [CaseState]))[0]
        return standing
