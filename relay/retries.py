"""Cases of one incident tried again beside the worker: the first one alone, then the others."""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from domain.statuses import RetryStatus
from engine.repair import is_held_up, retry
from relay.periodically import periodically
from store.database import Sessions, read_in_thread, write_in_thread
from store.operations.retries import Retries, finish, judge_first, try_next, under_way
from workflows.names import TASK_QUEUE

LOOK_EVERY_SECONDS = 1.0
"""How often to look for cases that are to be tried again (default)."""

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
        await periodically(self.look, LOOK_EVERY_SECONDS, "the retry runner")

    async def look(self) -> None:
        """Take each undertaking some cases further."""
        for each in await read_in_thread(self._sessions, under_way):
            if each.status is RetryStatus.FIRST and each.tried:
                await self._judge(each)
            else:
                await self._try_some(each)

    async def _try_some(self, seen: Retries) -> None:
        for _ in range(1 if seen.status is RetryStatus.FIRST else AT_A_LOOK):
            if seen.next is None:
                await write_in_thread(self._sessions, finish, seen)
                return
            await retry(self._client, seen.next, self._queue)
            await write_in_thread(self._sessions, try_next, seen)
            known = {each.id: each for each in await read_in_thread(self._sessions, under_way)}
            if seen.id not in known:
                return
            seen = known[seen.id]

    async def _judge(self, seen: Retries) -> None:
        if datetime.now(UTC) - seen.changed_at < WATCHED_FOR:
            return
        goes_on = not await is_held_up(self._client, seen.cases[0])
        await write_in_thread(self._sessions, judge_first, seen, goes_on=goes_on)
