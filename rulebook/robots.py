"""What chat robots take and what their answers mean, read from `policies/notices/robots.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domain.notices import Obstacle
from domain.robots import RobotRules
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page
from rulebook.notices import FOLDER

FIGURES = ("longest", "messages_a_minute", "of_one_case_a_minute", "seconds_after_too_often")
MEASURES = ("bytes", "characters")


@cache
def read_robots(file: Path = FOLDER / "robots.yaml") -> Mapping[str, RobotRules]:
    """The rules of each kind of robot; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name="notices/robots.yaml")
    rules = {kind: _rules(page, kind) for kind in page.data}
    page.nothing_else()
    if page.problems:
        raise FileProblems(page.problems)
    return rules


def _rules(page: Page, kind: str) -> RobotRules:
    figures = {name: page.figure(kind, name) for name in FIGURES}
    page.asked |= {(kind, "source"), (kind, "answers")}
    stated = page.data[kind] if isinstance(page.data[kind], dict) else {}
    if not str(stated.get("source", "")).startswith("https://"):
        page.wrong(f"{kind}.source wants the address where its maker says so", kind)
    longest = stated.get("longest")
    measure = longest.get("in") if isinstance(longest, dict) else None
    if measure not in MEASURES:
        words = " or ".join(MEASURES)
        page.wrong(f"{kind}.longest wants to say in what: {words}", kind, "longest")
    answers = _answers(page, kind, stated.get("answers"))
    return RobotRules(**figures, in_bytes=measure == "bytes", answers=answers)


def _answers(page: Page, kind: str, stated: object) -> Mapping[str, Obstacle]:
    if not isinstance(stated, dict):
        page.wrong(f"{kind}.answers wants the robot's codes and what each means", kind, "answers")
        return {}
    known = {code: meaning for code, meaning in stated.items() if meaning in set(Obstacle)}
    for code in stated.keys() - known.keys():
        words = ", ".join(sorted(Obstacle))
        sentence = f"no code can mean {stated[code]!r}; it may be {words}"
        page.wrong(sentence, kind, "answers", code)
    return {code: Obstacle(meaning) for code, meaning in known.items()}
