"""An import with everything running, from the start of the command until all workflows wait."""

import subprocess
import sys
import time
from collections.abc import Sequence

from sqlalchemy import text

from bench.figures import OURS, Measured
from bench.imports import MAPPING, write_csv
from bench.installation import ROOT, Installation, an_installation
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import Wrong
from embedded.processes import wait_until

GIVES: Sequence[str] = ("import.cases_per_second",)

PATIENCE = 1800.0

STARTED = text("select count(*) from cases where not exists (select from outbox where kind='case')")


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """One file, by the command."""
    with an_installation(topology) as machine:
        machine.start_workers()
        machine.keep_web()
        file = machine.folder / "rows.csv"
        write_csv(file, sizes.imported)
        mapping = machine.folder / "csv.yaml"
        mapping.write_text(MAPPING.format(kind="csv"), encoding="utf-8")
        began = time.monotonic()
        command = [*(sys.executable, "-m", "cli.main", "import", str(file)), "--mapping"]
        done = subprocess.run(
            [*command, str(mapping), "--yes", "--no-wait"],
            cwd=ROOT, env=machine.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise Wrong(f"the import did not come to its end: {done.stdout}{done.stderr}")
        received = time.monotonic() - began
        waiting = _seconds_until_all_wait(machine, began, sizes.imported)
    print(f"  {sizes.imported} rows received after {received:.1f} s, waiting after {waiting:.1f} s")
    return {"import.cases_per_second": {OURS: sizes.imported / waiting}}


def _seconds_until_all_wait(machine: Installation, began: float, cases: int) -> float:
    """Until the last look at which the worker still had something to do."""
    last = time.monotonic()

    def is_over() -> bool:
        nonlocal last
        looked = time.monotonic()
        if machine.count(STARTED) == cases and machine.is_quiet():
            return True
        last = looked
        return False

    if not wait_until(is_over, within=PATIENCE, every=0.2):
        raise Wrong(f"import: {machine.count(STARTED)} of {cases} workflows began")
    return last - began
