"""Temporal as a verification and the sweeper see it: which cases it has in its care."""

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.verification import EngineView
from domain.journal import Standing
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id

_ALL = "WorkflowType = 'Case'"
_RUNNING = "WorkflowType = 'Case' AND ExecutionStatus = 'Running'"
_STUCK = (
    "ExecutionStatus = 'Running' AND TemporalReportedProblems IN"
    " ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')"
)
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
        async for each in self._client.list_workflows(_ALL, page_size=1000):
            if not each.id.startswith(_PREFIX):
                foreign.add(each.id)
                continue
            reference = each.id.removeprefix(_PREFIX)
            ever.add(reference)
            if each.status is WorkflowExecutionStatus.RUNNING:
                running.add(reference)
        return EngineView(
            running=frozenset(running),
            ever=frozenset(ever),
            foreign=tuple(sorted(foreign)),
            stuck=tuple(sorted([each.id async for each in self._client.list_workflows(_STUCK)])),
        )

    async def running(self) -> frozenset[str]:
        """The references of all cases whose workflow runs."""
        listed = self._client.list_workflows(_RUNNING, page_size=1000)
        return frozenset([each.id.removeprefix(_PREFIX) async for each in listed])

    async def is_running(self, reference: str) -> bool:
        """Whether the workflow of a case runs at this moment."""
        try:
            found = await self._client.get_workflow_handle(case_workflow_id(reference)).describe()
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
