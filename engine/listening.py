"""Whether a worker is heard from by the engine."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client


async def last_asked(client: Client, queue: str, *, within: timedelta) -> datetime | None:
    """When the worker of this client last asked for work of a queue, as the engine remembers it for
    some minutes; None when it never did. Others that ask the same queue do not count. Raises
    `RPCError` when no answer comes in time.
    """
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=within,
    )
    asked = [
        each.last_access_time.ToDatetime(UTC)
        for each in described.pollers
        if each.identity == client.identity
    ]
    return max(asked, default=None)
