"""Many limits that end at one instant, and the receipts before: ours, then the bare ones in turn,
on the same engines.

Each of our cases breaches and climbs its first rung, in writing and by word to a chat over HTTP. A
bare case runs a small activity, waits, and inserts a row. Lateness runs from the instant to the one
at which the entry or row was written; no timer is meant to be more punctual than 50 ms
(`timerProcessorMaxTimeShift`).
"""

import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.figures import LOCAL, ORDINARY, OURS, POLLER, Measured, at
from bench.floors import poller, temporal
from bench.floors.program import Program
from bench.installation import (
    BARE,
    Installation,
    an_installation,
    complaints,
    database_of_a_floor,
    for_libpq,
    place_for_bare_cases,
    receive_all,
)
from bench.processor import Meter
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import TooSlow, Wrong
from config import TEMPORAL_TLS
from embedded.processes import wait_until
from store.database import close_database, open_database

GIVES: Sequence[str] = ("receipt.cpu_ms", "burst.cpu_ms", "burst.small_p99_s")

PATIENCE = 1800.0
"""Seconds after which what has not happened will not happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One contender's burst: milliseconds of a processor a case by part, and seconds late."""

    receipt: dict[str, float]
    record: dict[str, float]
    with_word: dict[str, float]
    late: list[float]
    word_out: float = 0.0
    """Seconds from the last record until all word of them is out."""

    def tell(self, contender: str) -> None:
        """Print the parts, which the table adds up."""
        for what, parts in (
            ("received and waiting, its notice out", self.receipt),
            ("recorded", self.record),
            ("all word of it out", self.with_word),
        ):
            told = " + ".join(f"{part} {each:.1f}" for part, each in parts.items())
            print(f"  {contender}: {what}: {told} = {sum(parts.values()):.1f} ms a case")
        print(f"  {contender}: {len(self.late)} recorded, p50 {at(self.late, 0.5):.2f},"
              f" p99 {at(self.late, 0.99):.2f}, latest {max(self.late):.2f} s late",
              flush=True)  # fmt: skip


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """One burst of each contender.

    :param slowness: how much longer than usual this machine takes to get ready
    :param topology: of the installation, whose engines the others use too
    """
    cases = sizes.burst
    with an_installation(topology) as machine:
        bursts = {OURS: burst_of_ours(machine, cases, slowness)}
        place_for_bare_cases(machine)
        for contender, is_local in ((ORDINARY, False), (LOCAL, True)):
            bursts[contender] = burst_of_bare(machine, cases, slowness, is_local)
        bursts[POLLER] = _burst_of_poller(machine, cases, slowness)
    for contender, burst in bursts.items():
        burst.tell(contender)
    return {
        "receipt.cpu_ms": {name: sum(burst.receipt.values()) for name, burst in bursts.items()},
        "burst.cpu_ms": {name: sum(burst.record.values()) for name, burst in bursts.items()},
        "burst.small_p50_s": {name: at(burst.late, 0.5) for name, burst in bursts.items()},
        "burst.small_p99_s": {name: at(burst.late, 0.99) for name, burst in bursts.items()},
        "burst.with_word_cpu_ms": {
            name: sum(burst.with_word.values()) for name, burst in bursts.items()
        },
    }


def burst_of_ours(
    machine: Installation,
    cases: int,
    slowness: float,
    beside: Sequence[AbstractContextManager[object]] = (),
) -> Burst:
    """Receive, wait until all is quiet, and let the instant come; the workers rest afterwards.

    :param beside: what goes on from the instant until everything is recorded
    """
    lead = slowness * (8 + 0.05 * cases)
    machine.publish("burst", int(lead))
    machine.start_workers()
    machine.warm_up()
    meter = Meter(machine.parts)
    received_at = datetime.now(UTC)
    arrived = complaints(cases, "burst", received_at)
    began = time.thread_time()
    receive_all(machine, arrived)
    receiving = 1000 * (time.thread_time() - began) / cases
    due_at = received_at + timedelta(seconds=int(lead))
    if not wait_until(lambda: machine.is_quiet(), within=_left(due_at), every=0.5):
        raise TooSlow
    receipt = {"received": receiving, **meter.milliseconds(cases)}
    time.sleep(_left(due_at))
    meter.restart()
    with ExitStack() as at_work:
        for work in beside:
            at_work.enter_context(work)
        wait_until(lambda: machine.count(RECORDED) >= 2 * cases, within=PATIENCE, every=0.5)
        record = meter.milliseconds(cases)
    began = time.monotonic()
    if not wait_until(lambda: machine.is_quiet(), within=PATIENCE, every=0.5):
        raise Wrong("burst: not all word of it went out")
    with_word = meter.milliseconds(cases)
    word_out = time.monotonic() - began
    late = _lateness_of_ours(machine, cases)
    machine.rest_workers()
    return Burst(receipt=receipt, record=record, with_word=with_word, late=late, word_out=word_out)


def burst_of_bare(machine: Installation, cases: int, slowness: float, is_local: bool) -> Burst:
    lead = slowness * (4 + 0.035 * cases)
    name = "local" if is_local else "ordinary"
    database = database_of_a_floor(machine, name)
    due_at = datetime.now(UTC) + timedelta(seconds=lead)
    told = temporal.Told(
        address=machine.temporal.address, namespace=BARE, database_url=for_libpq(database),
        cases=cases, due_at=due_at.isoformat(), is_local=is_local,
        certificates=[machine.environ[each] for each in TEMPORAL_TLS if machine.environ.get(each)],
    )  # fmt: skip
    command = (sys.executable, "-m", "bench.floors.temporal")
    with Program(name, command, told, machine.folder / f"{name}.log") as program:
        parts = {**machine.servers, "worker and driver": program.pid}
        return _watch(program, parts, database, due_at, cases)


def _burst_of_poller(machine: Installation, cases: int, slowness: float) -> Burst:
    database = database_of_a_floor(machine, "poller")
    due_at = datetime.now(UTC) + timedelta(seconds=slowness * (3 + 0.001 * cases))
    told = poller.Told(database_url=for_libpq(database), cases=cases, due_at=due_at.isoformat())
    command = (sys.executable, "-m", "bench.floors.poller")
    with Program("poller", command, told, machine.folder / "poller.log") as program:
        parts = {"PostgreSQL": machine.servers["PostgreSQL"], "poller": program.pid}
        return _watch(program, parts, database, due_at, cases)


def _watch(
    program: Program, parts: dict[str, int], database: str, due_at: datetime, cases: int
) -> Burst:
    """What a floor uses, by part, and how late its rows are."""
    program.hear("ready")
    meter = Meter(parts)
    program.hear("waiting")
    receipt = meter.milliseconds(cases)
    if _left(due_at) <= 0:
        raise TooSlow
    time.sleep(_left(due_at))
    meter.restart()
    sessions = open_database(database)

    def rows() -> int:
        with sessions() as session:
            return session.scalar(text("select count(*) from escalated")) or 0

    if not wait_until(lambda: rows() >= cases, within=PATIENCE, every=0.5):
        raise Wrong(f"{program.name}: {rows()} of {cases} rows")
    record = meter.milliseconds(cases)
    with sessions() as session:
        late = session.scalars(LATE_ROWS, {"due_at": due_at}).all()
    close_database(sessions)
    _refuse_wrong(program.name, cases, {"rows": len(late)}, min(late))
    return Burst(receipt=receipt, record=record, with_word=record, late=list(late))


RECORDED = text("select count(*) from journal where event in ('breached', 'escalated')")
LATE_ROWS = text("select extract(epoch from recorded_at - :due_at)::float from escalated")

LATE_STEPS = text(
    "select event, reference, extract(epoch from at - planned_at)::float as decided,"
    " extract(epoch from recorded_at - planned_at)::float as recorded"
    " from (select *, (facts->>'planned_at')::timestamptz as planned_at from journal"
    " where key like 'step/%') as steps"
)


def _lateness_of_ours(machine: Installation, cases: int) -> list[float]:
    """Of each first rung; refuses a burst in which a step is missing, doubled or early."""
    with machine.sessions() as session:
        steps = session.execute(LATE_STEPS).all()
    for event in ("breached", "escalated"):
        mine = [step for step in steps if step.event == event]
        counted = {"steps": len(mine), "cases": len({step.reference for step in mine})}
        _refuse_wrong(f"burst, {event}", cases, counted, min(step.decided for step in mine))
    return [step.recorded for step in steps if step.event == "escalated"]


def _refuse_wrong(what: str, cases: int, counted: dict[str, int], earliest: float) -> None:
    if set(counted.values()) != {cases}:
        raise Wrong(f"{what}: {counted} of {cases}: something is missing or doubled")
    if earliest < 0:
        raise Wrong(f"{what}: one was {-earliest:.3f} s early")


def _left(until: datetime) -> float:
    """Seconds until then."""
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)
