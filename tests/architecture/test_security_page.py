"""The page on security: each requirement of the checklist once, each test it names is there."""

import ast
import re
from functools import cache

from tests.architecture.code import ROOT, tree_of

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

REQUIREMENTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
"""OWASP ASVS 5.0.0, levels 1 and 2: how many each section has. They are numbered from 1."""

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ?(.*?) ?\| (.*) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
WHY_NOT = ("Does not apply: ", "Not done", "Partly: ")


@cache
def names_in(file: str) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.walk(tree_of(ROOT / file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_every_requirement_of_levels_1_and_2_stands_here_once() -> None:
    asked = [
        f"{section}.{number}"
        for section, count in REQUIREMENTS.items()
        for number in range(1, count + 1)
    ]
    assert len(asked) == 253
    assert [row[0] for row in ROW.findall(PAGE)] == asked


def test_each_is_held_by_a_test_that_exists_or_says_why_not() -> None:
    for requirement, there_is, held_by in ROW.findall(PAGE):
        if not there_is:
            assert held_by.startswith(WHY_NOT), requirement
            continue
        named = TEST.findall(held_by)
        assert named, f"{requirement} names no test"
        for file, name in named:
            assert (ROOT / file).is_file(), file
            assert not name or name in names_in(file), f"{file} has no {name}"


def test_the_numbers_at_the_top_are_those_of_the_rows() -> None:
    rows = ROW.findall(PAGE)
    held = sum(bool(there_is) for _, there_is, _ in rows)
    not_ours = sum(why.startswith("Does not apply") for _, _, why in rows)
    told = re.search(r"(\d+) are held .*?, (\d+) do not apply .*?, (\d+) are not done", PAGE)
    assert told is not None
    assert [int(each) for each in told.groups()] == [held, not_ours, len(rows) - held - not_ours]
