"""Beside the worker: sees that the cases of an incident in somebody's hands go on again, and says
so."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError

from domain.failures import Incident
from engine.repair import incidents_now
from store.database import DatabaseAway, Sessions
from store.operations.failures import HELD_UP_AFTER
from store.operations.incidents import QUIET_FOR, look_whether_over, open_assignments

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15.0
"""Nobody waits for it (default); while nobody has anything in hand, the engine is asked nothing."""


class IncidentWatch:
    """Ends what is over. Any number may run: what two see at once ends once."""

    def __init__(
        self,
        sessions: Sessions,
        client: Client,
        *,
        patience: timedelta = HELD_UP_AFTER,
        quiet_for: timedelta = QUIET_FOR,
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._patience = patience
        self._quiet_for = quiet_for

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except (RPCError, *DatabaseAway) as away:
                log.warning("nobody can say what still fails: %s", type(away).__name__)
            except Exception:
                log.exception("incidents could not be looked after")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> int:
        """End the incidents that are over; says how many."""
        if not await asyncio.to_thread(self._are_in_hand):
            return 0
        everything = await incidents_now(self._client, self._sessions, self._patience)
        return await asyncio.to_thread(self._end, everything)

    def _are_in_hand(self) -> bool:
        with self._sessions() as session:
            return bool(open_assignments(session))

    def _end(self, everything: Sequence[Incident]) -> int:
        with self._sessions.begin() as session:
            return look_whether_over(session, everything, self._quiet_for)
