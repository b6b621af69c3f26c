"""Whether a worker is heard from by the engine."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client

ASKED_LATELY = timedelta(seconds=90)
"""A worker asks anew at least once a minute; one that has not for so long is gone (default)."""


async def is_asked(client: Client, queue: str, *, within: timedelta) -> bool:
    """Whether any worker asks for work of this queue. One that has just ended counts until it has
    not been heard from for a while. Raises `RPCError` when no answer comes in time.
    """
    described = await _described(client, queue, within)
    since = datetime.now(UTC) - ASKED_LATELY
    return any(each.last_access_time.ToDatetime(UTC) > since for each in described.pollers)


async def last_asked(client: Client, queue: str, *, within: timedelta) -> datetime | None:
    """When the worker of this client last asked for work of a queue, as the engine remembers it for
    some minutes; None when it never did. Others that ask the same queue do not count. Raises
    `RPCError` when no answer comes in time.
    """
    described = await _described(client, queue, within)
    asked = [
        each.last_access_time.ToDatetime(UTC)
        for each in described.pollers
        if each.identity == client.identity
    ]
    return max(asked, default=None)


async def _described(client: Client, queue: str, within: timedelta) -> DescribeTaskQueueResponse:
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=within,
    )
