"""What a trial bank breaks, so that whoever tries Redress can mend it."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows.names import CASE_WORKFLOW, TASK_QUEUE, case_workflow_id


async def occupy(client: Client, reference: str, queue: str = TASK_QUEUE) -> None:
    """Put a run in the place of a case's own that no worker can take up: it says in the clear what
    to work on, as somebody would who reaches the engine's port and has none of our keys.

    Nothing is lost by it. Trying the case again ends that run and takes the case up from its
    record.
    """
    keyless = Client(client.service_client, namespace=client.namespace)
    await keyless.start_workflow(
        CASE_WORKFLOW,
        reference,
        id=case_workflow_id(reference),
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        static_summary=reference,
    )
