"""Workers side by side behind `redress up`: how many, and what becomes of each."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.up.workers import connections, how_many, side_by_side
from config import CASES_IN_MEMORY, Settings, SettingsRefused
from embedded.ports import free_ports
from embedded.processes import ProcessIdentity, wait_until
from store.database import POOL_SIZE
from tests.settings import COMPLETE
from tests.starts import READY_WITHIN, Two, Up
from web import serving
from worker import NOTICE_THREADS, THREADS


@pytest.mark.parametrize(("processors", "workers"), [(1, 1), (2, 1), (3, 2), (8, 7), (256, 64)])
def test_a_processor_is_left_for_everybody_else(
    processors: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    assert how_many({}) == workers
    assert how_many({"REDRESS_WORKERS": "3"}) == 3


@pytest.mark.parametrize("said", ["0", "-1", "two", "65", "1.5", "²"])
def test_a_number_of_workers_that_is_none_is_one_sentence(said: str) -> None:
    with pytest.raises(SettingsRefused, match="REDRESS_WORKERS must be a number from 1 to 64"):
        how_many({"REDRESS_WORKERS": said})


def test_each_has_its_share_of_the_cases_and_shares_the_folders(tmp_path: Path) -> None:
    settings = Settings.from_env({**COMPLETE, "REDRESS_VAR_DIR": str(tmp_path)})
    [alone] = side_by_side(settings, 1)
    assert (alone.name, alone.environ) == ("worker", {})
    assert alone.listening_file == settings.listening_file
    three = [
        Settings.from_env({**COMPLETE, "REDRESS_VAR_DIR": str(tmp_path), **each.environ})
        for each in side_by_side(settings, 3)
    ]
    assert [each.cases_in_memory for each in three] == [CASES_IN_MEMORY // 3] * 3
    assert len({each.listening_file for each in three}) == 3
    assert {each.heads_dir for each in three} == {settings.heads_dir}
    assert {each.attachments_dir for each in three} == {settings.attachments_dir}
    assert {each.uploads_dir for each in three} == {settings.uploads_dir}


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_the_embedded_postgresql_has_a_connection_for_everybody_in_a_rush(workers: int) -> None:
    worker = 2 * (THREADS + NOTICE_THREADS) + 1  # its bell
    web = serving.workers * 2 * POOL_SIZE
    command = 2 * POOL_SIZE
    assert connections(workers) >= workers * worker + web + command + 3


@pytest.fixture
def starts(engine_folder: Path) -> Iterator[list[Up]]:
    """Starts on one folder; what is left of them is ended."""
    all_starts: list[Up] = []
    yield all_starts
    for start in all_starts:
        if start.process.poll() is None:
            start.end(signal.SIGTERM)
        for part in start.parts().values():
            part.stop(within=5)


def told(worker: ProcessIdentity) -> dict[str, str]:
    """What a process found in its environment."""
    said = Path(f"/proc/{worker.pid}/environ").read_text().split("\0")
    return dict(each.split("=", 1) for each in said if each)


def are_well(start: Up) -> bool:
    """What `redress listening` says in a second terminal."""
    asked = [sys.executable, "-m", "cli.main", "listening"]
    environ = {**os.environ, "REDRESS_VAR_DIR": str(start.var_dir)}
    return subprocess.run(asked, env=environ, capture_output=True).returncode == 0


@pytest.mark.timeout(300)
def test_two_workers_share_the_work_and_one_that_is_killed_comes_back(
    starts: list[Up], engine_folder: Path
) -> None:
    folder = engine_folder / "two-workers"
    starts.append(two := Two(folder, next(free_ports())))
    assert two.is_ready(), two.said()
    assert "2 workers are at work; REDRESS_WORKERS says how many" in two.said()
    assert two.running() == two.pids.keys()
    first, second = (two.parts()[name] for name in ("worker-1", "worker-2"))
    shares = [told(each)["REDRESS_CASES_IN_MEMORY"] for each in (first, second)]
    assert shares == [str(CASES_IN_MEMORY // 2)] * 2
    assert wait_until(lambda: are_well(two), within=READY_WITHIN, every=1), two.said()

    os.kill(second.pid, signal.SIGKILL)
    assert wait_until(
        lambda: two.parts()["worker-2"] != second and two.running() == two.pids.keys(),
        within=READY_WITHIN,
    ), two.said()
    assert "worker-2 was ended by SIGKILL; starting it again in 1 s" in two.said()
    assert wait_until(lambda: two.said().count("worker ready") == 3, within=READY_WITHIN), (
        two.said()
    )
    assert two.parts()["worker-1"] == first, "the other one was left alone"

    left_behind = [two.parts()[name] for name in ("worker-1", "worker-2")]
    two.end(signal.SIGKILL)
    starts.append(one := Up(folder, two.port))
    assert one.is_ready(), one.said()
    assert [each for each in left_behind if each.is_running()] == []
    assert "1 worker is at work" in one.said()
    assert wait_until(lambda: are_well(one), within=READY_WITHIN, every=1), one.said()
    assert one.end(signal.SIGINT) == 0
    assert one.running() == set()
