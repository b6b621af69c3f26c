"""How far dates may lie from now is the bank's to say, each figure with its rule."""

from pathlib import Path

import pytest

from rulebook.instants import read_instant_limits
from rulebook.marked_yaml import FileProblems


def test_the_limits_of_the_folder_are_fit_for_use() -> None:
    limits = read_instant_limits()
    assert limits.receipt_asked_after_years < limits.receipt_most_years


def test_a_figure_without_a_rule_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text(
        "receipt_asked_after_years: {value: 1, rule: default}\n"
        "receipt_most_years: {value: 10}\n"
        "later_date_most_years: {value: never, rule: default}\n",
        encoding="utf-8",
    )
    with pytest.raises(FileProblems) as refused:
        read_instant_limits(file)
    assert [problem.sentence for problem in refused.value.problems] == [
        "receipt_most_years wants a value and the rule it comes from, or `default`",
        "later_date_most_years must be a whole number, 1 or more",
    ]
