"""Temporal as a verification and the sweeper see it: which cases it has in its care."""

from collections.abc import AsyncIterator

from temporalio.api.enums.v1 import WorkflowExecutionStatus as StatusInIndex
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import ListWorkflowExecutionsRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.verification import EngineView
from domain.journal import Standing
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id, notice_workflow_id

_ALL = "WorkflowType = 'Case'"
_RUNNING = "WorkflowType = 'Case' AND ExecutionStatus = 'Running'"
_STUCK = (
    "ExecutionStatus = 'Running' AND TemporalReportedProblems IN"
    " ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')"
)
PAGE = 1000
"""Workflows asked for at a time: the most that Temporal gives at once."""

_PREFIX = case_workflow_id("")


class TemporalEngine:
    """The real Temporal behind `activities.verification.Engine`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def view(self) -> EngineView:
        """All case workflows, from the index; several runs of a case count as one."""
        ever: set[str] = set()
        running: set[str] = set()
        foreign: set[str] = set()
        async for each in self._listed(_ALL):
            workflow_id = each.execution.workflow_id
            if not workflow_id.startswith(_PREFIX):
                foreign.add(workflow_id)
                continue
            reference = workflow_id.removeprefix(_PREFIX)
            ever.add(reference)
            if each.status == StatusInIndex.WORKFLOW_EXECUTION_STATUS_RUNNING:
                running.add(reference)
        return EngineView(
            running=frozenset(running),
            ever=frozenset(ever),
            foreign=tuple(sorted(foreign)),
            stuck=tuple(
                sorted([each.execution.workflow_id async for each in self._listed(_STUCK)])
            ),
        )

    async def running(self) -> frozenset[str]:
        """The references of all cases whose workflow runs."""
        listed = [each.execution.workflow_id async for each in self._listed(_RUNNING)]
        return frozenset(each.removeprefix(_PREFIX) for each in listed)

    async def count_running(self) -> int:
        """How many cases have a running workflow."""
        return (await self._client.count_workflows(_RUNNING)).count

    async def _listed(self, query: str) -> AsyncIterator[WorkflowExecutionInfo]:
        """What the index holds, undecoded: of ten thousand workflows only ids are wanted."""
        token = b""
        while True:
            page = await self._client.workflow_service.list_workflow_executions(
                ListWorkflowExecutionsRequest(
                    namespace=self._client.namespace,
                    page_size=PAGE,
                    next_page_token=token,
                    query=query,
                ),
                retry=True,  # the index answers only so many questions a second
            )
            for each in page.executions:
                yield each
            token = page.next_page_token
            if not token:
                return

    async def is_running(self, reference: str) -> bool:
        """Whether the workflow of a case runs at this moment."""
        return await self._runs(case_workflow_id(reference))

    async def is_sending(self, errand: str) -> bool:
        """Whether the workflow of a notice runs at this moment."""
        return await self._runs(notice_workflow_id(errand))

    async def _runs(self, workflow_id: str) -> bool:
        try:
            found = await self._client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return found.status is WorkflowExecutionStatus.RUNNING

    async def standing(self, reference: str) -> Standing | None:
        """Where the workflow says its case stands; None when there is none, or it is stuck."""
        handle = self._client.get_workflow_handle(case_workflow_id(reference))
        try:
            return await handle.query(CaseWorkflow.standing)
        except RPCError:
            return None
