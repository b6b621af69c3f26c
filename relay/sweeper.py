"""The sweeper: takes up again what an engine lost. It needs no message and no schedule, only rows,
so it also mends a Temporal that was restored from an older state.
"""

import logging
import time

from temporalio.client import Client

from crashpoints import crashpoint
from domain.failures import Intrusion
from domain.upkeep import Upkeep
from engine.delivery import take_up_case
from engine.index import TemporalEngine
from relay.periodically import periodically
from store.cases.approved_acts import end_late_requests
from store.cases.commands import put_back_forgotten
from store.cases.unfinished import count_unfinished, unfinished
from store.database import DatabaseSession, Sessions, read_in_thread, write_in_thread
from store.operations.failures import note_intrusion
from store.people.kept_forms import let_go_of_what_is_over

log = logging.getLogger(__name__)


BY_SOMEBODY_ELSE = ("terminated", "canceled", "timed out")
"""How no run of ours ends by itself: an operator did so, or the server, which ends a workflow that
gives it a label of more than 2,048 bytes."""


class Sweeper:
    """Compares unfinished cases with running workflows, again and again. Any number may run."""

    def __init__(self, sessions: Sessions, client: Client, upkeep: Upkeep) -> None:
        self._sessions = sessions
        self._client = client
        self._engine = TemporalEngine(client)
        self._upkeep = upkeep
        self._swept_at = float("-inf")

    async def run(self) -> None:
        """Until cancelled."""
        await periodically(self.look, self._upkeep.sweep_every.total_seconds(), "the sweeper")

    async def look(self) -> list[str]:
        """Ask again for forgotten commands, end what nobody decided on in time, delete begun forms
        whose time is over, and take up what may be lost; returns references."""
        await write_in_thread(self._sessions, _look_after_rows)
        return await self.sweep() if await self._may_have_lost() else []

    async def _may_have_lost(self) -> bool:
        """Listing ten thousand workflows takes seconds; counting them takes none. A lost workflow
        and a surplus one cancel out in the count, so now and then all are listed.
        """
        long_ago = time.monotonic() - self._upkeep.sweep_whole_every.total_seconds()
        if self._swept_at <= long_ago:
            return True
        wanted = await read_in_thread(self._sessions, count_unfinished)
        return await self._engine.count_running() != wanted

    async def sweep(self) -> list[str]:
        """Take up every unfinished case that nothing cares for; returns their references."""
        self._swept_at = time.monotonic()
        references = await read_in_thread(self._sessions, unfinished, self._upkeep.sweep_every)
        running = await self._engine.running()
        lost = [
            reference
            for reference in references
            # The index lags, the workflow's own record does not.
            if reference not in running and not await self._engine.is_running(reference)
        ]
        for reference in lost:
            log.warning("taking up again a case that no workflow cared for: %s", reference)
            crashpoint("sweep.missed")
            ended_how = await self._engine.ended_how(reference)
            if ended_how in BY_SOMEBODY_ELSE:
                log.error("the run of %s was ended from outside: %s", reference, ended_how)
                await write_in_thread(
                    self._sessions, note_intrusion, reference, Intrusion.RUN_ENDED
                )
            await take_up_case(self._client, reference)
        return lost


def _look_after_rows(session: DatabaseSession) -> None:
    put_back_forgotten(session)
    end_late_requests(session)
    let_go_of_what_is_over(session)
