"""The worker: carries out workflows and activities until told to stop, and relays the outbox."""

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.case_records import CaseRecords
from client.relay import Relay
from client.temporal import connect
from config import load_settings
from engines.process_exit import leave
from store.database import Sessions, close_database, open_database, refuse_unsafe
from store.wakeups import Wakeups
from workflows.case import CaseWorkflow
from workflows.names import TASK_QUEUE

WORKFLOWS = [CaseWorkflow]
"""Every workflow there is; a test holds this list against the code."""

THREADS = 16
"""Activities under way at once: what one PostgreSQL on the same machine serves well."""

STOP_WITHIN = timedelta(seconds=20)
"""Longer than any activity takes, so that stopping interrupts none."""


def case_worker(client: Client, sessions: Sessions, threads: ThreadPoolExecutor) -> Worker:
    """The worker of the cases' queue."""
    records = CaseRecords(sessions)
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=WORKFLOWS,
        activities=[records.open_case, records.record],
        activity_executor=threads,
        max_concurrent_activities=THREADS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
        graceful_shutdown_timeout=STOP_WITHIN,
    )


async def run() -> None:
    """Until SIGINT or SIGTERM: work, then let what is under way finish."""
    settings = load_settings()
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    sessions = open_database(
        settings.database_url, journal_key=settings.journal_key, pool_size=THREADS
    )
    refuse_unsafe(sessions)
    wakeups = Wakeups(settings.database_url)
    client = await connect(settings)
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(client, sessions, threads):
            relay = asyncio.create_task(Relay(sessions, client, wakeups).run())
            logging.getLogger(__name__).info("worker ready")
            await stop.wait()
            relay.cancel()
    wakeups.close()
    close_database(sessions)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asyncio.run(run())
    leave(0)


if __name__ == "__main__":
    main()
