"""What it costs a worker to keep a case ready: the memory of all before and after so many more."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bench.figures import OURS, Measured
from bench.installation import Installation, an_installation, complaints, receive_all
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import Wrong
from embedded.processes import wait_until

GIVES: Sequence[str] = ("memory.kib_a_case",)

PATIENCE = 1800.0
CASES = text("select count(*) from cases")


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """The first fifth only makes each worker load what it needs once."""
    with an_installation(topology) as machine:
        machine.start_workers()
        _receive(machine, "first", sizes.ready // 5)
        before = _resident(machine)
        _receive(machine, "more", sizes.ready)
        after = _resident(machine)
    print(f"  {before / 1024:.0f} MiB, with {sizes.ready} more {after / 1024:.0f} MiB")
    return {"memory.kib_a_case": {OURS: (after - before) / sizes.ready}}


def _receive(machine: Installation, policy: str, cases: int) -> None:
    machine.publish(policy)
    before = machine.count(CASES)
    receive_all(machine, complaints(cases, policy, datetime.now(UTC)))
    if not wait_until(machine.is_quiet, within=PATIENCE, every=0.2):
        raise Wrong("memory: it never came to rest")
    if machine.count(CASES) != before + cases:
        raise Wrong(f"memory: {machine.count(CASES) - before} of {cases} cases")


def _resident(machine: Installation) -> int:
    """KiB that the workers have in memory."""
    total = 0
    for pid in machine.at_work.values():
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        assert found is not None
        total += int(found[1])
    return total
