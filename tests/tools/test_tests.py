"""A test that fails beside others and passes alone is named and no reason to refuse; one that fails
alone too is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.processes import wait_until
from tests.architecture.code import ROOT
from tools.tests import Part, run

UNSTEADY = """
from pathlib import Path

def test_asks_too_early():
    seen = Path("seen")
    was_there = seen.exists()
    seen.touch()
    assert was_there
"""
WRONG = "def test_is_wrong():\n    assert False\n"
DIES = """
import os

def test_takes_all_others_with_it():
    os._exit(1)
"""
LONG = """
from pathlib import Path
from threading import Event
import pytest

@pytest.fixture
def engine():
    Path("started").touch()
    yield
    Path("taken-down").touch()

def test_takes_long(engine):
    Event().wait()
"""
TAKES_THE_FIRST_WORD_FOR_ITSELF = LONG.replace(
    "    Event().wait()",
    "    try:\n        Event().wait()\n    except KeyboardInterrupt:\n        Event().wait()",
)
ENDED_FROM_OUTSIDE = """
import signal, sys
import tools.tests
from tools.tests import Part, run
tools.tests.AGAIN_AFTER_SECONDS = 3
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
run([Part("one", ["one"]), Part("the rest", ["--ignore=one"])], once_more=0)
"""
RIGHT = "def test_is_right():\n    pass\n"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Part]:
    """Two parts with nothing in them."""
    monkeypatch.chdir(tmp_path)
    Path("pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = session\n")
    for folder in ("one", "two"):
        Path(folder).mkdir()
        Path(folder, "test_right.py").write_text(RIGHT)
    return [Part("one", ["one"]), Part("the rest", ["--ignore=one"])]


def test_what_passes_alone_is_named_and_passes(
    parts: list[Part], capfd: pytest.CaptureFixture[str]
) -> None:
    Path("one/test_unsteady.py").write_text(UNSTEADY)
    assert run(parts, once_more=1)
    said = capfd.readouterr().out
    assert "UNSTEADY, to be mended: one/test_unsteady.py::test_asks_too_early" in said


def test_without_leave_nothing_is_tried_twice(parts: list[Part]) -> None:
    Path("two/test_unsteady.py").write_text(UNSTEADY)
    assert not run(parts, once_more=0)


def test_what_fails_alone_too_fails(parts: list[Part], capfd: pytest.CaptureFixture[str]) -> None:
    Path("one/test_unsteady.py").write_text(UNSTEADY)
    Path("two/test_wrong.py").write_text(WRONG)
    assert not run(parts, once_more=2)
    assert "UNSTEADY" not in capfd.readouterr().out


def test_more_than_was_allowed_for_is_no_accident(parts: list[Part]) -> None:
    Path("one/test_unsteady.py").write_text(UNSTEADY)
    Path("two/test_unsteadier.py").write_text(UNSTEADY.replace("seen", "looked"))
    assert not run(parts, once_more=1)


def test_a_part_that_cannot_even_begin_fails(parts: list[Part]) -> None:
    Path("one/test_right.py").unlink()
    assert not run(parts, once_more=5)
    Path("one/test_right.py").write_text("import nothing_of_this_name\n")
    assert not run(parts, once_more=5)


def test_a_part_that_dies_without_a_word_fails(parts: list[Part]) -> None:
    Path("one/test_dying.py").write_text(DIES)
    assert not run(parts, once_more=5)
    Path("two/test_unsteady.py").write_text(UNSTEADY)
    assert not run(parts, once_more=5), "what failed beside it says nothing of it"


def test_when_all_is_well_all_is_well(parts: list[Part]) -> None:
    assert run(parts, once_more=0)


@pytest.mark.parametrize("long", [LONG, TAKES_THE_FIRST_WORD_FOR_ITSELF])
def test_when_it_is_ended_from_outside_nothing_that_was_started_stays(
    parts: list[Part], long: str
) -> None:
    Path("one/test_long.py").write_text(long)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen([sys.executable, "-c", ENDED_FROM_OUTSIDE], env=environ)
    assert wait_until(Path("started").exists, within=60)
    running.terminate()
    assert running.wait(timeout=60) == 143
    assert Path("taken-down").exists()
