"""One case with very many acts: its history stays bounded, and nothing is forgotten.

python -m bench.long_case [ACTS]
"""

import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from temporalio.client import Client

from domain.acts import Note
from embedded.process_exit import leave_after
from engine.connection import EngineAway, connect
from engine.delivery import Answered, deliver
from store.cases.commands import StoredCommand, store_command
from store.cases.receipts import receive
from tests.builders import a_complaint, actor
from tests.faults.machine import Machine
from workflows.names import case_workflow_id

AS_THE_SERVER_SUGGESTS = 4096
"""Events after which Temporal suggests a new run."""

TOGETHER = 8


def main() -> None:
    """Add so many notes to one case and look at its runs."""
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = Path(tempfile.mkdtemp(prefix="redress-long-"))
    folder.chmod(0o755)
    try:
        with Machine(folder / "installation", events_a_run=AS_THE_SERVER_SUGGESTS) as machine:
            machine.keep_worker()
            asyncio.run(_work(machine, acts))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _work(machine: Machine, acts: int) -> None:
    client = await connect(machine.settings)
    began = time.monotonic()
    reference = await a_long_case(machine, client, acts)
    seconds = time.monotonic() - began
    with machine.sessions() as session:
        noted = session.scalar(text("select count(distinct key) from journal where event='noted'"))
    runs, longest = await _runs(client, reference)
    print(
        f"{acts} acts in {seconds:.0f} s, {noted} in the journal; {runs} runs,"
        f" the longest of {longest} events"
    )
    assert noted == acts


async def a_long_case(machine: Machine, client: Client, acts: int) -> str:
    """A case in which so many notes were taken, by its reference."""
    with machine.sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC))
        reference = receive(session, complaint, actor("ines")).reference
    gate = asyncio.Semaphore(TOGETHER)

    async def note(number: int) -> None:
        async with gate:
            with machine.sessions.begin() as session:
                asked = store_command(
                    session, command_id=f"note-{number}", reference=reference, act=Note(),
                    words={"note": "又看了一遍。"}, by=actor("han"), seen_version=None,
                )  # fmt: skip
            assert (await _answered(client, asked)).refusal is None

    await asyncio.gather(*(note(number) for number in range(acts)))
    return reference


async def _answered(client: Client, asked: StoredCommand) -> Answered:
    """As the relay does it: asked again until there is an answer, and done once."""
    while True:
        with contextlib.suppress(EngineAway):
            return await deliver(client, asked)


async def _runs(client: Client, reference: str) -> tuple[int, int]:
    lengths = [
        each.history_length or 0
        async for each in client.list_workflows(f"WorkflowId = '{case_workflow_id(reference)}'")
    ]
    return len(lengths), max(lengths)


if __name__ == "__main__":
    leave_after(main)
