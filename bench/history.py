"""The history of one case of thousands of events, as a supervisor inspects it.

python -m bench.history [EVENTS]

Ends with status 1 when an answer costs a second or more of a processor, in the page and in the
engines together: the same on a busy machine as on an idle one.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.long_case import AS_THE_SERVER_SUGGESTS, a_long_case
from bench.processor import Meter
from bench.wrong import TooSlow
from embedded.process_exit import leave_after
from engine.connection import connect
from engine.runs import runs_of
from tests.faults.machine import Machine
from tests.stays import a_stay
from web import create_app
from web.serving import post_worker_init

EVENTS_AN_ACT = 5
"""That the engine keeps of an act that changes nothing: it is asked, decides and writes."""

TIMES = 7

AT_MOST_MS = 1000
"""Of a processor, for one answer."""


def main() -> None:
    """Make the case, ask for each view of its history, print what it took."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    folder = Path(tempfile.mkdtemp(prefix="redress-history-"))
    folder.chmod(0o755)
    try:
        with Machine(
            folder / "installation", events_a_run=AS_THE_SERVER_SUGGESTS, behind_proxies=False
        ) as machine:
            machine.keep_worker()
            reference, kept = asyncio.run(_long_case(machine, -(-events // EVENTS_AN_ACT)))
            print(f"{reference}: {kept} events of the engine")
            slowest = max(_measured(machine, reference))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if slowest >= AT_MOST_MS:
        raise TooSlow(f"an answer cost {slowest:.0f} ms of a processor, of {AT_MOST_MS}")


async def _long_case(machine: Machine, acts: int) -> tuple[str, int]:
    client = await connect(machine.settings)
    reference = await a_long_case(machine, client, acts)
    return reference, sum(len(run.events) for run in await runs_of(client, reference))


def _measured(machine: Machine, reference: str) -> list[float]:
    """What each view costs of a processor, in milliseconds; the first answer of each does not
    count."""
    app = create_app(machine.settings, sessions=machine.sessions)
    post_worker_init(app)
    client = app.test_client()
    with machine.sessions.begin() as records:
        key = a_stay(records, "sun")
    with client.session_transaction() as session:
        session["key"] = key
    page = f"/cases/{reference}/history"
    assert machine.postgres.process is not None
    assert machine.temporal.process is not None
    engines = Meter(
        {"PostgreSQL": machine.postgres.process.pid, "Temporal": machine.temporal.process.pid}
    )
    costs = []
    for name, url in (
        ("what happened", page),
        ("its oldest page", f"{page}?page=10"),
        ("with what the engine did", f"{page}?lane=people&lane=clocks&lane=notices&lane=engine"),
        ("as of an entry, and what it changed", f"{page}?entry=400"),
        ("two moments compared", f"{page}?since=2020-01-01T00:00"),
        ("saved as a table", f"{page}.csv"),
        ("saved whole, for programs", f"{page}.json?lane=people&lane=clocks&lane=engine"),
    ):
        client.get(url)
        engines.restart()
        processor, took = time.process_time(), []
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = client.get(url)
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, url
            assert "The engine does not answer" not in answer.text
        page_ms = (time.process_time() - processor) / TIMES * 1000
        theirs = engines.milliseconds(TIMES)
        costs.append(page_ms + sum(theirs.values()))
        told = ", ".join(f"{part} {cost:.0f}" for part, cost in theirs.items())
        print(
            f"{name:36} p50 {median(took):6.0f} ms, processor: page {page_ms:.0f}, {told} ms",
            flush=True,
        )
    app.extensions["redress"].desk.temporal.close()
    return costs


if __name__ == "__main__":
    leave_after(main)
