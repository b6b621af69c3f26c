"""Production's topology, struck: what a worker that stays dead costs, and that every promise holds
when a worker, a web and Temporal are killed and PostgreSQL is restarted."""

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from desk.cases import CaseDesk
from embedded.processes import wait_until
from engine.connection import TemporalConnection, connect
from tests.builders import a_complaint, actor
from tests.faults.checker import carried_out_by, check, recoveries, spread, starts_left
from tests.faults.machine import REHEARSING, Machine
from tests.faults.nemesis import Nemesis
from tests.faults.operations import OperationLog, Said
from tests.faults.production import ProductionMachine

CASES = 120
START_WITHIN = 20.0
"""Seconds of the rehearsal pack, after which its first clock is breached."""

KILLED_AFTER = 1.5
"""Seconds after the first clock ends, in the midst of the others: for ten seconds the engine
believes that a worker is there that has just asked, and hands it what becomes due."""

HELD_UP_AT_MOST = 25.0
"""Seconds that docs/reliability.md names for the cases of a worker that stays dead."""


@pytest.fixture
def machine(installation: Path, request: pytest.FixtureRequest) -> Iterator[ProductionMachine]:
    with ProductionMachine(installation / request.node.name) as machine:
        yield machine


def steps(machine: Machine) -> list[tuple[str, str, float]]:
    """Each step of a clock that was written down: case, step, and seconds after its instant."""
    with machine.sessions() as session:
        rows = session.execute(
            text(
                "select reference, key, extract(epoch from recorded_at"
                " - (facts->>'planned_at')::timestamptz)::float as late"
                " from journal where key like 'step/%' order by recorded_at"
            )
        )
        return [(row.reference, row.key, row.late) for row in rows]


def promises_of_clocks_are_kept(machine: Machine) -> None:
    """Nothing early, nothing twice."""
    found = steps(machine)
    assert found
    assert [each for each in found if each[2] < 0] == []
    assert len(found) == len({(reference, key) for reference, key, _ in found})


def cases_of(machine: Machine, references: list[str]) -> dict[str, list[str]]:
    """By worker, the cases that stay with it, once each has been looked at."""
    by: dict[str, int] = {}

    def are_looked_at() -> bool:
        by.update(carried_out_by(machine.settings, [each for each in references if each not in by]))
        return len(by) == len(references)

    assert wait_until(are_looked_at, within=60, every=0.5)
    pids = {machine.process(name).pid: name for name in machine.workers}
    found: dict[str, list[str]] = {name: [] for name in machine.workers}
    for reference in references:
        found[pids[by[reference]]].append(reference)
    return found


def receive(machine: Machine, cases: int) -> list[str]:
    """Take complaints down as people do, one after the other; their references."""
    references = []
    settings = machine.settings
    desk = CaseDesk(machine.sessions, TemporalConnection(lambda: connect(settings)))
    with contextlib.closing(OperationLog(machine.log_file)) as log:
        for _ in range(cases):
            complaint = a_complaint(unit=REHEARSING, received_at=datetime.now(UTC))
            log.write("receive", complaint.intake_key, Said.INVOKE)
            reference = desk.receive(complaint, actor("ines")).reference
            log.write("receive", complaint.intake_key, Said.OK, reference)
            references.append(reference)
    return references


@pytest.mark.timeout(0)
def test_a_worker_that_stays_dead_holds_up_no_clock_longer_than_a_case_stays_with_it(
    machine: ProductionMachine, figures: dict[str, Any]
) -> None:
    machine.keep_workers()
    assert wait_until(lambda: all(map(machine.is_heard, machine.workers)), within=60, every=0.2)
    began = time.monotonic()
    references = receive(machine, CASES)
    assert wait_until(lambda: starts_left(machine) == 0, within=30, every=0.1)
    held = cases_of(machine, references)
    dies = max(held, key=lambda name: len(held[name]))
    time.sleep(max(0.0, START_WITHIN + KILLED_AFTER - (time.monotonic() - began)))
    machine.rest(dies)

    def all_breached() -> bool:
        return {reference for reference, _, _ in steps(machine)} == set(references)

    assert wait_until(all_breached, within=120, every=0.5)
    verdict = check(machine)
    first = {reference: late for reference, _, late in reversed(steps(machine))}
    of_the_dead = [first[reference] for reference in held[dies]]
    of_the_living = [late for reference, late in first.items() if reference not in held[dies]]
    figures["late, first clocks of the worker that stays dead"] = spread(of_the_dead)
    if of_the_living:
        figures["late, first clocks of the other worker"] = spread(of_the_living)
    assert verdict.kept_every_promise, verdict
    promises_of_clocks_are_kept(machine)
    # A machine that is busy with other things is late with everybody's.
    assert max(of_the_dead) < HELD_UP_AT_MOST + max(of_the_living, default=0)


@pytest.mark.timeout(0)
def test_production_keeps_every_promise(
    machine: ProductionMachine, seed: str, figures: dict[str, Any]
) -> None:
    machine.keep_workers()
    receive(machine, CASES // 2)  # whose clocks end all through what follows
    machine.start_load(seed)
    nemesis = Nemesis(machine, seed)
    time.sleep(5)
    machine.rest("worker-1")  # for good
    nemesis.note("worker that stays dead")
    time.sleep(5)
    machine.kill("web-1")
    nemesis.note("one web of two")
    time.sleep(5)
    nemesis.kill_temporal()
    time.sleep(8)
    machine.restart_postgres()
    nemesis.note("postgres restarted")
    time.sleep(15)
    machine.end_load()
    verdict = check(machine)
    figures["production acknowledged"] = verdict.acknowledged
    figures["production lost, doubled"] = [len(verdict.lost), len(verdict.doubled)]
    figures["production late"] = spread([seconds for _, _, seconds in steps(machine)])
    for target, instants in nemesis.kills.items():
        if seconds := recoveries(machine.log_file, instants):
            figures[f"production: recovery after {target}"] = spread(seconds)
    assert verdict.kept_every_promise, (seed, verdict)
    assert verdict.acknowledged > 0
    promises_of_clocks_are_kept(machine)
    assert machine.process("worker-2").poll() is None
    in_temporal = {each.subject for each in machine.leaks([machine.settings.temporal_namespace])}
    assert "temporal.namespaces" in in_temporal, "what is there is found where one looks for words"
