"""Leaves word of when this worker last asked the engine for work, for whoever watches over it.

The engine is asked, not this process: one that hangs, or whose connection is dead, believes that it
listens. The word is a file, since a question to the engine costs a process of its own a second.
"""

import asyncio
import logging
import os
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from engine.listening import last_asked
from workflows.names import TASK_QUEUE

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 15.0
"""How often the engine is asked (default)."""


class Listening:
    """Keeps the file of this worker as old as its last question for work."""

    def __init__(self, client: Client, file: Path) -> None:
        self._client = client
        self._file = file

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except (RPCError, OSError) as away:
                log.warning("nobody could say whether this worker listens: %s", type(away).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Ask once; a worker that was never heard leaves no word."""
        asked = await last_asked(self._client, TASK_QUEUE)
        if asked is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()
            os.utime(self._file, (asked.timestamp(), asked.timestamp()))
