"""The rules that the packs come from, clause by clause: what carries each out, or why nothing does.

Each file of `policies/rules/` holds the rules of one regulation, each clause in a line of our own.
A clause names what drives it as its people meet it: a test (`tests/.../test_x.py::test_y`), or a
part of its pack (`duties.media-office`, of a parent `head-office/duties.media-office`) that one
test drives with all others of its kind. Where nothing does, it names the entry of
`docs/limitations.md` that says why.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from domain.errors import NotFit
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page, Problem
from rulebook.packs import POLICIES, read_text

ROOT = POLICIES.parent
LIMITATIONS = Path("docs") / "limitations.md"

_WORDS = "tests/tasks/test_every_word.py::test_"

DRIVEN: Mapping[str, str] = {
    "duties": "tests/tasks/test_every_task.py"
    "::test_whoever_is_charged_hears_of_it_sees_it_and_ends_it",
    "routes": f"{_WORDS}a_case_says_who_receives_it_and_what_they_do",
    "checklists": f"{_WORDS}a_case_says_what_to_mind_in_its_situation_and_in_no_other",
    "gates": f"{_WORDS}what_must_come_first_is_said_where_the_act_would_stand",
    "limits": f"{_WORDS}a_limit_stands_on_the_page_with_its_reason_and_running_out_is_told",
    "periodicals": f"{_WORDS}a_report_stands_on_the_list_of_who_owes_it_and_is_submitted_there",
}
"""The test that drives every part of one kind of every pack, as whoever it is for meets it."""

RULE = re.compile(r"\b[A-H]-\d\d[ab]?\b")
RANGE = re.compile(r"\b([A-H])-(\d\d)\.\.(?:\1-)?(\d\d)\b")
CLAUSE = re.compile(r"(?P<rule>[A-H]-\d\d[ab]?)\.(?P<number>[1-9]\d*)")
CHINESE = re.compile("[一-鿿]")
LEAD = re.compile(r"\*\*(?P<lead>.+?)[.:]?\*\*")


class Coverage(StrEnum):
    """How far a clause is carried out."""

    CARRIED_OUT = "carried out"
    IN_PART = "in part"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing that one rule asks."""

    id: str
    words: Mapping[str, str]
    """In one line, by language."""
    tests: tuple[str, ...] = ()
    """What drives it through pages, inboxes, mail, files and time."""
    lacks: str = ""
    """What of it is not carried out, when only a part is."""
    left_out: str = ""
    """The entry of the limitations that says why it is not carried out."""

    @property
    def coverage(self) -> Coverage:
        if self.left_out:
            return Coverage.LEFT_OUT
        return Coverage.IN_PART if self.lacks else Coverage.CARRIED_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """The rules of one source, clause by clause, and the pack that holds its figures."""

    letter: str
    pack: str
    rules: tuple[str, ...]
    clauses: tuple[Clause, ...]

    def test_behind(self, named: str) -> str:
        """The test as one would run it, of a part of the pack too."""
        if "::" in named:
            return named
        pack, kind, part = _part_of(named, self.pack)
        return f"{DRIVEN[kind]}[{pack}: {part}]"


def lies_with_its_tests(root: Path = ROOT) -> bool:
    """Whether tests and documents lie beside the policies, as in the source and not in an image."""
    return (root / "tests").is_dir()


def read_regulations(root: Path = ROOT) -> tuple[Regulation, ...]:
    """Every regulation by its letter; raises `FileProblems` with everything wrong at once: a clause
    that has neither test nor reason, a test or a limitation that is not there, a rule without
    clauses. Where tests and documents do not lie, they are not looked for.
    """
    limitations = _limitations(root) if lies_with_its_tests(root) else None
    regulations: list[Regulation] = []
    problems: list[Problem] = []
    for path in sorted((root / "policies" / "rules").glob("*.yaml")):
        page = marked_yaml.read(path, name=f"rules/{path.name}")
        regulation = _regulation(page, root, limitations)
        regulations.append(regulation)
        problems += page.problems
    problems += _cited_without_clauses(root, regulations)
    if limitations is not None:
        problems += _limited_without_reason(root, regulations)
    if problems:
        raise FileProblems(problems)
    return tuple(regulations)


def _regulation(page: Page, root: Path, limitations: Mapping[str, str] | None) -> Regulation:
    data = page.data if isinstance(page.data, dict) else {}
    letter, pack = str(data.get("letter", "")), str(data.get("pack", ""))
    numbers = int(data["rules"]) if str(data.get("rules", "")).isdecimal() else 0
    if not numbers:
        page.wrong("says how many `rules` its source has, as a number", "rules")
    rules = [f"{letter}-{number:02}" for number in range(1, numbers + 1)]
    rules += data.get("besides", [])
    clauses = []
    for key, said in (data.get("clauses") or {}).items():
        clause = _clause(key, said if isinstance(said, dict) else {})
        clauses.append(clause)
        sentences = [*_flaws(clause, said)]
        if limitations is not None:
            sentences += [*_tests_away(clause, pack, root), *_reason_away(clause, limitations)]
        for sentence in sentences:
            page.wrong(f"{key}: {sentence}", "clauses", key)
    for sentence in _numbering(rules, [each.id for each in clauses]):
        page.wrong(sentence, "clauses")
    return Regulation(letter=letter, pack=pack, rules=tuple(rules), clauses=tuple(clauses))


def _clause(key: str, said: Mapping[str, Any]) -> Clause:
    tests = said.get("test", [])
    return Clause(
        id=key,
        words={each: str(said.get(each, "")) for each in ("en", "zh")},
        tests=tuple(tests) if isinstance(tests, list) else (tests,),
        lacks=said.get("lacks", ""),
        left_out=said.get("left_out", ""),
    )


def _flaws(clause: Clause, said: Any) -> Iterator[str]:
    unknown = set(said if isinstance(said, dict) else ()) - {
        "en", "zh", "test", "lacks", "left_out",
    }  # fmt: skip
    if unknown:
        yield f"nothing is called {', '.join(sorted(unknown))}"
    if not clause.words["en"] or not CHINESE.search(clause.words["zh"]):
        yield "is said in one line of English and one of Chinese"
    if not clause.tests and not clause.left_out:
        yield "names neither a `test` nor, as `left_out`, an entry of the limitations"
    if clause.left_out and (clause.tests or clause.lacks):
        yield "is left out, or has a test, with what `lacks`: not both"


def _tests_away(clause: Clause, pack: str, root: Path) -> Iterator[str]:
    for test in clause.tests:
        file, _, name = test.partition("::")
        if name:
            if name not in _tests_of(root / file):
                yield f"there is no test {test}"
            continue
        of_pack, kind, part = _part_of(test, pack)
        if kind not in DRIVEN:
            yield f"{test} is neither a test nor a part of a pack that a test drives"
        elif part not in _parts_of(of_pack, root).get(kind, {}):
            yield f"pack {of_pack} has no {kind}.{part}"
        else:
            driving, _, name = DRIVEN[kind].partition("::")
            if name not in _tests_of(root / driving):
                yield f"the test of all {kind} is not there: {DRIVEN[kind]}"


def _part_of(named: str, pack: str) -> tuple[str, str, str]:
    """Pack, kind and name of a part; the pack is named where it is the parent (`parent/kind.x`)."""
    of_pack, _, part = named.rpartition("/")
    kind, _, name = part.partition(".")
    return of_pack or pack, kind, name


def _reason_away(clause: Clause, limitations: Mapping[str, str]) -> Iterator[str]:
    if not clause.left_out:
        return
    if clause.left_out not in limitations:
        yield f"docs/limitations.md has no entry “{clause.left_out}”"
    elif _rule_of(clause.id) not in _cited(limitations[clause.left_out]):
        yield f"the entry “{clause.left_out}” of docs/limitations.md does not name the rule"


def _numbering(rules: list[str], ids: list[str]) -> Iterator[str]:
    """What is wrong with the ids: each rule has clauses 1, 2, 3 and so on; nothing else has any."""
    found: dict[str, list[int]] = {rule: [] for rule in rules}
    for each in ids:
        match = CLAUSE.fullmatch(each)
        if match is None or match["rule"] not in found:
            yield f"{each} is no clause of a rule of this file"
        else:
            found[match["rule"]].append(int(match["number"]))
    for rule, numbers in found.items():
        if not numbers:
            yield f"rule {rule} has no clause"
        elif numbers != list(range(1, len(numbers) + 1)):
            yield f"the clauses of {rule} are not numbered 1 to {len(numbers)}, in this order"


def _cited_without_clauses(root: Path, regulations: list[Regulation]) -> Iterator[Problem]:
    known = {rule for each in regulations for rule in each.rules}
    for path in sorted((root / "policies").glob("*.yaml")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for rule in sorted(_cited(text) - known):
                sentence = f"cites {rule}, which has no clause in policies/rules/"
                yield Problem(file=path.name, line=line, sentence=sentence)


def _limited_without_reason(root: Path, regulations: list[Regulation]) -> Iterator[Problem]:
    """Whatever the limitations admit of a rule must be found among its clauses."""
    whole = {rule for each in regulations for rule in each.rules}
    whole -= {
        _rule_of(clause.id)
        for each in regulations
        for clause in each.clauses
        if clause.coverage is not Coverage.CARRIED_OUT
    }
    text = (root / LIMITATIONS).read_text(encoding="utf-8")
    for line, words in enumerate(text.splitlines(), 1):
        for rule in sorted(_cited(words) & whole):
            sentence = f"names {rule}, every clause of which is carried out"
            yield Problem(file=LIMITATIONS.name, line=line, sentence=sentence)


def _rule_of(clause: str) -> str:
    return clause.partition(".")[0]


def _cited(text: str) -> set[str]:
    """The rule ids of a text; `D-21..D-35` stands for each of them."""
    rules = set(RULE.findall(text))
    for letter, first, last in RANGE.findall(text):
        rules |= {f"{letter}-{number:02}" for number in range(int(first), int(last) + 1)}
    return rules


def _limitations(root: Path) -> dict[str, str]:
    """The entries of the limitations: what stands in bold at the beginning, and the whole."""
    lines = (root / LIMITATIONS).read_text(encoding="utf-8").splitlines()
    found = ((LEAD.search(line), line) for line in lines if line.startswith("- "))
    return {match["lead"]: line for match, line in found if match}


@cache
def _tests_of(path: Path) -> frozenset[str]:
    """The tests that a file defines, read and not run."""
    if not path.is_file():
        return frozenset()
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except SyntaxError:
        return frozenset()  # What cannot be read cannot be run either.
    functions = (
        each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return frozenset(each.name for each in functions if each.name.startswith("test_"))


@cache
def _parts_of(pack: str, root: Path) -> Mapping[str, Any]:
    """What a pack says, its parents laid under it."""
    try:
        return read_text(pack, root / "policies")
    except NotFit:
        return {}
