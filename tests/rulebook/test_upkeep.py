"""How an installation looks after itself is the bank's to say: each figure with its rule."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.upkeep import Chore
from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES
from rulebook.upkeep import read_upkeep

FIGURES = (POLICIES / "upkeep" / "upkeep.yaml").read_text(encoding="utf-8")


def test_the_figures_of_the_folder_are_fit_for_use() -> None:
    upkeep = read_upkeep()
    assert upkeep.every[Chore.VERIFY] == timedelta(minutes=15)
    assert upkeep.patience.step == timedelta(minutes=5)


def test_everything_wrong_with_the_figures_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    spoiled = (
        FIGURES.replace("verify: {value: 900, rule: default}", "verify: {value: 900}")
        .replace("step_seconds: {value: 300,", "step_seconds: {value: soon,")
        .replace("answer_seconds:", "reply_seconds:")
    )
    file = tmp_path / "upkeep.yaml"
    file.write_text(spoiled, encoding="utf-8")
    with pytest.raises(FileProblems) as refused:
        read_upkeep(file)
    assert [each.sentence for each in refused.value.problems] == [
        "chores.verify wants a value and the rule it comes from, or `default`",
        "patience.step_seconds must be a whole number, 1 or more",
        "patience.answer_seconds wants a value and the rule it comes from, or `default`",
        "nothing is called 'patience.reply_seconds'",
    ]
    told = refused.value.problems[-1]
    assert "reply_seconds" in spoiled.splitlines()[told.line - 1]
