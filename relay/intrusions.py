"""Reports of what nobody of ours can have told the engine."""

import asyncio
import logging
import time

from domain.failures import Intrusion
from store.database import Sessions
from store.operations.failures import note_intrusion
from workflows.names import case_workflow_id

log = logging.getLogger(__name__)

AGAIN_AFTER_SECONDS = 60.0
"""Of the same kind about the same workflow (default): a flood is one matter, not a million."""

REMEMBERED = 1_000
"""Workflows at most: their ids are the intruder's choice (default)."""


class Intrusions:
    """Writes refused payloads into the audit, where the failed cases are read from."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._reported: dict[tuple[str, Intrusion], float] = {}

    def report(self, workflow_id: str, what: Intrusion) -> None:
        """Note that something was refused; back at once, the rows are written beside the work."""
        now, key = time.monotonic(), (workflow_id, what)
        if now - self._reported.get(key, float("-inf")) < AGAIN_AFTER_SECONDS:
            return
        if len(self._reported) >= REMEMBERED:
            self._reported.clear()
        self._reported[key] = now
        log.error("refused what was told to %s: %s", workflow_id, what)
        asyncio.get_running_loop().run_in_executor(None, self._note, workflow_id, what)

    def _note(self, workflow_id: str, what: Intrusion) -> None:
        try:
            with self._sessions.begin() as session:
                note_intrusion(session, workflow_id.removeprefix(case_workflow_id("")), what)
        except Exception:
            # The log has it; the next try of that kind is noted again.
            log.exception("a refused word could not be noted")
