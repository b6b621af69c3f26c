"""Whether a worker is well: its own question for work counts, not that of another one beside it."""

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from click.testing import CliRunner, Result

from cli.main import main
from config import Settings
from relay.listening import Listening
from store.database import Sessions
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


def test_a_worker_that_has_long_been_silent_is_not_well(
    settings: Settings, terminal: CliRunner
) -> None:
    settings.listening_file.touch()
    assert asked(terminal).exit_code == 0
    long_ago = time.time() - 300
    os.utime(settings.listening_file, (long_ago, long_ago))
    said = asked(terminal)
    assert (said.exit_code, said.stderr) == (1, "The worker here asked for work 300 s ago.\n")


def test_asking_costs_next_to_nothing(settings: Settings, terminal: CliRunner) -> None:
    """It is asked every half minute for as long as a bank runs, and once cost 1.5 s each time."""
    settings.listening_file.touch()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "cli.main", "listening"]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 0.5
