"""The worker: carries out workflows and activities until told to stop, and relays the outbox."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    PollerBehaviorSimpleMaximum,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.case_records import CaseRecords
from activities.gateways import Gateways
from activities.notices import Notices
from activities.upkeep import UpkeepChores
from activities.verification import Verifier
from config import CASES_IN_MEMORY, Settings, SettingsRefused, load_settings
from crashpoints import arm
from desk.imports.handed_in import ImportDesk
from domain.upkeep import Upkeep
from embedded.process_exit import leave_after
from engine.connection import NotReached, connect
from engine.index import TemporalEngine
from engine.schedules import ensure_schedules
from engine.told_once import FAILED_TASKS, ToldOnce
from relay.archive import Archivist
from relay.asked_reports import AskedReports
from relay.erasures import Erasures
from relay.incidents import IncidentWatch
from relay.intrusions import Intrusions
from relay.listening import Listening
from relay.mailbox import MailboxWatch
from relay.notices import NoticeDispatch
from relay.relay import Batches, Relay
from relay.retries import RetryRunner
from relay.sweeper import Sweeper
from rulebook.notices import read_sending, read_words
from rulebook.robots import read_robots
from rulebook.upkeep import read_upkeep
from store.database import (
    DatabaseAway,
    Sessions,
    UnsafeDatabase,
    close_database,
    open_database,
    refuse_unsafe,
)
from store.files.attachments import AttachmentFolder
from store.operations.erasures import Folders
from store.outbox.messages import MessageKind
from store.outbox.wakeups import Wakeups
from store.people.directory import read_units
from store.text_order import refuse_wrong_order
from workflows.case import CaseWorkflow
from workflows.names import NOTICE_QUEUE, TASK_QUEUE, UPKEEP_QUEUE
from workflows.notice import NoticeBatchWorkflow, NoticeWorkflow
from workflows.upkeep import UpkeepWorkflow

WORKFLOWS = [CaseWorkflow]
"""What the cases' queue carries out; a test holds these lists against the code."""

NOTICE_WORKFLOWS = [NoticeBatchWorkflow, NoticeWorkflow]
"""What the notices' queue carries out."""

UPKEEP_WORKFLOWS = [UpkeepWorkflow]
"""What the installation does to look after itself."""

THREADS = 16
"""Activities under way at once (default): what one PostgreSQL on the same machine serves well."""

NOTICE_THREADS = 8
"""Gateways waited for at once (default), apart from the cases' threads: none delays a case."""

BESIDE_THREADS = 16
"""For all that goes on beside activities (default): an import, a report, an erasure and a mailbox
may each keep one for minutes. Of asyncio's own, six on two processors, none might be left for the
relay and the sweeper."""

NOTICES_TOGETHER = Batches(at_most=100, seconds_apart=0.5, seconds_apart_in_a_rush=5.0)
"""How notices leave (default): a workflow for a hundred costs as much as for one, and of a thousand
deadlines in one second each is written down before most of the word about them goes out."""

STAYING = timedelta(seconds=20)
"""How long a case waits for the worker that knows it (default). In a rush, given to another one too
early it costs everybody more; after a kill, it is how long the case may wait for a worker that is
dead."""

STOP_WITHIN = timedelta(seconds=20)
"""Longer than any activity takes (default), so that stopping interrupts none."""


PRODUCTION_RUNNER = UnsandboxedWorkflowRunner()
"""How an installation runs its workflows. The sandbox finds, at the first call, what may not be
called in a workflow: tests and replays run in it, and have found it before. In it each case loads
the workflow's module anew, a sixth of the worker's time; without it a thousand cases took 268 MiB
in the worker and not 314 (decision 28)."""


def case_worker(
    client: Client,
    sessions: Sessions,
    threads: ThreadPoolExecutor,
    queue: str = TASK_QUEUE,
    runner: WorkflowRunner | None = None,
    records: CaseRecords | None = None,
    cases_in_memory: int = CASES_IN_MEMORY,
) -> Worker:
    """The worker of the cases' queue, whose workflows are sandboxed unless `runner` says else."""
    records = records or CaseRecords(sessions)
    return Worker(
        client,
        task_queue=queue,
        workflows=WORKFLOWS,
        activities=[records.open_case, records.record],
        activity_executor=threads,
        workflow_runner=runner or SandboxedWorkflowRunner(),
        max_concurrent_activities=THREADS,
        max_concurrent_local_activities=THREADS,
        max_cached_workflows=cases_in_memory,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
        sticky_queue_schedule_to_start_timeout=STAYING,
        activity_task_poller_behavior=PollerBehaviorAutoscaling(maximum=10),
        graceful_shutdown_timeout=STOP_WITHIN,
    )


def notice_worker(
    client: Client,
    notices: Notices,
    threads: ThreadPoolExecutor,
    runner: WorkflowRunner | None = None,
) -> Worker:
    """The worker of the notices' queue; as above."""
    return Worker(
        client,
        task_queue=NOTICE_QUEUE,
        workflows=NOTICE_WORKFLOWS,
        activities=[notices.send_each, notices.send, notices.give_up],
        activity_executor=threads,
        workflow_runner=runner or SandboxedWorkflowRunner(),
        max_concurrent_activities=NOTICE_THREADS,
        max_concurrent_local_activities=NOTICE_THREADS,
        max_concurrent_workflow_tasks=NOTICE_THREADS,  # which last as long as their gateway takes
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(2),
        graceful_shutdown_timeout=STOP_WITHIN,
    )


def upkeep_worker(client: Client, chores: UpkeepChores, threads: ThreadPoolExecutor) -> Worker:
    """The worker of the queue on which the installation looks after itself."""
    return Worker(
        client,
        task_queue=UPKEEP_QUEUE,
        workflows=UPKEEP_WORKFLOWS,
        activities=[
            chores.verify,
            chores.take_heads,
            chores.tell_missed_checks,
            chores.tell_early_warnings,
        ],
        activity_executor=threads,
        max_concurrent_activities=2,
        graceful_shutdown_timeout=STOP_WITHIN,
    )


def gateways_of(settings: Settings) -> Gateways:
    """The ways by which this installation sends word."""
    return Gateways(
        settings.mail_urls,
        sender=settings.mail_from,
        patience=read_sending().seconds_to_wait_for_a_gateway,
        robots=read_robots(),
        client=settings.mail_oauth,
    )


def notices_of(settings: Settings, sessions: Sessions, gateways: Gateways) -> Notices:
    """The sending of notices as this installation wants it."""
    return Notices(
        sessions,
        gateways,
        read_words(),
        read_sending(),
        AttachmentFolder(settings.attachments_dir),
        bank_name=settings.bank_name,
        base_url=settings.base_url,
    )


def chores_of(
    settings: Settings, sessions: Sessions, client: Client, upkeep: Upkeep
) -> UpkeepChores:
    """The upkeep of this installation."""
    heads, key = settings.heads_dir, settings.journal_key
    verifier = Verifier(
        sessions,
        TemporalEngine(client),
        upkeep=upkeep,
        heads=heads,
        files=settings.attachments_dir,
        key=key,
    )
    return UpkeepChores(sessions, verifier, upkeep, heads, key)


def mailboxes_of(settings: Settings, sessions: Sessions) -> list[Coroutine[Any, Any, None]]:
    """The reading of the mailbox of this installation, if it has one."""
    if settings.mailbox is None:
        return []
    files = AttachmentFolder(settings.attachments_dir)
    return [MailboxWatch(sessions, settings.mailbox, files, settings.mail_oauth).run()]


class WatchEnded(Exception):
    """Something that runs as long as its worker has ended by itself."""


async def until(stop: asyncio.Event, *watches: Coroutine[Any, Any, None]) -> None:
    """Keep everything going until told to stop. Raises `WatchEnded` as soon as one ends by itself:
    a worker that looks alive and relays nothing is worse than one that ends and is started again.
    """
    told = asyncio.create_task(stop.wait())
    running = [asyncio.create_task(watch) for watch in watches]
    ended, _ = await asyncio.wait([told, *running], return_when=asyncio.FIRST_COMPLETED)
    for each in (told, *running):
        each.cancel()
    if told not in ended:
        raise WatchEnded from ended.pop().exception()


def refuse_rooms_of_nobody(sessions: Sessions, gateways: Gateways) -> None:
    """Raises `SettingsRefused` for a room of a unit that the bank does not have: it would hear
    nothing, and nobody would miss it."""
    with sessions() as session:
        unknown = gateways.units - read_units(session).keys()
    if unknown:
        raise SettingsRefused(
            "REDRESS_MAIL_URL gives a room to units that the bank does not have:"
            f" {', '.join(sorted(unknown))}."
        )


async def run() -> None:
    """Until SIGINT or SIGTERM: work, then let what is under way finish."""
    settings = load_settings()
    arm(settings.crash_at, settings.raise_after)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(BESIDE_THREADS))
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    gateways = gateways_of(settings)  # what they refuse is said before anything is reached
    with ExitStack() as held:  # given back on every way out, the last taken first
        sessions = open_database(
            settings.database_url,
            journal_key=settings.journal_key,
            personal_keys=settings.personal_keys,
            pool_size=THREADS + NOTICE_THREADS,
        )
        held.callback(close_database, sessions)
        refuse_unsafe(sessions)
        refuse_wrong_order(sessions)
        refuse_rooms_of_nobody(sessions, gateways)
        wakeups = held.enter_context(closing(Wakeups(settings.database_url)))
        client = await connect(settings, Intrusions(sessions).report)
        await work(settings, sessions, wakeups, client, gateways, stop)


async def work(
    settings: Settings,
    sessions: Sessions,
    wakeups: Wakeups,
    client: Client,
    gateways: Gateways,
    stop: asyncio.Event,
) -> None:
    """Carry out workflows and activities, relay messages and look after the installation."""
    upkeep = read_upkeep()
    messages = NoticeDispatch(
        sessions=sessions, client=client, sending=read_sending(), has_room=gateways.has_room
    )
    notices = notices_of(settings, sessions, gateways)
    records = CaseRecords(sessions)
    relay = Relay(sessions, client, wakeups, records.is_in_a_rush)
    relay.also(MessageKind.NOTICE, messages.run, NOTICES_TOGETHER)
    with (
        ThreadPoolExecutor(THREADS) as threads,
        ThreadPoolExecutor(NOTICE_THREADS) as notice_threads,
    ):
        async with (
            case_worker(
                client,
                sessions,
                threads,
                runner=PRODUCTION_RUNNER,
                records=records,
                cases_in_memory=settings.cases_in_memory,
            ),
            notice_worker(client, notices, notice_threads, PRODUCTION_RUNNER),
            upkeep_worker(client, chores_of(settings, sessions, client, upkeep), threads),
        ):
            await ensure_schedules(client, upkeep)
            logging.getLogger(__name__).info("worker ready")
            await until(
                stop,
                relay.run(),
                messages.look_for_forgotten(),
                Sweeper(sessions, client, upkeep).run(),
                Archivist(sessions, client).run(),
                AskedReports(sessions).run(),
                Erasures(sessions, Folders.of(settings), settings.journal_key, upkeep).run(),
                ImportDesk(sessions, settings.uploads_dir).run(),
                RetryRunner(sessions, client).run(),
                IncidentWatch(sessions, client).run(),
                Listening(client, settings.listening_file).run(),
                *mailboxes_of(settings, sessions),
            )


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    FAILED_TASKS.addFilter(ToldOnce())
    try:
        asyncio.run(run())
    except (SettingsRefused, UnsafeDatabase, NotReached) as refused:
        raise SystemExit(f"The worker does not start: {refused}") from None
    except DatabaseAway as away:
        why = str(getattr(away, "orig", away)).splitlines()[0]  # libpq's, which tells no password
        raise SystemExit(f"The worker does not start: PostgreSQL is not reached: {why}") from None


if __name__ == "__main__":
    leave_after(main)
