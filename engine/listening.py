"""Whether a worker is heard from by the engine, and how many are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from domain.upkeep import HEARD_WITHIN


async def last_asked(client: Client, queue: str, *, within: timedelta) -> datetime | None:
    """When the worker of this client last asked for work of a queue, as the engine remembers it for
    some minutes; None when it never did. Others that ask the same queue do not count. Raises
    `RPCError` when no answer comes in time.
    """
    asked = [
        each.last_access_time.ToDatetime(UTC)
        for each in await _pollers(client, queue, within)
        if each.identity == client.identity
    ]
    return max(asked, default=None)


async def workers_heard(client: Client, queue: str, *, within: timedelta) -> int:
    """How many workers have asked for work of a queue lately, wherever they run. One that has ended
    counts a little longer. Raises `RPCError` when no answer comes in time.
    """
    since = datetime.now(UTC) - HEARD_WITHIN
    pollers = await _pollers(client, queue, within)
    return len({each.identity for each in pollers if each.last_access_time.ToDatetime(UTC) > since})


async def _pollers(client: Client, queue: str, within: timedelta) -> Sequence[PollerInfo]:
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        ),
        timeout=within,
    )
    return described.pollers
