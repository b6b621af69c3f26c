"""Erasures carried on with beside the worker: what two have agreed to of all that is due, and what
lies outside PostgreSQL of cases that are erased already.
"""

import asyncio
from functools import partial

from domain.upkeep import Upkeep
from relay.periodically import periodically
from store.cases.erasing import carry_on
from store.database import Sessions
from store.operations.erasures import Folders, finish_erasures


class Erasures:
    """Looks for what is still to be erased, again and again. Any number may run."""

    def __init__(self, sessions: Sessions, folders: Folders, key: bytes, upkeep: Upkeep) -> None:
        """`key` signs the list of erasures, as it seals the journals."""
        self._sessions = sessions
        self._folders = folders
        self._key = key
        self._upkeep = upkeep

    async def run(self) -> None:
        """Until cancelled."""
        seconds = self._upkeep.sweep_every.total_seconds()
        await periodically(partial(asyncio.to_thread, self.look), seconds, "the eraser")

    def look(self) -> None:
        """Carry on with what is to be erased. What cannot go on now is tried again at the next
        look, and a verification tells of an erasure that is not finished."""
        carry_on(self._sessions)
        finish_erasures(self._sessions, self._folders, self._key)
