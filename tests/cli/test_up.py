"""`redress up` as a person meets it: one process, started and ended from a terminal."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from cli.up.up import only_one_start
from config import read_env_file
from embedded.ports import free_ports
from embedded.problems import SetupProblem
from embedded.processes import wait_until
from tests.slow_clients import dribbling
from tests.starts import PIDS, READY_WITHIN, Up
from web.serving import threads, workers

SLOW_CLIENTS = 100
assert workers * threads < SLOW_CLIENTS


@pytest.fixture(scope="module")
def starts() -> Iterator[list[Up]]:
    """The starts of these tests; what is left of them is ended."""
    all_starts: list[Up] = []
    yield all_starts
    for start in all_starts:
        if start.process.poll() is None:
            start.end(signal.SIGTERM)
        for part in start.parts().values():
            part.stop(within=5)


@pytest.fixture(scope="module")
def var_dir(engine_folder: Path) -> Path:
    """One installation, which each test starts and ends as it likes."""
    return engine_folder / "up"


@pytest.fixture(scope="module")
def up(starts: list[Up], var_dir: Path) -> Up:
    """The first start of it."""
    starts.append(up := Up(var_dir, next(free_ports())))
    assert up.is_ready(), up.said()
    return up


def test_one_command_brings_everything_up_and_keeps_it_up(up: Up) -> None:
    assert f"http://127.0.0.1:{up.port}" in up.said()
    # More clients who send their forms byte by byte than there are threads to make pages.
    with (
        dribbling(up.port, SLOW_CLIENTS),
        urlopen(f"http://127.0.0.1:{up.port}/health", timeout=60) as answer,
    ):
        assert answer.status == 200
    assert up.running() == PIDS.keys()

    before = up.parts()
    for part in before.values():
        os.kill(part.pid, signal.SIGKILL)
    assert wait_until(
        lambda: up.running() == PIDS.keys() and not before.items() & up.parts().items(),
        within=READY_WITHIN,
    ), up.said()


def test_what_a_killed_start_left_behind_is_taken_over_and_taken_down(
    up: Up, starts: list[Up], var_dir: Path
) -> None:
    left_behind = up.parts()
    assert left_behind.keys() == PIDS.keys()
    up.end(signal.SIGKILL)
    starts.append(second := Up(var_dir, up.port))
    assert second.is_ready(), second.said()
    assert [name for name, part in left_behind.items() if part.is_running()] == []
    assert read_env_file(var_dir / "secrets.env")  # the same secrets: nothing sealed is lost
    assert second.end(signal.SIGTERM) == 0
    assert second.running() == set()


def test_a_taken_port_is_one_clear_sentence(starts: list[Up], var_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        starts.append(up := Up(var_dir, port))
        assert up.process.wait(READY_WITHIN) == 1
    assert f"Port {port} is taken by another program" in up.said()
    assert f"REDRESS_PORT={port + 1} make up" in up.said()
    assert "Traceback" not in up.said()
    assert up.running() == set()


def test_a_web_that_does_not_load_is_not_waited_for(starts: list[Up], var_dir: Path) -> None:
    # gunicorn's own way to alter the environment of the web alone
    up = Up(var_dir, next(free_ports()), GUNICORN_CMD_ARGS="--env REDRESS_SECRET_KEY=hunter2")
    starts.append(up)
    assert up.process.wait(READY_WITHIN) == 1
    assert "The web ended with status" in up.said(), "and not that it did not answer in time"
    assert "web      | The web does not start: REDRESS_SECRET_KEY is too short" in up.said()
    assert up.running() == set()


def test_a_folder_serves_one_start_at_a_time(tmp_path: Path) -> None:
    with (
        only_one_start(tmp_path),
        pytest.raises(SetupProblem, match="already running"),
        only_one_start(tmp_path),
    ):
        pass
    with only_one_start(tmp_path):
        pass
