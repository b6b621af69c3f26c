"""Records the histories in this folder from the code as it is: `python -m tests.replay.record`.

Recorded ones stay for as long as cases that began under that code may be open; a change of the
workflow that they no longer replay under needs `workflow.patched`, not a new recording. So record
under a new version's name and keep the old files.
"""

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.client import WorkflowHistory
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.case_records import CaseRecords
from domain.acts import (
    Acknowledge,
    AskCustomer,
    Close,
    Dispose,
    ExplainOverrun,
    Extend,
    Note,
    Reopen,
    Reply,
    Start,
    TakeAnswer,
)
from domain.classification import Responsibility, Satisfaction, Validity
from domain.journal import CaseState, Change
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import EngineAway
from engine.runs import runs_of
from store.database import Sessions, migrate_as_owner, open_database
from store.policies.packs import publish_all
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS
from tests.temporal import TEST_NAMESPACE, a_client
from tests.waiting import eventually
from tests.workflows.casework import REPLY_WORDS, Casework, given_to
from worker import THREADS, WORKFLOWS, case_worker
from workflows.case import RECORDING_TIMEOUT
from workflows.names import SEARCH_ATTRIBUTES, TASK_QUEUE, case_workflow_id

HERE = Path(__file__).parent
EVENTS_BEFORE_A_NEW_RUN = 100


async def ladder(work: Casework) -> None:
    """Nobody does anything until HR acknowledges and does nothing either."""
    await work.passes(days=12)
    await work.done(Acknowledge(clock="reply", step="hr"), "hong")
    await work.passes(days=12)


async def life(work: Casework) -> None:
    """Everybody does what they should, in time; after the end it is taken up once more."""
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    await work.done(
        Reply(satisfaction=Satisfaction.SATISFIED, handled_at=await work.now()),
        "han",
        **REPLY_WORDS,
    )
    await work.done(
        Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK),
        "han",
        measures="said",
    )
    await work.done(Close(), "han")
    await work.done(Reopen(), "sun", reason="said")


async def waiting(work: Casework) -> None:
    """The customer is asked and answers; a later date is asked for and granted."""
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    await work.done(AskCustomer(), "han", question="said")
    await work.passes(days=2)
    await work.done(TakeAnswer(), "han", answer="said")
    explained = {"reason": "said", "letter": "said"}
    await work.done(ExplainOverrun(overrun="reply"), "han", **explained)
    later = work.due_at("reply") + timedelta(days=3)
    await work.agreed(Extend(clock="reply", until_at=later), "han", "sun", reason="said")
    await work.until(later)


async def notes(work: Casework) -> None:
    """So much is written down that the history is left behind for a new one."""
    await work.done(given_to("han"), "sun")
    for _ in range(25):
        await work.done(Note(), "han", note="said")


STORIES: dict[str, Callable[[Casework], Awaitable[None]]] = {
    "ladder": ladder,
    "life": life,
    "waiting": waiting,
    "notes": notes,
}


class Late(CaseRecords):
    """The rows of a case, which answer a local activity when nobody waits any more."""

    @activity.defn(name="record", no_thread_cancel_exception=True)
    def record(self, writing: Change) -> CaseState:
        if activity.info().is_local:
            time.sleep(1.2 * RECORDING_TIMEOUT.total_seconds())
        return super().record(writing)


async def late(work: Casework) -> None:
    """A local activity takes too long; an ordinary one writes."""
    asked = await work.asked(given_to("han"), "sun")
    with contextlib.suppress(EngineAway):
        await work.delivered(asked)
    await eventually("it is written down", lambda: len(work.journal()) > 1)


async def record(
    version: str,
    stories: Mapping[str, Callable[[Casework], Awaitable[None]]],
    sessions: Sessions,
    skipper: TimeSkipper,
) -> None:
    for name, story in stories.items():
        work = await Casework.begin(sessions, skipper)
        await story(work)
        for number, run in enumerate(await runs_of(skipper.client, work.reference), start=1):
            history = WorkflowHistory(case_workflow_id(work.reference), run.events)
            file = HERE / f"{version}-{name}-{number}.json"
            file.write_text(history.to_json() + "\n")
            print(file.name, len(run.events), "events")


async def main(version: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="redress-recording-"))
    folder.chmod(0o755)
    dynamic = {"limit.historyCount.suggestContinueAsNew": EVENTS_BEFORE_A_NEW_RUN}
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        TemporalServer(folder / "temporal", dynamic) as server,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        await prepare_namespace(server.address, TEST_NAMESPACE, SEARCH_ATTRIBUTES)
        migrate_as_owner(postgres.owner_url, postgres.url)
        sessions = open_database(postgres.url, personal_keys=PERSONAL_KEYS)
        with sessions.begin() as session:
            publish_all(session)
            a_bank(session)
        # under an identity that is not the name of the machine this runs on
        client = await a_client(server.address, identity="recorder")
        async with case_worker(client, sessions, threads):
            await record(version, STORIES, sessions, TimeSkipper(client))
        rows = Late(sessions)
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=WORKFLOWS,
            activities=[rows.open_case, rows.record],
            activity_executor=threads,
        ):
            await record(version, {"late": late}, sessions, TimeSkipper(client))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    leave(0)
