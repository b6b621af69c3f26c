"""The archivist: keeps the engine's closed histories in PostgreSQL, before their retention ends.

They are kept decrypted, so that a key that was retired since takes no history with it; there is
nothing personal in them (decision 9).
"""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from engine.payloads import UnreadablePayload, lacks_key
from engine.runs import Run, executions, instant, payloads_in, run_of
from store.database import DatabaseAway, Sessions
from store.operations.histories import ClosedHistory, archive, latest_archived, missing_from_archive
from workflows.names import CLOSED_CASES, case_workflow_id, reference_in

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""Between two sweeps (default): retention is thirty days, so a sweep may be missed often."""

OVERLAP = timedelta(days=1)
"""Looked at again each time: the engine's lists lag, and a sweep may have failed half-way."""


class Archivist:
    """Sweeps up closed runs that no archive has yet. Any number may sweep; each is kept once."""

    def __init__(self, sessions: Sessions, client: Client) -> None:
        self._sessions = sessions
        self._client = client

    async def run(self) -> None:
        """Until cancelled: sweep, then rest."""
        while True:
            try:
                await self.sweep()
            except (RPCError, *DatabaseAway) as away:
                log.warning("closed histories wait for the next sweep: %s", type(away).__name__)
            except Exception:
                log.exception("the archivist stumbled")
            await asyncio.sleep(EVERY.total_seconds())

    async def sweep(self) -> int:
        """Archive what is missing; says how many runs that were. One that cannot be read is logged
        each time and holds up no other."""
        closed = {
            info.execution.run_id: reference
            async for info in executions(self._client, await asyncio.to_thread(self._query))
            if (reference := reference_in(info.execution.workflow_id))
        }
        missing = await asyncio.to_thread(self._missing, list(closed))
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
        return await asyncio.to_thread(self._archive, closed_history(reference, run))

    def _query(self) -> str:
        with self._sessions() as session:
            latest = latest_archived(session)
        if latest is None:
            return CLOSED_CASES
        return f"{CLOSED_CASES} AND CloseTime > '{(latest - OVERLAP).isoformat()}'"

    def _missing(self, run_ids: list[str]) -> list[str]:
        with self._sessions() as session:
            return missing_from_archive(session, run_ids)

    def _archive(self, closed: ClosedHistory) -> bool:
        with self._sessions.begin() as session:
            return archive(session, closed)


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
