"""An installation under load, struck by every fault: nothing acknowledged is lost or doubled."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk.cases import CaseDesk
from embedded.processes import wait_until
from engine.connection import TemporalConnection, connect
from tests.builders import a_complaint, actor
from tests.faults.checker import check, recoveries, spread, starts_left
from tests.faults.machine import Machine
from tests.faults.nemesis import Nemesis
from tests.faults.operations import OperationLog, Said

ZOMBIE_SECONDS = 13
"""Longer than the 10 seconds an activity may take before another worker is given it."""


@pytest.fixture
def machine(installation: Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    with Machine(installation / request.node.name) as machine:
        yield machine


@pytest.mark.timeout(0)
def test_nothing_is_lost_or_doubled_whatever_is_killed(
    machine: Machine, seed: str, soak_seconds: float, figures: dict[str, Any]
) -> None:
    machine.keep_worker()
    machine.start_load(seed)
    nemesis = Nemesis(machine, seed)
    nemesis.rage(soak_seconds)
    time.sleep(2)
    machine.end_load()
    at_rest_after = time.monotonic()
    verdict = check(machine)
    killed = {target: len(instants) for target, instants in nemesis.kills.items()}
    figures["struck"], figures["killed"] = dict(nemesis.struck), killed
    figures["acknowledged"] = verdict.acknowledged
    figures["lost"], figures["doubled"] = len(verdict.lost), len(verdict.doubled)
    figures["unasked"], figures["undelivered"] = len(verdict.unasked), len(verdict.undelivered)
    figures["notices given twice"] = verdict.repeated
    figures["ambiguous"] = [verdict.done_unanswered, verdict.unanswered]
    figures["seconds to rest and judge"] = round(time.monotonic() - at_rest_after, 1)
    if killed:
        figures["95 % bound on losing anything at a kill"] = round(3 / sum(killed.values()), 4)
    for target, instants in nemesis.kills.items():
        if seconds := recoveries(machine.log_file, instants):
            figures[f"recovery after {target} killed"] = spread(seconds)
    assert verdict.kept_every_promise, (seed, verdict)
    assert verdict.acknowledged > 0


def test_a_worker_that_wakes_from_the_dead_changes_nothing(machine: Machine, seed: str) -> None:
    machine.keep_worker("worker")
    machine.keep_worker("zombie")
    machine.start_load(seed)
    time.sleep(6)
    zombie = machine.process("zombie")
    os.killpg(zombie.pid, signal.SIGSTOP)
    time.sleep(ZOMBIE_SECONDS)
    os.killpg(zombie.pid, signal.SIGCONT)
    time.sleep(3)
    machine.end_load()
    verdict = check(machine)
    assert verdict.kept_every_promise, (seed, verdict)
    assert zombie.poll() is None


def test_complaints_are_received_while_temporal_is_down(
    machine: Machine, figures: dict[str, Any]
) -> None:
    machine.keep_worker()
    machine.kill_temporal()
    settings = machine.settings
    desk = CaseDesk(machine.sessions, TemporalConnection(lambda: connect(settings)))
    with contextlib.closing(OperationLog(machine.log_file)) as log:
        references = {receive_logged(desk, log) for _ in range(200)}
    assert len(references) == 200

    machine.start_temporal()
    back = time.monotonic()
    assert wait_until(lambda: starts_left(machine) == 0, within=60, every=0.1)
    figures["received while Temporal was down"] = f"{len(references)} of 200"
    figures["seconds until all were started"] = round(time.monotonic() - back, 1)
    verdict = check(machine)
    assert verdict.kept_every_promise, verdict


def receive_logged(desk: CaseDesk, log: OperationLog) -> str:
    complaint = a_complaint(received_at=datetime.now(UTC))
    log.write("receive", complaint.intake_key, Said.INVOKE)
    reference = desk.receive(complaint, actor("ines")).reference
    log.write("receive", complaint.intake_key, Said.OK, reference)
    return reference
