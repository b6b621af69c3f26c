"""Starting the workflow that sends a notice."""

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.notices import Sending
from store import notices
from workflows.messages import LATEST_REVISION, NoticeStart
from workflows.names import NOTICE_QUEUE, notice_workflow_id
from workflows.notice import NoticeWorkflow


async def start_notice(client: Client, message: str, sending: Sending) -> None:
    """Start the sending of a notice, unless it is under way.

    After its end it may be started again: what was sent or given up is not sent twice, since the
    notice itself knows.
    """
    await client.start_workflow(
        NoticeWorkflow.run,
        NoticeStart(
            notice_id=notices.notice_of(message), sending=sending, revision=LATEST_REVISION
        ),
        id=notice_workflow_id(message),
        task_queue=NOTICE_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
