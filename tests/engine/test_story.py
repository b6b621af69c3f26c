"""Folding the engine's history, on histories recorded from a real server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict
from temporalio.api.failure.v1 import Failure

from desk.history.story import run_from_json
from engine.reset_points import preview, reset_points
from engine.runs import Run, instant
from engine.story import failure_in_short, moments_of, pending_timers
from engine.timeline import Happening

RECORDED = Path(__file__).parent.parent / "replay"
LIVES = ("1-life-1", "2-life-1")
"""The same life, written by ordinary activities and by local ones."""


def recorded(name: str) -> Run:
    """A recorded run as the archive would give it."""
    return run_from_json("C-2026-000001", name, (RECORDED / f"{name}.json").read_text())


def until(run: Run, event_id: int) -> Run:
    """The same run as it was before this event."""
    return replace(run, events=tuple(each for each in run.events if each.event_id < event_id))


def first(run: Run, what: Happening) -> int:
    """The number of the event by which something first happened."""
    moment = next(moment for moment in moments_of(run) if moment.what == what)
    return int(moment.details[-1].split()[0])


def test_a_ladder_is_told_timer_by_timer() -> None:
    run = recorded("1-ladder-1")
    told = [moment.what for moment in moments_of(run)]
    assert told[0] is Happening.RUN_STARTED
    other = {moment.facts["type"] for moment in moments_of(run) if moment.what == Happening.OTHER}
    assert other <= {"workflow_execution_options_updated"}, "which is how tests skip time"
    assert told.count(Happening.TIMER_SET) == (
        told.count(Happening.TIMER_FIRED)
        + told.count(Happening.TIMER_CANCELED)
        + len(pending_timers(run))
    )
    steps = [moment.facts["step"] for moment in moments_of(run) if "step" in moment.facts]
    assert steps[:2] == ["Open the case", "warned"]


@pytest.mark.parametrize("name", sorted(file.stem for file in RECORDED.glob("*.json")))
def test_at_each_moment_at_most_one_timer_pends_and_it_fires_when_it_said(name: str) -> None:
    run = recorded(name)
    for event in run.events[1:]:
        timers = pending_timers(until(run, event.event_id))
        assert len(timers) <= 1
        fired = event.timer_fired_event_attributes
        if event.HasField("timer_fired_event_attributes"):
            assert timers[0].timer_id == fired.timer_id
            assert instant(event.event_time) - timers[0].fires_at < timedelta(seconds=1)


def test_a_run_that_is_over_holds_no_timer() -> None:
    run = recorded("1-life-1")
    assert run.outcome == "completed"
    assert pending_timers(run) == ()


@pytest.mark.parametrize("life", LIVES)
def test_commands_are_told_by_what_was_asked(life: str) -> None:
    heard = [
        moment.facts["act"]
        for moment in moments_of(recorded(life))
        if moment.what == Happening.COMMAND_HEARD
    ]
    assert heard == ["assign", "start", "reply", "dispose", "close"]


def test_a_new_run_says_that_it_goes_on() -> None:
    assert moments_of(recorded("1-notes-1"))[-1].what == Happening.RUN_CONTINUED_AS_NEW
    assert moments_of(recorded("1-notes-2"))[0].what == Happening.RUN_CONTINUED


@pytest.mark.parametrize("life", LIVES)
def test_each_step_is_told_once_it_is_done(life: str) -> None:
    done = [each for each in moments_of(recorded(life)) if each.what == Happening.STEP_DONE]
    assert [each.facts["step"] for each in done] == [
        "Open the case", "assigned", "started", "replied", "disposed", "closed",
    ]  # fmt: skip
    assert {each.facts["attempts"] for each in done} == {"1"}


def test_a_step_under_way_is_told_until_it_is_done() -> None:
    run = recorded("1-life-1")
    opening = until(run, first(run, Happening.STEP_DONE))
    assert moments_of(opening)[-1].what == Happening.STEP_UNDER_WAY


@pytest.mark.parametrize("life", LIVES)
def test_every_thought_is_a_point_latest_first_named_by_the_last_step(life: str) -> None:
    points = reset_points(recorded(life))
    assert [point.event_id for point in points] == sorted(
        (point.event_id for point in points), reverse=True
    )
    assert points[-1].after == ""
    assert {"Open the case", "assigned", "started", "replied"} <= {each.after for each in points}


@pytest.mark.parametrize("life", LIVES)
def test_a_preview_parts_the_history_at_the_point(life: str) -> None:
    run = recorded(life)
    point = next(each for each in reset_points(run) if each.after == "started")
    now = instant(run.events[-1].event_time)
    shown = preview(run, point.event_id, now)
    assert [line.label for line in shown.kept if line.what == Happening.STEP_DONE] == [
        "Open the case",
        "assigned",
        "started",
    ]
    assert [line.label for line in shown.reapplied] == ["reply", "dispose", "close"]
    assert [line.label for line in shown.run_again] == ["replied", "disposed", "closed"]
    assert [line.what for line in shown.lost] == [Happening.RUN_COMPLETED]


@pytest.mark.parametrize("life", LIVES)
def test_timers_whose_time_has_come_since_fire_at_once(life: str) -> None:
    run = recorded(life)
    point = next(each for each in reset_points(run) if each.after == "Open the case")
    (timer,) = pending_timers(until(run, point.event_id))
    early = preview(run, point.event_id, timer.fires_at - timedelta(seconds=1))
    late = preview(run, point.event_id, timer.fires_at)
    assert early.fire_at_once == ()
    assert [line.label for line in late.fire_at_once] == [timer.summary]
    assert early.digest() != late.digest()


def test_an_event_that_is_no_point_has_no_preview() -> None:
    with pytest.raises(KeyError):
        preview(recorded("1-life-1"), 1, datetime.min.replace(tzinfo=UTC))


def test_a_failure_is_told_by_its_innermost_cause_and_first_line() -> None:
    failure = ParseDict(
        {
            "message": "Activity task failed",
            "cause": {
                "message": "the disk is full\n[parameters: somebody's words]",
                "applicationFailureInfo": {"type": "OperationalError"},
            },
        },
        Failure(),
    )
    assert failure_in_short(failure) == "OperationalError: the disk is full"
