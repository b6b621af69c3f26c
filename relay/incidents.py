"""Beside the worker: sees that the cases of an incident in somebody's hands go on again, and says
so."""

from datetime import timedelta

from temporalio.client import Client

from engine.repair import incidents_now
from relay.periodically import periodically
from store.database import Sessions, read_in_thread, write_in_thread
from store.operations.failures import HELD_UP_AFTER
from store.operations.incidents import QUIET_FOR, look_whether_over, open_assignments

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
        await periodically(self.look, LOOK_EVERY_SECONDS, "the incident watch")

    async def look(self) -> int:
        """End the incidents that are over; says how many."""
        if not await read_in_thread(self._sessions, open_assignments):
            return 0
        everything = await incidents_now(self._client, self._sessions, self._patience)
        return await write_in_thread(self._sessions, look_whether_over, everything, self._quiet_for)
