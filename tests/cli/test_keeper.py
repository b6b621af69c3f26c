"""The keeper of processes, on real processes."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.up.keeper import Keeper, Program, SignOfLife
from cli.up.readable_log import ReadableLog
from embedded.problems import SetupProblem
from embedded.processes import ProcessIdentity, wait_until
from tests.waiting import PATIENCE

LISTENS = "import signal; print('listening', flush=True); signal.pause()"
DEAF = "import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"

HANGS_AFTER = 3.0
"""Seconds: longer than a busy machine keeps a program from its turn."""


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(said: io.StringIO) -> ReadableLog:
    return ReadableLog(said)


@pytest.fixture
def keeper(log: ReadableLog) -> Iterator[Keeper]:
    keeper = Keeper(log)
    yield keeper
    keeper.stop()


def program(name: str, code: str, notes: Path, log: ReadableLog) -> Program:
    return Program(name, ("-c", code), environ={}, notes=notes, log=log)


def running(notes: Path, name: str) -> ProcessIdentity:
    identity = ProcessIdentity.read(notes / f"{name}.pid")
    assert identity is not None
    return identity


def test_each_line_says_whose_it_is(
    keeper: Keeper, log: ReadableLog, said: io.StringIO, tmp_path: Path
) -> None:
    keeper.keep(program("worker", LISTENS, tmp_path, log))
    assert wait_until(lambda: "worker   | listening\n" in said.getvalue(), within=PATIENCE)


def test_what_dies_is_started_again(
    keeper: Keeper, log: ReadableLog, said: io.StringIO, tmp_path: Path
) -> None:
    keeper.keep(program("worker", LISTENS, tmp_path, log))
    first = running(tmp_path, "worker")
    first.stop(within=0, first=signal.SIGKILL)

    def another_runs() -> bool:
        keeper.look_after()
        return running(tmp_path, "worker") != first

    assert wait_until(another_runs, within=PATIENCE)
    assert "worker was ended by SIGKILL; starting it again in 1 s" in said.getvalue()


def test_what_dies_young_is_named_at_once(keeper: Keeper, log: ReadableLog, tmp_path: Path) -> None:
    keeper.keep(program("worker", LISTENS, tmp_path, log))
    keeper.want_all_running()
    keeper.keep(program("web", "raise SystemExit(3)", tmp_path, log))

    def is_named() -> bool:
        try:
            keeper.want_all_running()
        except SetupProblem as problem:
            return "The web ended with status 3" in str(problem)
        return False

    assert wait_until(is_named, within=PATIENCE)


def test_what_does_not_move_is_ended_and_started_again(
    keeper: Keeper,
    log: ReadableLog,
    said: io.StringIO,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cli.up.keeper.HANGS_AFTER", HANGS_AFTER)
    monkeypatch.setattr("cli.up.keeper.FIRST_SIGN_WITHIN", HANGS_AFTER)
    sign = tmp_path / "sign"
    moves = f"""
import pathlib, time
while True:
    pathlib.Path({str(sign)!r}).write_text(str(time.time()))
    time.sleep(0.05)
"""
    keeper.keep(program("worker", moves, tmp_path, log), sign=SignOfLife(sign))
    assert wait_until(sign.exists, within=PATIENCE)
    first = running(tmp_path, "worker")

    def another_runs() -> bool:
        keeper.look_after()
        return running(tmp_path, "worker") != first

    assert not wait_until(another_runs, within=HANGS_AFTER + 1), "it moves, so it is left alone"
    os.kill(first.pid, signal.SIGSTOP)
    assert wait_until(another_runs, within=PATIENCE)
    assert "worker does not move any more: ending it" in said.getvalue()


def test_what_keeps_dying_is_started_less_and_less_often(
    keeper: Keeper, log: ReadableLog, said: io.StringIO, tmp_path: Path
) -> None:
    keeper.keep(program("worker", "raise SystemExit(7)", tmp_path, log))

    def has_paused_longer() -> bool:
        keeper.look_after()
        return "worker ended with status 7; starting it again in 2 s" in said.getvalue()

    assert wait_until(has_paused_longer, within=PATIENCE)


def test_what_an_earlier_keeper_left_behind_is_ended_first(
    keeper: Keeper, log: ReadableLog, tmp_path: Path
) -> None:
    left_behind = program("worker", LISTENS, tmp_path, log).start()
    keeper.keep(program("worker", LISTENS, tmp_path, log))
    assert left_behind.poll() is not None
    assert running(tmp_path, "worker").is_running()


def test_another_process_that_carries_the_old_number_is_left_alone(tmp_path: Path) -> None:
    ourselves = ProcessIdentity.of(os.getpid())
    assert ourselves is not None
    stranger = ProcessIdentity(ourselves.pid, began="another boot/1")
    assert not stranger.is_running()
    stranger.stop(within=0, first=signal.SIGKILL)  # would be the end of this test


def test_all_end_in_the_opposite_order(
    keeper: Keeper, log: ReadableLog, said: io.StringIO, tmp_path: Path
) -> None:
    tells = """
import signal, sys
def end(*_):
    print("ends", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("listening", flush=True)
signal.pause()
"""
    for name in ("engine", "worker", "web"):
        keeper.keep(program(name, tells, tmp_path, log))
    assert wait_until(lambda: said.getvalue().count("listening") == 3, within=PATIENCE)
    keeper.stop()
    assert wait_until(lambda: said.getvalue().count("ends") == 3, within=PATIENCE)
    assert [line.split()[0] for line in said.getvalue().splitlines() if "ends" in line] == [
        "web",
        "worker",
        "engine",
    ]


def test_what_does_not_listen_is_ended_all_the_same(
    log: ReadableLog, said: io.StringIO, tmp_path: Path
) -> None:
    deaf = program("worker", DEAF, tmp_path, log)
    process = deaf.start()
    assert wait_until(lambda: "deaf" in said.getvalue(), within=PATIENCE)
    deaf.stop(within=0.1)
    assert process.returncode == -signal.SIGKILL
