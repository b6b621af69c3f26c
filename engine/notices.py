"""Starting the workflow that sends a batch of notices."""

from collections.abc import Sequence

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.notices import Sending
from workflows.messages import NoticeBatch
from workflows.names import NOTICE_QUEUE, batch_workflow_id
from workflows.notice import NoticeBatchWorkflow


async def start_batch(client: Client, messages: Sequence[str], sending: Sending) -> None:
    """Start the sending of these notices, unless it is under way.

    After its end it may be started again: what was sent or given up is not sent twice, since the
    notice itself knows.
    """
    await client.start_workflow(
        NoticeBatchWorkflow.run,
        NoticeBatch(messages=tuple(messages), sending=sending),
        id=batch_workflow_id(messages),
        task_queue=NOTICE_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
