"""Reports that somebody has asked for, made beside the worker one after the other."""

import asyncio
import logging
from datetime import UTC, datetime

from store.database import Sessions
from store.reports.asked import make_next

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0
"""How often to look for one that waits (default)."""


class AskedReports:
    """Looks for what waits, again and again. Any number may run; one makes a report at a time."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Make everything that waits."""
        try:
            while make_next(self._sessions, datetime.now(UTC)):
                pass
        except Exception:
            # The database is away, and what waits is made later; or the fault is ours, and the
            # report says that it could not be made.
            log.exception("a report that was asked for could not be made")
