"""How long what is typed is kept, and a case counts as open, is the bank's to say."""

from pathlib import Path

import pytest

from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES
from rulebook.pages.limits import read_open_page_limits


def test_the_limits_of_the_folder_are_fit_for_use() -> None:
    limits = read_open_page_limits()
    assert limits.typed_lasts.days == 14
    assert limits.keeping.free == 30


def test_everything_wrong_with_the_limits_is_told_at_once(tmp_path: Path) -> None:
    text = (POLICIES / "pages" / "limits.yaml").read_text(encoding="utf-8")
    spoiled = text.replace("typed_days: {value: 14, rule: default}", "typed_days: {value: 14}")
    file = tmp_path / "limits.yaml"
    file.write_text(spoiled.replace("value: 40", "value: soon"), encoding="utf-8")
    with pytest.raises(FileProblems) as refused:
        read_open_page_limits(file)
    assert [problem.sentence for problem in refused.value.problems] == [
        "typed_days wants a value and the rule it comes from, or `default`",
        "present_seconds must be a whole number, 1 or more",
    ]
