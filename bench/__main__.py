"""`make bench [TOPOLOGY=production] [SHORT=1] [ARMS=burst,..] [RUNS=3]`: ours beside the floors,
one table, one file."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bench import figures
from bench.arms import acts, burst, closed, importing, life, memory, pages, rush
from bench.figures import Measured
from bench.installation import INSTALLATIONS
from bench.sizes import SHORT, WHOLE, Sizes
from bench.topology import Topology
from bench.wrong import TooSlow, Wrong
from embedded.process_exit import leave_after


class Arm(Protocol):
    """A module of `bench.arms`."""

    GIVES: Sequence[str]
    """Keys of the measures it must have given."""

    def measure(self, sizes: Sizes, slowness: float, topology: Topology) -> Measured:
        """Everything the arm has to say.

        :param slowness: how much longer than usual this machine takes to get ready
        :param topology: of the installation that is measured
        """


ARMS: dict[str, Arm] = {
    "burst": burst,
    "rush": rush,
    "acts": acts,
    "life": life,
    "import": importing,
    "memory": memory,
    "bytes": closed,
    "pages": pages,
}

EMBEDDED_ONLY = ("bytes", "pages")
"""They read the files of the embedded Temporal, or ask pages beside which no engine runs."""

KEPT_IN = Path(__file__).parents[1] / "var" / "bench.json"

SLOWEST = 8.0
"""How many times longer than usual a machine may take to get ready before we give it up."""


def main() -> None:
    """Measure, print, keep."""
    asked = _asked()
    sizes = SHORT if asked.short else WHOLE
    topology = Topology(asked.topology)
    here = [name for name in ARMS if topology is Topology.EMBEDDED or name not in EMBEDDED_ONLY]
    names = [name for name in asked.arms.split(",") if name] or here
    if unknown := set(names) - set(here):
        sys.exit(
            f"No arm is called {', '.join(sorted(unknown))} on the topology {topology}; there are"
            f" {', '.join(here)}."
        )
    try:
        runs = [_run(names, sizes, topology) for _ in range(asked.runs)]
    except Wrong as wrong:
        sys.exit(f"No figure counts: {wrong}")
    measured = figures.medians(runs)
    about = {
        "arms": names,
        "short": asked.short,
        "runs": asked.runs,
        "workers": len(INSTALLATIONS[topology].workers),
    }
    beside = figures.embedded_beside(KEPT_IN, topology, is_short=asked.short)
    figures.keep(KEPT_IN, measured, about, topology)
    figures.show(measured, sizes.told(), topology, beside, judged=not asked.short)
    print(f"Kept in {KEPT_IN.relative_to(Path.cwd())}.")


def _run(names: list[str], sizes: Sizes, topology: Topology) -> Measured:
    """Every arm once."""
    measured: dict[str, Mapping[str, float]] = {}
    for name in names:
        print(f"{name}:", flush=True)
        measured.update(_patiently(name, sizes, topology))
        if lacking := figures.missing(measured, ARMS[name].GIVES):
            raise Wrong(f"{name} gave no {', '.join(sorted(lacking))}")
    return measured


def _patiently(name: str, sizes: Sizes, topology: Topology) -> Measured:
    """One arm, again with more time as long as this machine is not ready in time."""
    slowness = 1.0
    while slowness <= SLOWEST:
        try:
            return ARMS[name].measure(sizes, slowness, topology)
        except TooSlow:
            slowness *= 2
            print(f"  not ready in time, again with {slowness:.0f} times the usual", flush=True)
    raise Wrong(f"{name}: this machine was never ready in time")


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument(
        "--topology",
        choices=[*Topology],
        default=Topology.EMBEDDED,
        help="of the installation that is measured",
    )
    words.add_argument("--short", action="store_true", help="small numbers, no time judged")
    words.add_argument("--arms", default="", help="some of them, with commas between")
    words.add_argument("--runs", type=int, default=1, help="medians of so many")
    return words.parse_args()


if __name__ == "__main__":
    leave_after(main)
