"""Every declared crash point, hit once: the process dies there, and no promise is broken."""

import ast
import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from crashpoints import POINTS
from domain.upkeep import Chore
from engine.connection import connect
from tests.faults.checker import check
from tests.faults.machine import Machine
from workflows.names import UPKEEP_QUEUE
from workflows.upkeep import UpkeepWorkflow

AT_THE_DESK = {point for point in POINTS if point.startswith(("receipt.", "file.", "command."))}
IN_THE_WORKER = POINTS - AT_THE_DESK
SCHEDULED = {
    "checks.told", "heads.drafted", "heads.placed", "heads.written", "verification.found",
    "warnings.told",
}  # fmt: skip
"""Reached by upkeep, which a test asks for at once."""
OURS = ("activities", "desk", "engine", "relay", "store", "workflows")


@pytest.fixture(scope="module")
def machine(installation: Path) -> Iterator[Machine]:
    with Machine(installation / "crash-points") as machine:
        yield machine


def test_every_declared_point_is_in_the_code_once() -> None:
    root = Path(__file__).parent.parent.parent
    calls = [
        ast.literal_eval(node.args[0])
        for folder in OURS
        for file in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crashpoint"
    ]
    assert sorted(calls) == sorted(POINTS)


@pytest.mark.parametrize("point", sorted(AT_THE_DESK))
def test_the_desk_dies_and_the_same_request_comes_again(machine: Machine, point: str) -> None:
    machine.keep_worker()
    assert machine.run_load(point, REDRESS_CRASH_AT=point) == -signal.SIGKILL
    assert machine.run_load(point) == 0


@pytest.mark.parametrize("point", sorted(IN_THE_WORKER))
def test_the_worker_dies_and_comes_back(machine: Machine, point: str) -> None:
    if point == "sweep.missed":
        machine.rest("worker")
        machine.run_load(point, REDRESS_CRASH_AT="receipt.committed")
        lose_messages(machine)
    machine.rest("worker")
    machine.keep_worker(REDRESS_CRASH_AT=point)
    first_life = machine.process("worker")
    if point == "relay.delivered":  # what the desk delivers, the relay finds done
        machine.run_load(point, REDRESS_CRASH_AT="command.stored")
    elif point == "sweep.missed":
        pass  # the sweeper looks by itself, as soon as the worker runs
    elif point in SCHEDULED:
        asyncio.run(start_chores(machine, point))
    else:
        assert machine.run_load(point) == 0
    assert first_life.wait(timeout=60) == -signal.SIGKILL


@pytest.mark.parametrize("point", ["receipt.committed", "command.stored", "command.heard"])
def test_the_desk_is_told_that_finished_work_failed(machine: Machine, point: str) -> None:
    machine.keep_worker()
    assert machine.run_load(f"{point}-told", REDRESS_RAISE_AFTER=point) == 0


@pytest.mark.parametrize(
    "point", ["case.opened", "record.committed", "relay.started", "notice.carried"]
)
def test_the_worker_is_told_that_finished_work_failed(machine: Machine, point: str) -> None:
    machine.rest("worker")
    machine.keep_worker(REDRESS_RAISE_AFTER=point)
    assert machine.run_load(f"{point}-told") == 0


def test_no_promise_was_broken_at_any_of_them(machine: Machine) -> None:
    machine.keep_worker()
    verdict = check(machine)
    assert verdict.kept_every_promise, verdict
    assert verdict.acknowledged > 0
    assert machine.gateway.taken


def lose_messages(machine: Machine) -> None:
    """What only the sweeper can mend: an old case, and nothing that asks for its workflow."""
    with machine.sessions.begin() as session:
        session.execute(text("update complaints set recorded_at = recorded_at - interval '1 hour'"))
        session.execute(text("delete from outbox where kind = 'case'"))


async def start_chores(machine: Machine, point: str) -> None:
    """Beside the schedule, which would wait for what was interrupted before."""
    client = await connect(machine.settings)
    for chore in Chore:
        await client.start_workflow(
            UpkeepWorkflow.run, chore, id=f"{chore}/{point}", task_queue=UPKEEP_QUEUE
        )
