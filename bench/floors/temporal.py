"""A bare case on Temporal: one small activity, a timer, an activity that inserts a row, the next
timer. No encryption, plain JSON, driver and worker in one process. Run by `bench.arms.burst`.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg2.pool import ThreadedConnectionPool
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.service import TLSConfig
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker

from embedded.process_exit import leave_after

QUEUE = "bare"
AT_ONCE = 50
"""Cases whose start is under way together."""

THREADS = 16
"""As many as our own worker has."""

ACTIVITY_WITHIN = timedelta(seconds=60)
NEXT = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    """What the program is asked for."""

    address: str
    namespace: str
    database_url: str
    """As libpq takes it."""
    cases: int
    due_at: str
    """When all limits end, as ISO 8601 has it."""
    is_local: bool
    """Whether both activities are local ones."""
    certificates: list[str]
    """Files in PEM: who signed the server's, what it is shown, and the key; none in the clear."""

    @property
    def tls(self) -> TLSConfig | None:
        """How the server and we show each other who we are."""
        if not self.certificates:
            return None
        authority, certificate, key = (Path(file).read_bytes() for file in self.certificates)
        return TLSConfig(
            server_root_ca_cert=authority, client_cert=certificate, client_private_key=key
        )


@dataclass(frozen=True)
class BareStart:
    """The input of one bare case."""

    number: int
    due_at: str
    is_local: bool


waiting = set[int]()
"""Cases whose timer is armed. A workflow may not keep such a thing; one whose driver wants to know
when all of them wait, and lives in the same process, may."""


class BareActivities:
    """What a bare case does to the world."""

    def __init__(self, database_url: str) -> None:
        self._connections = ThreadedConnectionPool(THREADS, THREADS, database_url)

    @activity.defn
    def open_case(self, number: int) -> str:
        """Does nothing."""
        return f"bare-{number}"

    @activity.defn
    def record(self, number: int) -> None:
        """The limit of this case has passed."""
        connection = self._connections.getconn()
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "insert into escalated (number) values (%s) on conflict do nothing", (number,)
            )
        self._connections.putconn(connection)


@workflow.defn
class BareCase:
    """The whole of it."""

    @workflow.run
    async def run(self, start: BareStart) -> None:
        do: Callable[..., Any] = workflow.execute_activity_method
        if start.is_local:
            do = workflow.execute_local_activity_method
        await do(BareActivities.open_case, start.number, start_to_close_timeout=ACTIVITY_WITHIN)
        waiting.add(start.number)
        await workflow.sleep(datetime.fromisoformat(start.due_at) - workflow.now())
        await do(BareActivities.record, start.number, start_to_close_timeout=ACTIVITY_WITHIN)
        await workflow.sleep(NEXT)


async def work(told: Told) -> None:
    """Start every case, say when all of them wait, and work until ended."""
    client = await Client.connect(told.address, namespace=told.namespace, tls=told.tls or False)
    activities = BareActivities(told.database_url)
    with ThreadPoolExecutor(THREADS) as threads:
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[BareCase],
            activities=[activities.open_case, activities.record],
            activity_executor=threads,
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_concurrent_activities=THREADS,
            max_concurrent_local_activities=THREADS,
            max_cached_workflows=told.cases,
            workflow_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=300),
        )
        async with worker:
            print(json.dumps("ready"), flush=True)
            gate = asyncio.Semaphore(AT_ONCE)

            async def start(number: int) -> None:
                async with gate:
                    begun = BareStart(number, told.due_at, told.is_local)
                    name = f"bare-{told.is_local}-{number}"
                    await client.start_workflow(BareCase.run, begun, id=name, task_queue=QUEUE)

            await asyncio.gather(*(start(number) for number in range(told.cases)))
            while len(waiting) < told.cases:
                await asyncio.sleep(0.05)
            print(json.dumps("waiting"), flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    leave_after(lambda: asyncio.run(work(Told(**json.loads(sys.argv[1])))))
