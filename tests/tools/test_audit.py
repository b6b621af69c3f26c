"""What is kept of advisories finds what it knows, and nothing else."""

import re

import pytest

from tests.architecture.code import ROOT
from tools.audit.dependencies import CANARY, KEPT, LOCK, _advisories, known_against
from tools.security import TESTS, Stage


@pytest.mark.parametrize(
    ("package", "version", "is_bad"),
    [
        (*CANARY.split("=="), True),
        ("jinja2", "3.1.6", False),
        ("flask", "3.1.0", True),
        ("flask", "3.1.2", True),
        ("flask", "3.1.3", False),
        ("werkzeug", "2.2.2", True),
        ("werkzeug", "3.1.9", False),
        ("nobodys", "1.0", False),
    ],
)
def test_a_version_is_bad_from_where_the_fault_came_in_until_it_was_mended(
    package: str, version: str, is_bad: bool
) -> None:
    assert any(known_against(package, version)) is is_bad


def test_every_pin_of_the_lock_has_a_version_that_can_be_judged() -> None:
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", LOCK.read_text(), re.MULTILINE)
    assert len(pins) > 80
    assert [pin for pin in pins if any(known_against(*pin))] == []
    assert len(_advisories()["advisories"]) > 60
    assert KEPT.stat().st_size < 1 << 20


def test_a_stage_that_checked_nothing_does_not_hold() -> None:
    assert Stage(name="a", checked=1, failed=0).holds
    assert not Stage(name="a", checked=0, failed=0).holds
    assert not Stage(name="a", checked=9, failed=1).holds


def test_every_stage_names_tests_that_are_there() -> None:
    for stage, tests in TESTS.items():
        for test in tests:
            file, _, name = test.partition("::")
            assert (ROOT / file).exists(), stage
            assert not name or f"def {name}(" in (ROOT / file).read_text(), test
