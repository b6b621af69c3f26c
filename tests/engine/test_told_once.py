"""A case that is stuck does not fill the log of its worker."""

import logging
from collections.abc import Iterator

import pytest

from engine.payloads import UnreadablePayload
from engine.told_once import FAILED_TASKS, ToldOnce


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log of a worker that fails, as a person reads it."""
    quiet = ToldOnce()
    FAILED_TASKS.addFilter(quiet)
    yield caplog
    FAILED_TASKS.removeFilter(quiet)


def fails(run: str, failure: Exception) -> None:
    try:
        raise failure
    except Exception as error:
        FAILED_TASKS.warning(f"Failed activation on workflow Case, run {run}", exc_info=error)


def test_the_way_through_the_program_is_told_once_for_each_run_and_kind(
    told: pytest.LogCaptureFixture,
) -> None:
    for _ in range(3):
        fails("one", RuntimeError("a mistake"))
    fails("two", RuntimeError("a mistake"))
    fails("two", KeyError("another"))
    assert told.text.count("Traceback") == 3
    assert told.text.count("run one: RuntimeError") == 2
    assert len(told.records) == 5


def test_what_is_not_ours_is_told_in_a_line(told: pytest.LogCaptureFixture) -> None:
    behind = UnreadablePayload("a payload that is not encrypted")
    failure = RuntimeError("Failed decoding arguments")
    failure.__cause__ = behind
    fails("one", failure)
    assert "run one: UnreadablePayload" in told.text
    assert "Traceback" not in told.text


def test_other_words_of_the_worker_stay_as_they_are(told: pytest.LogCaptureFixture) -> None:
    with told.at_level(logging.INFO, logger=FAILED_TASKS.name):
        FAILED_TASKS.info("all is %s", "well")
    assert "all is well" in told.text
