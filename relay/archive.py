"""The archivist: keeps the engine's closed histories in PostgreSQL, before their retention ends.

They are kept decrypted, so that a key that was retired since takes no history with it; there is
nothing personal in them (decision 9).
"""

import logging
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from engine.payloads import UnreadablePayload, lacks_key
from engine.runs import Run, executions, instant, payloads_in, run_of
from relay.periodically import periodically
from store.database import DatabaseAway, Sessions, read_in_thread, write_in_thread
from store.operations.histories import ClosedHistory, archive, latest_archived, missing_from_archive
from workflows.names import CLOSED_CASES, case_workflow_id, reference_in

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""Between two sweeps (default): retention is thirty days, so a sweep may be missed often."""

OVERLAP = timedelta(days=1)
"""Looked at again each time (default): the engine's lists lag, and a sweep may have failed."""


class Archivist:
    """Sweeps up closed runs that no archive has yet. Any number may sweep; each is kept once."""

    def __init__(self, sessions: Sessions, client: Client) -> None:
        self._sessions = sessions
        self._client = client

    async def run(self) -> None:
        """Until cancelled: sweep, then rest."""
        await periodically(self.sweep, EVERY.total_seconds(), "the archivist")

    async def sweep(self) -> int:
        """Archive what is missing; says how many runs that were. One that cannot be read is logged
        each time and holds up no other."""
        latest = await read_in_thread(self._sessions, latest_archived)
        closed = {
            info.execution.run_id: reference
            async for info in executions(self._client, _closed_since(latest))
            if (reference := reference_in(info.execution.workflow_id))
        }
        missing = await read_in_thread(self._sessions, missing_from_archive, list(closed))
        kept = 0
        for run_id in missing:
            reference = closed[run_id]
            try:
                kept += await self._keep(reference, run_id)
            except (RPCError, *DatabaseAway):
                raise
            except Exception:
                log.exception("a closed history could not be archived: %s", reference)
        return kept

    async def _keep(self, reference: str, run_id: str) -> bool:
        run = await run_of(self._client, reference, run_id)
        if run is None or run.outcome is None:
            return False
        return await write_in_thread(self._sessions, archive, closed_history(reference, run))


def _closed_since(latest: datetime | None) -> str:
    """The engine's question for what has ended since the latest run in the archive."""
    if latest is None:
        return CLOSED_CASES
    return f"{CLOSED_CASES} AND CloseTime > '{(latest - OVERLAP).isoformat()}'"


def closed_history(reference: str, run: Run) -> ClosedHistory:
    """A run that is over, as the archive keeps it."""
    assert run.outcome is not None, "only what is over can be sealed"
    if any(lacks_key(each) for event in run.events for each in payloads_in(event)):
        raise UnreadablePayload(f"{reference}: a key of its history is not on the ring")
    return ClosedHistory(
        reference=reference,
        run_id=run.run_id,
        started_at=run.started_at,
        closed_at=instant(run.events[-1].event_time),
        outcome=run.outcome,
        events=len(run.events),
        json=WorkflowHistory(case_workflow_id(reference), run.events).to_json(),
    )
