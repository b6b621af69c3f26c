"""Whether a worker listens: what a container engine asks to know if the worker is well."""

import asyncio
import sys

import click
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from config import Settings, load_settings
from engine.connection import connect
from workflows.names import TASK_QUEUE


@click.command()
def listening() -> None:
    """Succeed when a worker has asked for work on the cases' queue lately."""
    settings = load_settings()
    if not asyncio.run(_has_pollers(settings)):
        click.echo(f"No worker listens on the queue {TASK_QUEUE}.", err=True)
        sys.exit(1)
    click.echo(f"A worker listens on the queue {TASK_QUEUE}.")


async def _has_pollers(settings: Settings) -> bool:
    client = await connect(settings)
    queue = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=settings.temporal_namespace,
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return len(queue.pollers) > 0
