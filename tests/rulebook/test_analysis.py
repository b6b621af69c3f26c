"""How the bank looks at its complaints: what is wrong with the file is told with its lines."""

from pathlib import Path

import pytest

from rulebook.analysis.reading import read_analysis
from rulebook.marked_yaml import FileProblems

GOOD = """\
fewest: {value: 5, rule: default}
most_bars: {value: 12, rule: default}
months_at_most: {value: 36, rule: default}
age_days:
  - {value: 3, rule: default}
  - {value: 7, rule: default}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "analysis.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_our_stretches_of_ages_grow() -> None:
    assert read_analysis().age_days == (3, 7, 15, 30, 60)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("fewest: {value: 5", "fewest: {value: few", 1, "fewest must be a whole number"),
        ("{value: 7,", "{value: 2,", 4, "each stretch ends after the one before"),
        ("{value: 7,", "{value: -7,", 6, "a whole number of days"),
        ("most_bars", "bars", 2, "nothing is called 'bars'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    right: str, wrong: str, line: int, says: str, tmp_path: Path
) -> None:
    with pytest.raises(FileProblems) as told:
        read_analysis(written(tmp_path, GOOD.replace(right, wrong)))
    assert any(each.line == line and says in each.sentence for each in told.value.problems), str(
        told.value
    )
