"""Whether a worker is well: its own question for work counts, not that of another one beside it."""

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import yaml
from click.testing import CliRunner, Result

from cli.listening import MOVES_WITHIN_SECONDS
from cli.main import main
from config import Settings
from relay.listening import LOOK_EVERY_SECONDS, Listening
from store.database import Sessions
from tests.architecture.code import ROOT
from tests.temporal import a_client
from tests.waiting import eventually
from worker import THREADS, case_worker


def asked(terminal: CliRunner) -> Result:
    return terminal.invoke(main, ["listening"])


async def test_a_worker_that_is_dead_beside_a_living_one_is_told_apart(
    settings: Settings, sessions: Sessions, terminal: CliRunner
) -> None:
    living, dead = [
        await a_client(settings.temporal_address, settings.temporal_namespace, identity=name)
        for name in ("the living one", "the dead one")
    ]
    file = settings.listening_file
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(living, sessions, threads):
            await Listening(dead, file).look()
            assert not file.exists()
            assert "has not asked for work yet" in asked(terminal).output

            async def is_heard() -> bool:
                await Listening(living, file).look()
                return asked(terminal).exit_code == 0

            await eventually("the living worker is heard from", is_heard)
    assert time.time() - file.stat().st_mtime < 60


def leave_word(settings: Settings, *, moved: float = 0, heard: float = 0) -> None:
    """As a worker would have that moved, and was heard by the engine, so many seconds ago."""
    now = time.time()
    settings.listening_file.write_text(datetime.fromtimestamp(now - heard, UTC).isoformat())
    os.utime(settings.listening_file, (now - moved, now - moved))


def test_a_worker_that_hangs_is_not_well_however_lately_the_engine_heard_it(
    settings: Settings, terminal: CliRunner
) -> None:
    leave_word(settings)
    assert asked(terminal).exit_code == 0
    leave_word(settings, moved=20)
    said = asked(terminal)
    assert said.exit_code == 1
    assert said.stderr == "The worker here has not moved for 20 s: it hangs, or has ended.\n"


def test_a_worker_that_moves_and_is_not_heard_is_not_well(
    settings: Settings, terminal: CliRunner
) -> None:
    leave_word(settings, heard=300)
    said = asked(terminal)
    assert said.exit_code == 1
    assert "the engine last heard it 300 s ago" in said.stderr


def test_compose_sees_a_worker_that_hangs_within_half_a_minute() -> None:
    """The age at which it counts as hung, the wait for the next check, and the check itself."""
    check = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["worker"][
        "healthcheck"
    ]
    assert check["test"] == ["CMD", "redress", "listening"]
    interval, timeout = (int(check[name].removesuffix("s")) for name in ("interval", "timeout"))
    assert MOVES_WITHIN_SECONDS >= 2 * LOOK_EVERY_SECONDS
    assert MOVES_WITHIN_SECONDS + check["retries"] * (interval + timeout) <= 30


def test_asking_costs_next_to_nothing(settings: Settings, terminal: CliRunner) -> None:
    """It is asked every half minute for as long as a bank runs, and once cost 1.5 s each time."""
    leave_word(settings)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "cli.main", "listening"]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 0.5
