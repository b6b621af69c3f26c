"""Temporal as a verification and the sweeper see it: which cases it has in its care."""

from temporalio.api.enums.v1 import WorkflowExecutionStatus as StatusInIndex
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.verification import EngineView
from domain.journal import CaseState
from engine.runs import executions
from workflows.case import CaseWorkflow
from workflows.names import (
    ALL_CASES,
    RUNNING_CASES,
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
            if each.status == StatusInIndex.WORKFLOW_EXECUTION_STATUS_RUNNING:
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

    async def is_sending(self, message: str) -> bool:
        """Whether the workflow of a notice runs at this moment."""
        return await self._runs(notice_workflow_id(message))

    async def _runs(self, workflow_id: str) -> bool:
        try:
            found = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING

    async def standing(self, reference: str) -> CaseState | None:
        """Where the workflow says its case stands; None when there is none, or it is stuck."""
        handle = self._client.get_workflow_handle(case_workflow_id(reference))
        try:
            return await handle.query(CaseWorkflow.standing)
        except RPCError:
            return None
