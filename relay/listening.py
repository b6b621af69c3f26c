"""Leaves word of how this worker is, for whoever watches over it: a file.

Its age says when this process last moved; a loop that hangs touches nothing. Its content says when
the engine last heard this worker ask for work: one whose connection is dead believes that it
listens. A question to the engine from outside would cost a process of its own a second.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from engine.listening import last_asked
from workflows.names import TASK_QUEUE

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
"""How often the engine is asked, and the file touched (default)."""

ANSWERS_WITHIN = timedelta(seconds=4)
"""Longer, and the file would grow old for the engine's sake (default)."""


class Listening:
    """Keeps the file of this worker young, and the engine's word of it there."""

    def __init__(self, client: Client, file: Path) -> None:
        self._client = client
        self._file = file

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except OSError as unwritten:
                log.warning("this worker leaves no word of itself: %s", type(unwritten).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def look(self) -> None:
        """Ask once. Without an answer the word of before stays; one never heard leaves none."""
        try:
            asked = await last_asked(self._client, TASK_QUEUE, within=ANSWERS_WITHIN)
        except RPCError as away:
            log.warning("nobody could say whether this worker listens: %s", type(away).__name__)
            asked = read_last_asked(self._file)
        if asked is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._file.with_suffix(".unfinished")
            unfinished.write_text(f"{asked.astimezone(UTC).isoformat()}\n")
            unfinished.replace(self._file)


def read_last_asked(file: Path) -> datetime | None:
    """When the engine last heard the worker of this file; None when it left no word."""
    try:
        return datetime.fromisoformat(file.read_text().strip())
    except (FileNotFoundError, ValueError):
        return None
