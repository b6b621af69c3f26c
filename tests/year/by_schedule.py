"""The schedule of the reports on a real Temporal server, whose runs of days that are past or to
come are made by its own backfill; a worker as it is served carries them out."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleBackfill,
    ScheduleDescription,
    ScheduleHandle,
)

from activities import upkeep
from domain.upkeep import Chore
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.schedules import ensure_schedules
from rulebook.upkeep import read_upkeep
from store.database import Sessions
from tests.settings import some_settings
from tests.temporal import a_client
from tests.waiting import eventually
from worker import chores_of, upkeep_worker
from workflows.names import SEARCH_ATTRIBUTES, upkeep_workflow_id


class ReportSchedule:
    """What an installation has under the name of the checks: its schedule and its worker."""

    def __init__(self, client: Client, sessions: Sessions, folder: Path) -> None:
        self._client = client
        self._sessions = sessions
        self._folder = folder
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        """What time it is at the bank."""
        return self._now

    async def described(self) -> ScheduleDescription:
        """What the server says of the schedule."""
        return await self._handle.describe()

    async def is_made(self) -> None:
        """As a worker makes it when it starts. The clock on the wall starts no run meanwhile."""
        await ensure_schedules(self._client, read_upkeep())
        for chore in Chore:
            handle = self._client.get_schedule_handle(upkeep_workflow_id(chore))
            await handle.pause(note="the days of a year pass in minutes")

    @asynccontextmanager
    async def is_served(self) -> AsyncIterator[None]:
        """Somebody carries out what the schedule starts."""
        with ThreadPoolExecutor(2) as threads:
            settings = some_settings(REDRESS_VAR_DIR=str(self._folder))
            chores = chores_of(settings, self._sessions, self._client, read_upkeep())
            async with upkeep_worker(self._client, chores, threads):
                yield

    async def passes(self, instant: datetime) -> None:
        """It is that instant, and the run that the schedule has started of it is over."""
        self.it_is(instant)
        await self.starts(instant)
        await self.is_over(instant)

    def it_is(self, instant: datetime) -> None:
        """From now on whoever looks finds what is due then."""
        self._now = instant

    async def starts(self, instant: datetime) -> None:
        """The schedule starts its run of that instant, unless one is under way."""
        before = await self._tried()

        async def has_tried() -> bool:
            return await self._tried() > before

        # The first instant of a stretch is left out by the server, the last is not.
        await self._handle.backfill(
            ScheduleBackfill(start_at=instant - timedelta(seconds=1), end_at=instant)
        )
        # Of two that it hears of at once it forgets the first.
        await eventually(f"the schedule starts or skips {run_of(instant)}", has_tried)

    async def is_over(self, instant: datetime) -> None:
        """Wait until the run of that instant has ended well, and the schedule knows it."""
        run = self._client.get_workflow_handle(run_of(instant))

        async def is_known_to_be_over() -> bool:
            return run.id not in await self.under_way()

        assert await run.result() == "told"
        await eventually(f"the schedule knows that {run.id} is over", is_known_to_be_over)

    async def under_way(self) -> list[str]:
        """The runs that the schedule waits for."""
        running = (await self.described()).info.running_actions
        return [
            each.workflow_id
            for each in running
            if isinstance(each, ScheduleActionExecutionStartWorkflow)
        ]

    async def _tried(self) -> int:
        """How many runs it has started or skipped."""
        info = (await self.described()).info
        return info.num_actions + info.num_actions_skipped_overlap

    @property
    def _handle(self) -> ScheduleHandle:
        return self._client.get_schedule_handle(upkeep_workflow_id(Chore.CHECKS))


def run_of(instant: datetime) -> str:
    """How the server names the run of an instant."""
    return f"{upkeep_workflow_id(Chore.CHECKS)}-{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@asynccontextmanager
async def schedule_of(
    server: TemporalServer, sessions: Sessions, folder: Path, namespace: str
) -> AsyncIterator[ReportSchedule]:
    """The schedule of a bank in a namespace of its own, by whose clock the activities look."""
    await prepare_namespace(server.address, namespace, SEARCH_ATTRIBUTES)
    schedule = ReportSchedule(await a_client(server.address, namespace), sessions, folder)
    await schedule.is_made()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upkeep, "now", schedule.now)
        yield schedule
