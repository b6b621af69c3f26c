"""How long texts may be is the bank's to say: each figure with its rule, all faults at once."""

from pathlib import Path

import pytest

from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES
from rulebook.texts import read_text_limits


def test_the_limits_of_the_folder_are_fit_for_use() -> None:
    assert read_text_limits().narrative == 20_000


def test_everything_wrong_with_the_limits_is_told_at_once(tmp_path: Path) -> None:
    text = (POLICIES / "texts" / "limits.yaml").read_text(encoding="utf-8")
    spoiled = (
        text.replace("demand: {value: 2000, rule: default}", "demand: {value: 2000}")
        .replace("phone: {value: 40,", "phone: {value: many,")
        .replace("file_name:", "nickname:")
    )
    file = tmp_path / "limits.yaml"
    file.write_text(spoiled, encoding="utf-8")
    with pytest.raises(FileProblems) as refused:
        read_text_limits(file)
    assert [problem.sentence for problem in refused.value.problems] == [
        "demand wants a value and the rule it comes from, or `default`",
        "phone must be a whole number, 1 or more",
        "file_name wants a value and the rule it comes from, or `default`",
        "nothing is called 'nickname'",
    ]
