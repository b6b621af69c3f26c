"""Cases of one incident tried again beside the worker: the first one alone, then the others."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from domain.statuses import RetryStatus
from engine.repair import is_held_up, retry
from store.database import DatabaseAway, Sessions
from store.operations import retries
from store.operations.retries import Retries
from workflows.names import TASK_QUEUE

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0

WATCHED_FOR = timedelta(seconds=5)
"""How long the first case is watched before it counts as going on: what fails, fails again within
moments of being tried (default)."""

AT_A_LOOK = 25
"""Cases tried between two looks at whether somebody has stopped it (default)."""


class RetryRunner:
    """Carries on with what is to be tried again. Any number may run: what two try at once is tried
    once."""

    def __init__(self, sessions: Sessions, client: Client, queue: str = TASK_QUEUE) -> None:
        self._sessions = sessions
        self._client = client
        self._queue = queue

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except (RPCError, *DatabaseAway) as away:
                log.warning("nothing could be tried again: %s", type(away).__name__)
            except Exception:
                log.exception("cases could not be tried again together")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Take each undertaking some cases further."""
        for each in await asyncio.to_thread(self._under_way):
            if each.status is RetryStatus.FIRST and each.tried:
                await self._judge(each)
            else:
                await self._try_some(each)

    async def _try_some(self, seen: Retries) -> None:
        for _ in range(1 if seen.status is RetryStatus.FIRST else AT_A_LOOK):
            if seen.next is None:
                return await asyncio.to_thread(self._finish, seen)
            await retry(self._client, seen.next, self._queue)
            await asyncio.to_thread(self._try_next, seen)
            still = [e for e in await asyncio.to_thread(self._under_way) if e.id == seen.id]
            if not still:
                return None
            seen = still[0]
        return None

    async def _judge(self, seen: Retries) -> None:
        if datetime.now(UTC) - seen.changed_at < WATCHED_FOR:
            return
        goes_on = not await is_held_up(self._client, seen.cases[0])
        await asyncio.to_thread(self._judged, seen, goes_on)

    def _under_way(self) -> tuple[Retries, ...]:
        with self._sessions() as session:
            return retries.under_way(session)

    def _try_next(self, seen: Retries) -> None:
        with self._sessions.begin() as session:
            retries.try_next(session, seen)

    def _judged(self, seen: Retries, goes_on: bool) -> None:
        with self._sessions.begin() as session:
            retries.judge_first(session, seen, goes_on=goes_on)

    def _finish(self, seen: Retries) -> None:
        with self._sessions.begin() as session:
            retries.finish(session, seen)
