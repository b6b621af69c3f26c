"""Each rule that the packs come from stands there clause by clause, with its test or its reason."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebook.clauses import Coverage, read_regulations
from rulebook.marked_yaml import FileProblems
from tests.architecture.code import ROOT

RULES = {"A": 60, "B": 17, "C": 36, "D": 40, "E": 10, "F": 5, "G": 3, "H": 8}
"""How many numbered rules each regulation has in its source."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The parts of the project that say what is carried out."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "policies", root / "policies")
    (root / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "limitations.md", root / "docs")
    shutil.copytree(ROOT / "tests", root / "tests", ignore=shutil.ignore_patterns("*.json", "__*"))
    return root


@pytest.fixture
def changed(whole: Path, tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """What is wrong with the project once something in a file of it has been put otherwise."""

    def told(name: str, before: str, after: str) -> list[str]:
        root = tmp_path / "changed"
        root.mkdir()
        for part in ("policies", "docs", "tests"):
            if name.startswith(part):
                shutil.copytree(whole / part, root / part)
            else:
                (root / part).symlink_to(whole / part)
        text = (root / name).read_text(encoding="utf-8")
        assert text.count(before) >= 1, "nothing would be changed"
        (root / name).write_text(text.replace(before, after, 1), encoding="utf-8")
        try:
            read_regulations(root)
        except FileProblems as wrong:
            return [each.sentence for each in wrong.problems]
        return []

    return told


def test_every_clause_of_every_rule_has_its_test_or_its_reason() -> None:
    found = read_regulations()
    numbered = {each.letter: sum(not rule[-1].isalpha() for rule in each.rules) for each in found}
    assert numbered == RULES
    assert {clause.coverage for each in found for clause in each.clauses} == set(Coverage)


A_YAML = "policies/rules/a.yaml"
LEFT_OUT = '    left_out: "Words about purpose, basis and scope"\n'


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (A_YAML, LEFT_OUT, "", "names neither a `test` nor"),
        (A_YAML, LEFT_OUT, "    lacks: everything\n", "names neither a `test` nor"),
        (A_YAML, LEFT_OUT, f"{LEFT_OUT}    test: limits.reply-general\n", "not both"),
        (A_YAML, LEFT_OUT, f"{LEFT_OUT}    tests: limits.reply-general\n", "is called tests"),
        (A_YAML, "test_01_a_complaint", "test_01_no_complaint", "there is no test tests/"),
        (A_YAML, "tests/scenarios/test_pack_a.py", "tests/scenarios/test_x.py", "there is no test"),
        ("tests/scenarios/test_pack_a.py", "def test_01_a", "def tost_01_a", "there is no test"),
        ("tests/scenarios/test_pack_a.py", "def test_01_a", "dof test_01_a", "there is no test"),
        ("tests/tasks/test_every_task.py", "def test_whoever", "def x", "the test of all duties"),
        (A_YAML, "duties.media-office", "duties.nobody", "pack head-office has no duties.nobody"),
        (A_YAML, "duties.media-office", "people.max", "neither a test nor a part of a pack"),
        ("policies/head-office.yaml", "  media-office:", "  press:", "has no duties.media-office"),
        (A_YAML, "Words about purpose", "Words about", "has no entry “Words about, basis"),
        ("docs/limitations.md", "**Words about purpose", "**On purpose", "has no entry “Words"),
        ("docs/limitations.md", "A-01, A-02, A-04", "A-02, A-04", "does not name the rule"),
        ("docs/limitations.md", "A-01, A-02", "A-01, A-02, A-34", "names A-34, every clause of"),
        (A_YAML, "A-01.1:", "A-99.1:", "A-99.1 is no clause of a rule of this file"),
        (A_YAML, "A-01.1:", "A-01.4:", "the clauses of A-01 are not numbered 1 to 3"),
        (A_YAML, "A-25.1:", "A-24.3:", "rule A-25 has no clause"),
        (A_YAML, "rules: 60", "rules: 61", "rule A-61 has no clause"),
        (A_YAML, "rules: 60", "rules: many", "says how many `rules` its source has"),
        (A_YAML, "A-01.2:", "A-01.1:", "'A-01.1' stands here a second time"),
        ("policies/base.yaml", "rule: A-23", "rule: A-77", "cites A-77, which has no clause"),
        (A_YAML, "    zh: 依据", "    zh: ''\n    zz: 依据", "one of Chinese"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(
    changed: Callable[[str, str, str], list[str]], file: str, before: str, after: str, said: str
) -> None:
    assert any(said in each for each in changed(file, before, after))


def test_nothing_is_told_of_the_project_as_it_is(
    changed: Callable[[str, str, str], list[str]],
) -> None:
    assert changed(A_YAML, "letter: A", "letter: A") == []
