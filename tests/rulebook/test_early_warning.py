"""The method of early warning: what is wrong with its file is told with its lines."""

from pathlib import Path

import pytest

from rulebook.analysis.warning import read_warning_rules
from rulebook.marked_yaml import FileProblems

GOOD = """\
method: poisson
months: {value: 12, rule: default}
known_months: {value: 6, rule: default}
fewest: {value: 10, rule: default}
one_in: {value: 1000, rule: default}
"""


def test_ours_looks_at_the_twelve_months_before() -> None:
    assert read_warning_rules().months == 12


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("poisson", "guess", 1, "one of poisson"),
        ("one_in: {value: 1000", "one_in: {value: 1", 5, "2 or more"),
        ("known_months: {value: 6", "known_months: {value: 13", 3, "no more known months"),
        ("fewest", "least", 4, "nothing is called 'least'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    right: str, wrong: str, line: int, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "early_warning.yaml"
    file.write_text(GOOD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(FileProblems) as told:
        read_warning_rules(file)
    assert any(each.line == line and says in each.sentence for each in told.value.problems), str(
        told.value
    )
