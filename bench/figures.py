"""What is measured, what it is held against, and the one way in which it is shown and kept.

An arm gives `Measured`: by the key of a measure, its value for each contender, of which `OURS` is
one. Times of processors are milliseconds a case, all parts together.
"""

import json
import platform
import statistics
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.topology import Topology

Measured = Mapping[str, Mapping[str, float]]

OURS = "Redress"
ORDINARY = "bare Temporal"
LOCAL = "bare, local"
POLLER = "SQL poller"
DBOS = "DBOS"
CONTENDERS = (OURS, ORDINARY, LOCAL, POLLER, DBOS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One line of the table."""

    key: str
    what: str
    """In words, with the unit."""
    against: str = ""
    """The contender by whose value ours is divided; no ratio without one."""
    ratio: str = ""
    """The key of that ratio."""
    at_most: float | None = None
    """The target: of the ratio where there is one, else of our value."""
    at_least: float | None = None


MEASURES = (
    Measure(
        key="receipt.cpu_ms",
        what="received, waiting, its notice out: processor, ms a case",
        against=ORDINARY, ratio="receipt.cpu_ratio", at_most=1.0,
    ),
    Measure(
        key="burst.cpu_ms",
        what="breach and first rung recorded: processor, ms a case",
        against=ORDINARY, ratio="burst.cpu_ratio", at_most=1.0,
    ),
    Measure(
        key="burst.small_p50_s",
        what="{burst} due at once, recorded: p50, s late",
        against=ORDINARY, ratio="burst.small_p50_ratio",
    ),
    Measure(
        key="burst.small_p99_s",
        what="{burst} due at once, recorded: p99, s late",
        against=ORDINARY, ratio="burst.small_p99_ratio",
    ),
    Measure(
        key="burst.with_word_cpu_ms",
        what="the same until all word of it is out: processor, ms a case",
        against=ORDINARY, ratio="burst.with_word_cpu_ratio",
    ),
    Measure(
        key="burst.p50_s",
        what="{rush} due at once, recorded: p50, s late",
        against=ORDINARY, ratio="burst.p50_ratio",
    ),
    Measure(
        key="burst.p99_s",
        what="{rush} due at once, recorded: p99, s late",
        against=ORDINARY, ratio="burst.p99_ratio", at_most=1.0,
    ),
    Measure(key="burst.word_out_s", what="all word of them out, s after the last", at_most=300),
    Measure(key="act_in_burst.p50_ms", what="an act meanwhile, pressed to visible: p50, ms"),
    Measure(
        key="act_in_burst.p99_ms", what="an act meanwhile, pressed to visible: p99, ms",
        at_most=2_000,
    ),
    Measure(key="burst.queue_p95_ms", what="a supervisor's queue meanwhile: p95, ms"),
    Measure(key="act.p50_ms", what="an act on an idle installation: p50, ms", at_most=50),
    Measure(key="act.p99_ms", what="an act on an idle installation: p99, ms", at_most=80),
    Measure(
        key="life.cpu_ms", what="a whole life: processor, ms",
        against=DBOS, ratio="life.cpu_ratio", at_most=1.0,
    ),
    Measure(
        key="life.rate", what="whole lives in a second",
        against=DBOS, ratio="life.rate_ratio", at_least=1.25,
    ),
    Measure(
        key="import.cases_per_second", what="imported until all workflows wait: cases a second",
        at_least=100,
    ),
    Measure(key="memory.kib_a_case", what="a case kept ready in the worker, KiB", at_most=50),
    Measure(key="bytes.kib_a_closed_case", what="a closed case on disk, KiB", at_most=40),
    Measure(
        key="bytes.temporal_kib_a_closed_case", what="of these, until retention ends, Temporal's"
    ),
    *(
        Measure(
            key=f"pages.{kind}_p95_ms", what=f"the dearest {kind} page of {{queue}} open: p95, ms",
            at_most=150,
        )
        for kind in ("queue", "search", "case", "history", "supervision")
    ),
    Measure(
        key="pages.growth",
        what="from {smallest} to {largest} open: the kind that grows most, times",
        at_most=2.0,
    ),
)  # fmt: skip


def medians(runs: Sequence[Measured]) -> Measured:
    """Of several runs of the same arms, value by value."""
    return {
        key: {
            contender: statistics.median(run[key][contender] for run in runs)
            for contender in runs[0][key]
        }
        for key in runs[0]
    }


def at(values: Iterable[float], part: float) -> float:
    """The value below which such a part of all lies."""
    ordered = sorted(values)
    return ordered[int(part * (len(ordered) - 1))]


def flat(measured: Measured) -> dict[str, float]:
    """By key: our values, those of the others with their name behind, and the ratios."""
    figures: dict[str, float] = {}
    for measure in MEASURES:
        values = measured.get(measure.key, {})
        for contender, value in values.items():
            key = measure.key if contender == OURS else f"{measure.key} ({contender})"
            figures[key] = round(value, 3)
        if measure.ratio and values:
            figures[measure.ratio] = round(_ratio(measure, values), 3)
    return figures


def keep(
    file: Path,
    measured: Measured,
    about: Mapping[str, Any],
    topology: Topology = Topology.EMBEDDED,
) -> None:
    """Write the figures to a file, with what is to be known about the run and the machine; those of
    other topologies stay."""
    machine = {
        "processors": _processors(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load": Path("/proc/loadavg").read_text().split()[0],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    file.parent.mkdir(exist_ok=True)
    others = {key: value for key, value in _kept(file).items() if not topology.has(key)}
    ours = {**flat(measured), "run": {**about, **machine}}
    kept = {**others, **{topology.key(key): value for key, value in ours.items()}}
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Beside:
    """Our values of an earlier run on embedded engines, of as many cases."""

    values: Mapping[str, float]
    at: str
    """When they were measured."""


def embedded_beside(file: Path, topology: Topology, *, is_short: bool) -> Beside | None:
    """What the last embedded run left, to be shown beside another topology's; None when there is
    none or it was of another size."""
    kept = _kept(file)
    run = kept.get("run", {})
    if topology is Topology.EMBEDDED or run.get("short") is not is_short:
        return None
    return Beside({key: kept[key] for key in kept if Topology.EMBEDDED.has(key)}, run["at"])


def show(
    measured: Measured,
    counts: Mapping[str, str],
    topology: Topology = Topology.EMBEDDED,
    beside: Beside | None = None,
    *,
    judged: bool,
) -> None:
    """Print one table. `counts` fills in how many cases a line speaks of."""
    shown = [each for each in CONTENDERS if any(each in values for values in measured.values())]
    table = Table(
        title=f"Figures side by side, in one run on one machine, topology: {topology}",
        caption=f"Embedded: the last such run, at {beside.at}" if beside else None,
    )
    table.add_column("what")
    for contender in shown:
        table.add_column(contender, justify="right")
    if beside:
        table.add_column(f"{OURS}, embedded", justify="right")
    for column in ("ratio", "target", ""):
        table.add_column(column, justify="right")
    for measure in MEASURES:
        values = measured.get(measure.key)
        if values is not None:
            row = [_number(values[each]) if each in values else "" for each in shown]
            if beside:
                before = beside.values.get(measure.key)
                row.append("" if before is None else _number(before))
            ratio = f"{_ratio(measure, values):.2f}" if measure.ratio else ""
            verdict = _verdict(measure, values) if judged else ""
            table.add_row(measure.what.format(**counts), *row, ratio, _target(measure), verdict)
    Console(width=200).print(table)


def missing(measured: Measured, keys: Collection[str]) -> set[str]:
    """Which of these measures have no value of ours."""
    return {key for key in keys if OURS not in measured.get(key, {})}


def _ratio(measure: Measure, values: Mapping[str, float]) -> float:
    return values[OURS] / values[measure.against]


def _verdict(measure: Measure, values: Mapping[str, float]) -> str:
    value = _ratio(measure, values) if measure.ratio else values[OURS]
    if measure.at_most is not None:
        return "kept" if value <= measure.at_most else "missed"
    if measure.at_least is not None:
        return "kept" if value >= measure.at_least else "missed"
    return ""


def _target(measure: Measure) -> str:
    if measure.at_most is not None:
        return f"at most {measure.at_most:g}"
    return "" if measure.at_least is None else f"at least {measure.at_least:g}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _kept(file: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return kept


def _processors() -> int:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8").count("processor\t")
