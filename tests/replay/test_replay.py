"""Recorded histories under today's code, and what each of the two checks sees of a change."""

import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from domain.events import Event
from engine.replay import Replayed, replay
from engine.story import is_local_step, summary_of
from tests.replay import changed
from worker import WORKFLOWS

HERE = Path(__file__).parent
RECORDED = sorted(HERE.glob("*.json"))
CARDS = HERE / "README.md"


def history_in(file: Path) -> WorkflowHistory:
    """A recorded history under the id it had."""
    return WorkflowHistory.from_json(f"case/{file.stem}", file.read_text())


def test_every_path_is_recorded() -> None:
    paths = {file.stem.split("-")[1] for file in RECORDED}
    assert paths == {"ladder", "life", "waiting", "notes", "late"}


def written_in(history: WorkflowHistory) -> list[str]:
    """What a recorded run asked its journal to write, in order."""
    labels = [
        summary_of(each)
        for each in history.events
        if each.HasField("activity_task_scheduled_event_attributes") or is_local_step(each)
    ]
    return [label for label in labels if label in set(Event)]


def test_the_cards_say_what_is_recorded() -> None:
    told = re.findall(r"^\| `(\S+)` \| .+ \| (.+) \|$", CARDS.read_text(), re.MULTILINE)
    assert dict(told) == {file.stem: ", ".join(written_in(history_in(file))) for file in RECORDED}


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_cases_begun_under_recorded_code_can_go_on(file: Path) -> None:
    replayed = await replay(history_in(file), WORKFLOWS, strictly=False)
    assert replayed == Replayed(workflow_id=f"case/{file.stem}", failure=None)


@pytest.mark.parametrize(
    ("recording", "workflow", "part"),
    [
        ("1-ladder-1", changed.LaterTimers, "timer_started start_to_fire_timeout"),
        ("1-ladder-1", changed.OtherLabels, "timer_started summary"),
        ("1-ladder-1", changed.OtherArguments, "activity_task_scheduled arguments"),
        ("1-ladder-1", changed.ShorterPatience, "activity_task_scheduled start_to_close_timeout"),
        ("2-ladder-1", changed.LaterTimers, "timer_started start_to_fire_timeout"),
        ("2-ladder-1", changed.OtherEntries, "marker_recorded summary"),
    ],
)
async def test_a_changed_figure_is_seen_by_the_strict_check_alone(
    recording: str, workflow: type, part: str
) -> None:
    history = history_in(HERE / f"{recording}.json")

    plain = await replay(history, [workflow], strictly=False)
    assert plain.is_fine

    strict = await replay(history, [workflow], strictly=True)
    assert strict.failure is None
    assert part in {difference.what for difference in strict.differences}


@pytest.mark.parametrize("recording", ["1-ladder-1", "2-ladder-1"])
async def test_a_step_left_out_is_seen_by_both(recording: str) -> None:
    history = history_in(HERE / f"{recording}.json")
    for strictly in (False, True):
        replayed = await replay(history, [changed.NoTimers], strictly=strictly)
        assert replayed.failure is not None
