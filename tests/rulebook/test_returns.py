"""Templates of returns: those that come with Redress, and what is said of one that is wrong."""

import shutil
from pathlib import Path

import pytest

from rulebook.marked_yaml import FileProblems
from rulebook.packs import POLICIES
from rulebook.returns import read_return, read_returns

WRONG = """return: ours
title: {en: Ours, zh: 我们的}
authority: {en: Bureau, zh: 局}
every: fortnight
rule: default
colour: red
sections:
  - title: {en: Balance, zh: 平衡}
    lines:
      - {line: A1, title: {en: Open, zh: 未结}, count: openings}
      - {line: A1, title: {en: In}, count: received, where: {category: [weather], mood: [bad]}}
      - {line: A3, title: {en: Share, zh: 占比}, share: A9 / A1}
      - {line: A4, title: {en: Both, zh: 两者}, share: A1 ** 2, count: closed}
  - title: {en: Each, zh: 逐项}
    each: jrt-9999/channel
    line: B
    count: received
checks:
  - {that: A1 + Q, equals: A1}
"""


def test_those_that_come_with_redress_can_be_read() -> None:
    returns = read_returns()
    assert set(returns) == {"cn-quarterly", "uk-half-yearly"}
    lines = {line.code: line for line in returns["cn-quarterly"].lines}
    assert len([code for code in lines if code.startswith("C")]) == 9, "eight categories and none"
    assert lines["D1"].lacks_code, "the numbers of JR/T 0169-2018 are the bank's to enter"


def test_everything_wrong_with_a_template_is_told_at_once_each_with_its_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "returns" / "ours.yaml"
    file.parent.mkdir()
    file.write_text(WRONG, encoding="utf-8")
    with pytest.raises(FileProblems) as wrong:
        read_return(file)
    said = str(wrong.value)
    for line, sentence in {
        4: "every is one of day, working-day",
        6: "there is no field 'colour'",
        10: "'openings' cannot be counted; what can is opening, received",
        11: "'weather' is no category",
    }.items():
        assert f"returns/ours.yaml:{line}: {sentence}" in said
    for sentence in (
        "title lacks zh",
        "a case has no 'mood'",
        "a line has either a count, a formula or a share",
        "there is no 'jrt-9999/channel' to have a line for each of",
        "two lines are called 'A1'",
        "'A9 / A1' speaks of 'A9', and no line that counts is called so",
        "'A1 ** 2': a formula is made of lines, whole numbers",
        "'A1 + Q' speaks of 'Q'",
    ):
        assert sentence in said


@pytest.mark.parametrize("content", ["", "just words", "a: [", "- 1"])
def test_what_is_no_template_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "returns" / "none.yaml"
    file.parent.mkdir()
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FileProblems, match=r"none\.yaml:1"):
        read_return(file)


def test_a_bank_enters_the_codes_of_the_standard_and_the_lines_are_called_by_them(
    tmp_path: Path,
) -> None:
    for folder in ("returns", "taxonomies"):
        shutil.copytree(POLICIES / folder, tmp_path / folder)
    file = tmp_path / "taxonomies" / "jrt-0169-2018.yaml"
    entered = file.read_text(encoding="utf-8").replace(
        'item: front-on-site, code: ""', 'item: front-on-site, code: "K01"'
    )
    file.write_text(entered, encoding="utf-8")
    lines = {line.code: line for line in read_returns(tmp_path)["cn-quarterly"].lines}
    assert not lines["K01"].lacks_code
    assert lines["D2"].lacks_code
