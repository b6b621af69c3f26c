"""YAML read as plain text values, each remembering the line it stands on.

Everything is a string, list or mapping: a reader decides what a value means, so `09:00` is never
taken for a number nor `no` for false, and every complaint can name its line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from inspect import get_annotations
from pathlib import Path
from typing import Any, TypeVar

import yaml

BASE_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""In C where PyYAML was built with it."""

Figures = TypeVar("Figures")
"""A dataclass of whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a file."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class FileProblems(ValueError):
    """Everything wrong with a set of files, reported at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(slots=True, kw_only=True)
class Page:
    """One file's values, where each stands, and what was found wrong so far."""

    file: str
    data: Any
    lines: dict[tuple[str | int, ...], int]
    problems: list[Problem] = field(default_factory=list)
    asked: set[tuple[str, ...]] = field(default_factory=set)
    """Where its readers have looked so far."""

    def wrong(self, sentence: str, *where: str | int) -> None:
        """Note a problem at the value found under these keys."""
        line = next(
            (
                self.lines[where[:end]]
                for end in range(len(where), -1, -1)
                if where[:end] in self.lines
            ),
            1,
        )
        self.problems.append(Problem(file=self.file, line=line, sentence=sentence))

    def figure(self, *where: str, at_least: int = 1) -> int:
        """The whole number stated under these keys, with the rule it comes from."""
        self.asked.add(where)
        name, stated = ".".join(where), self.data
        for key in where:
            stated = stated.get(key) if isinstance(stated, dict) else None
        if not isinstance(stated, dict) or not stated.get("rule"):
            self.wrong(f"{name} wants a value and the rule it comes from, or `default`", *where)
            return at_least
        value = str(stated.get("value"))
        if not value.isdecimal() or int(value) < at_least:
            self.wrong(f"{name} must be a whole number, {at_least} or more", *where)
            return at_least
        return int(value)

    def nothing_else(self, *known: str) -> None:
        """Note what the file says that nobody has asked for, apart from these parts of it."""
        self.asked.update((each,) for each in known)
        for where in self._unasked(self.data, ()):
            self.wrong(f"nothing is called {'.'.join(where)!r}", *where)

    def _unasked(self, data: Any, within: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for key in data if isinstance(data, dict) else ():
            here = (*within, key)
            if here in self.asked:
                continue
            if any(each[: len(here)] == here for each in self.asked):
                yield from self._unasked(data[key], here)
            else:
                yield here


def read_figures(
    path: Path, kind: type[Figures], may_be_zero: frozenset[str] = frozenset()
) -> Figures:
    """A file that is nothing but figures; raises `FileProblems` with everything wrong at once."""
    page = read(path, name=f"{path.parent.name}/{path.name}")
    figures = {
        name: page.figure(name, at_least=0 if name in may_be_zero else 1)
        for name in get_annotations(kind)
    }
    page.nothing_else()
    if page.problems:
        raise FileProblems(page.problems)
    return kind(**figures)


def read(path: Path, *, name: str) -> Page:
    """That file as a page; what is not YAML is a problem of the page, with no data."""
    page = Page(file=name, data={}, lines={})
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=BASE_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        page.problems.append(Problem(file=name, line=line, sentence=f"not YAML: {error.problem}"))
        return page
    if node is None:
        page.wrong("the file is empty")
        return page
    page.data = _plain(node)
    page.lines = dict(_lines(node, ()))
    for line, key in _repeated_keys(node):
        sentence = f"{key!r} stands here a second time"
        page.problems.append(Problem(file=name, line=line, sentence=sentence))
    return page


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value) for value in node.value]
    return node.value


def _lines(
    node: yaml.Node, where: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    yield where, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*where, str(key.value)))
            yield (*where, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*where, index))


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)
