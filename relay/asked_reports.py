"""Reports that somebody has asked for, made beside the worker one after the other."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from relay.periodically import periodically
from store.database import Sessions
from store.reports.asked import make_next

LOOK_EVERY_SECONDS = 2.0
"""How often to look for one that waits (default)."""


class AskedReports:
    """Looks for what waits, again and again. Any number may run; one makes a report at a time."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def run(self) -> None:
        """Until cancelled."""
        look = partial(asyncio.to_thread, self.look)
        await periodically(look, LOOK_EVERY_SECONDS, "the report maker")

    def look(self) -> None:
        """Make everything that waits. Ends with the first that cannot be made, which says so; the
        others are made at the next look."""
        while make_next(self._sessions, datetime.now(UTC)):
            pass
