"""When many wait to be written down in sight, who goes first. On a queue of its own, so that it can
wait."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import select
from temporalio import activity
from temporalio.client import Client
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from activities.case_records import CaseRecords
from domain.acts import Note
from domain.journal import CaseState, Change
from store.database import Sessions
from store.tables import JournalRow
from tests.waiting import eventually
from tests.workflows.casework import Casework
from worker import THREADS, WORKFLOWS, case_worker

QUEUE = "urgency"
UNTIL_A_STEP = timedelta(days=10)


class NotAtOnce(CaseRecords):
    """The rows of a case, which cannot be written in the same breath."""

    @activity.defn(name="record")
    def record(self, writing: Change) -> CaseState:
        raise ConnectionError("away")


class Waiting(Casework):
    """A case whose workflow runs while nobody writes anything down."""

    queue: ClassVar[str] = QUEUE

    async def wants_to_write(self) -> bool:
        description = await self.handle.describe()
        return bool(description.raw_description.pending_activities)


async def test_people_go_before_the_law_and_the_law_before_what_the_bank_set_itself(
    temporal_client: Client, sessions: Sessions, skipper: TimeSkipper
) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(temporal_client, sessions, threads, QUEUE):
            by_choice = [
                await Waiting.begin(sessions, skipper, policy="rehearsal") for _ in range(5)
            ]
            by_law = [await Waiting.begin(sessions, skipper, policy="tiered") for _ in range(3)]
            noted = await Waiting.begin(sessions, skipper, policy="tiered")
        # Whoever could be written down first comes last.
        waiting = NotAtOnce(sessions)
        async with Worker(
            temporal_client,
            task_queue=QUEUE,
            workflows=WORKFLOWS,
            activities=[waiting.open_case, waiting.record],
            activity_executor=threads,
            no_remote_activities=True,
        ):
            under_way: list[asyncio.Task[object]] = []
            for cases in (by_choice, by_law):
                under_way += [
                    asyncio.create_task(skipper.fast_forward(each.handle, UNTIL_A_STEP))
                    for each in cases
                ]
                for each in cases:
                    await eventually("a step waits to be written down", each.wants_to_write)
            asked = await noted.asked(Note(), "sun", {"note": "rang back"})
            under_way.append(asyncio.create_task(noted.delivered(asked)))
            await eventually("a person waits", noted.wants_to_write)

            records = CaseRecords(sessions)
            async with Worker(
                temporal_client,
                task_queue=QUEUE,
                activities=[records.open_case, records.record],
                activity_executor=threads,
                max_concurrent_activities=1,
            ):
                waited = [noted, *by_law, *by_choice]
                await eventually(
                    "all are written down", lambda: len(written(sessions, waited)) >= len(waited)
                )
                for task in under_way:
                    task.cancel()
    order = [each.reference for each in waited]
    first = list(dict.fromkeys(written(sessions, waited)))
    # Whoever asks first may be given what was laid down first, before the rest had been looked at.
    assert order[0] in first[:2]
    assert set(order[1:4]) < set(first[:5])


def written(sessions: Sessions, cases: list[Waiting]) -> list[str]:
    """The cases in which something happened after the receipt, in the order of its writing."""
    mine = JournalRow.reference.in_(each.reference for each in cases)
    with sessions() as session:
        return list(
            session.scalars(
                select(JournalRow.reference)
                .where(mine, JournalRow.version > 1)
                .order_by(JournalRow.recorded_at)
            )
        )
