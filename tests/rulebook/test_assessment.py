"""The formulas of an assessment: what is wrong with a file is told with its lines, all at once."""

from pathlib import Path

import pytest

from domain.assessment import Basis
from rulebook.assessment.indicators import read_assessment
from rulebook.marked_yaml import FileProblems

GOOD = """\
indicators:
  timely:
    title: {en: In time, zh: 及时率}
    counts: settled_in_time
    of: settled
    per: 100
    rule: H-05
    formula: default
fewest: {value: 5, rule: default}
personal_customers: {}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "indicators.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_indicator_of_ours_names_its_rule_and_says_that_its_formula_is_a_default() -> None:
    rules = read_assessment()
    assert {each.formula for each in rules.indicators} == {"default"}
    assert all(each.rule[0] in "ADH" for each in rules.indicators)
    assert {each.of for each in rules.indicators} >= {*Basis, None}


def test_other_formulas_are_another_version(tmp_path: Path) -> None:
    before = read_assessment(written(tmp_path, GOOD)).version
    read_assessment.cache_clear()
    after = read_assessment(written(tmp_path, GOOD.replace("per: 100", "per: 1000"))).version
    assert before != after


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("counts: settled_in_time", "counts: happy", 2, "one of received, counted"),
        ("of: settled", "of: nobody", 5, "outlets, personal_customers"),
        ("per: 100", "per: 0", 6, "a whole number"),
        ("rule: H-05", "weight: 3", 7, "nothing of 'weight'"),
        ("formula: default", "formula:", 2, "which rule, or `default`"),
        ("zh: 及时率", "fr: a temps", 2, "a title is wanted in zh"),
        ("fewest: {value: 5, rule: default}", "fewest: 5", 9, "the rule it comes from"),
        ("personal_customers: {}", "customers: 3", 10, "nothing is called 'customers'"),
        (
            "personal_customers: {}",
            "personal_customers: {east: {value: many, rule: bank}}",
            10,
            "must be a whole number",
        ),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_line(
    tmp_path: Path, right: str, wrong: str, line: int, says: str
) -> None:
    read_assessment.cache_clear()
    assert right in GOOD
    with pytest.raises(FileProblems) as told:
        read_assessment(written(tmp_path, GOOD.replace(right, wrong)))
    assert any(each.line == line and says in each.sentence for each in told.value.problems), (
        told.value.problems
    )
