"""What all fault tests share: a seed that is printed, a folder PostgreSQL may enter, figures."""

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIGURES = pytest.StashKey[dict[str, Any]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FIGURES] = {}


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The figures, for `docs/reliability.md`."""
    for name, value in config.stash[FIGURES].items():
        terminalreporter.write_line(f"{name}: {json.dumps(value)}")


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> str:
    """What everything random follows from: SEED=.. repeats a run."""
    chosen = os.environ.get("SEED") or str(random.randrange(1_000_000))
    pytestconfig.stash[FIGURES]["SEED"] = chosen
    return chosen


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> dict[str, Any]:
    """What a test has measured, told at the end of the run."""
    return pytestconfig.stash[FIGURES]


@pytest.fixture(scope="session")
def soak_seconds() -> float:
    """How long the long tests may go on: SOAK_SECONDS=.., or a minute."""
    return float(os.environ.get("SOAK_SECONDS") or 60)


@pytest.fixture(scope="session")
def installation(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Where installations are made. It stays when a test fails, with all its logs."""
    folder = Path(tempfile.mkdtemp(prefix="redress-faults-"))
    folder.chmod(0o755)
    yield folder
    if request.session.testsfailed == 0:
        shutil.rmtree(folder, ignore_errors=True)
