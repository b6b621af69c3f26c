"""A template of a return, read whole: everything wrong with it is told at once, with its line."""

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from domain.classification import Business, Category, Cause, Channel
from domain.reporting import Cadence
from domain.returns import (
    Count,
    Facet,
    ReturnCheck,
    ReturnLine,
    ReturnSection,
    ReturnTemplate,
    TaxonomyItem,
    evaluated,
    names_in,
)
from rulebook.marked_yaml import FileProblems, Page, read
from rulebook.packs import POLICIES
from rulebook.returns.schemas import read_schema

OURS: Mapping[str, frozenset[str]] = {
    "category": frozenset(Category),
    "channel": frozenset(Channel),
    "causes": frozenset(Cause),
    "business": frozenset(Business),
}
"""What a case says that a line may narrow itself to, and the codes of each."""

LANGUAGES = ("en", "zh")
OF_A_RETURN = frozenset(
    {
        "return", "title", "authority", "every", "rule", "sections", "checks", "codes",
        "does_business", "nil_when_none", "schema",
    }
)  # fmt: skip
OF_A_SECTION = frozenset({"title", "lines", "each", "line", "count"})
OF_A_LINE = frozenset({"line", "title", "count", "where", "formula", "share", "business"})
OF_AN_ITEM = frozenset({"item", "code", "title", "ours"})


@cache
def read_returns(folder: Path = POLICIES) -> Mapping[str, ReturnTemplate]:
    """Every template by its name; raises `FileProblems` with everything wrong at once."""
    facets, problems = _facets(folder)
    found: dict[str, ReturnTemplate] = {}
    for file in sorted((folder / "returns").glob("*.yaml")):
        try:
            template = _read(file, facets)
            found[template.name] = template
        except FileProblems as wrong:
            problems += wrong.problems
    if problems:
        raise FileProblems(problems)
    return found


def read_return(file: Path, folder: Path = POLICIES) -> ReturnTemplate:
    """One template; raises `FileProblems` with everything wrong with it at once."""
    facets, problems = _facets(folder)
    if problems:
        raise FileProblems(problems)
    return _read(file, facets)


def _read(file: Path, facets: Mapping[str, Facet]) -> ReturnTemplate:
    page = read(file, name=f"{file.parent.name}/{file.name}")
    template = _ReturnReader(page, facets, file.parent).template(
        hashlib.sha256(file.read_bytes()).hexdigest()
    )
    if page.problems or template is None:
        raise FileProblems(page.problems)
    return template


def _facets(folder: Path) -> tuple[dict[str, Facet], list[Any]]:
    found: dict[str, Facet] = {}
    problems: list[Any] = []
    for file in sorted((folder / "taxonomies").glob("*.yaml")):
        page = read(file, name=f"{file.parent.name}/{file.name}")
        reader = Reader(page)
        name = reader.text(page.data, "taxonomy")
        for facet, text in reader.mapping(page.data, "facets").items():
            found[f"{name}/{facet}"] = reader.facet(f"{name}/{facet}", text, ("facets", facet))
        problems += page.problems
    return found, problems


class Reader:
    """Reads values and notes what is wrong, at its line."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def mapping(self, text: Any, key: str, *where: str | int) -> Mapping[str, Any]:
        found = text.get(key) if isinstance(text, Mapping) else None
        if found is None:
            return {}
        if not isinstance(found, Mapping):
            self.page.wrong(f"{key} is a list of names with values", *where, key)
            return {}
        return found

    def items(self, text: Any, key: str, *where: str | int) -> list[Any]:
        found = text.get(key, []) if isinstance(text, Mapping) else []
        if not isinstance(found, list):
            self.page.wrong(f"{key} is a list", *where, key)
            return []
        return found

    def text(self, text: Any, key: str, *where: str | int) -> str:
        found = text.get(key) if isinstance(text, Mapping) else None
        if not isinstance(found, str) or not found:
            self.page.wrong(f"{key} is missing", *where)
            return ""
        return found

    def title(self, text: Any, key: str, *where: str | int) -> Mapping[str, str]:
        found = self.mapping(text, key, *where)
        lacks = [each for each in LANGUAGES if not found.get(each)]
        if lacks:
            self.page.wrong(f"{key} lacks {', '.join(lacks)}", *where, key)
        return {each: str(found.get(each, "")) for each in LANGUAGES}

    def only(self, text: Any, known: frozenset[str], *where: str | int) -> None:
        for key in text if isinstance(text, Mapping) else ():
            if key not in known:
                says = f"there is no field {key!r}; known are {', '.join(sorted(known))}"
                self.page.wrong(says, *where, key)

    def count(self, value: Any, *where: str | int) -> Count:
        if value in set(Count):
            return Count(value)
        self.page.wrong(f"{value!r} cannot be counted; what can is {', '.join(Count)}", *where)
        return Count.RECEIVED

    def codes(self, found: Any, of: str, *where: str | int) -> tuple[str, ...]:
        codes = found if isinstance(found, list) else [found]
        known = OURS.get(of)
        if known is None:
            says = f"a case has no {of!r}; what a line narrows itself to is {', '.join(OURS)}"
            self.page.wrong(says, *where)
            return ()
        for each in codes:
            if each not in known:
                self.page.wrong(
                    f"{each!r} is no {of}; known are {', '.join(sorted(known))}", *where
                )
        return tuple(codes)

    def facet(self, name: str, text: Any, where: tuple[str | int, ...]) -> Facet:
        items = []
        for place, item in enumerate(self.items(text, "items", *where)):
            at = (*where, "items", place)
            self.only(item, OF_AN_ITEM, *at)
            ours = self.mapping(item, "ours", *at)
            items.append(
                TaxonomyItem(
                    name=self.text(item, "item", *at),
                    title=self.title(item, "title", *at),
                    code=str(item.get("code", "")),
                    ours={of: self.codes(codes, of, *at) for of, codes in ours.items()},
                )
            )
        if not items:
            self.page.wrong("a facet has classes", *where)
        return Facet(name=name, title=self.title(text, "title", *where), items=tuple(items))


class _ReturnReader(Reader):
    """Reads the template of a return."""

    def __init__(self, page: Page, facets: Mapping[str, Facet], folder: Path) -> None:
        super().__init__(page)
        self.facets = facets
        self.folder = folder

    def template(self, digest: str) -> ReturnTemplate | None:
        data = self.page.data
        if not isinstance(data, Mapping):
            self.page.wrong("this is no template")
            return None
        self.only(data, OF_A_RETURN)
        if data.get("every") not in set(Cadence):
            self.page.wrong(f"every is one of {', '.join(Cadence)}", "every")
        sections = tuple(
            self.section(section, "sections", place)
            for place, section in enumerate(self.items(data, "sections"))
        )
        if not sections:
            self.page.wrong("sections is missing")
        template = ReturnTemplate(
            name=self.text(data, "return"),
            title=self.title(data, "title"),
            authority=self.title(data, "authority"),
            cadence=str(data.get("every")),
            rule=self.text(data, "rule"),
            sections=sections,
            checks=tuple(
                ReturnCheck(
                    left=self.text(check, "that", "checks", place),
                    right=self.text(check, "equals", "checks", place),
                )
                for place, check in enumerate(self.items(data, "checks"))
            ),
            facets=self.facets,
            does_business=frozenset(self.items(data, "does_business")),
            nil_when_none=tuple(
                self.count(each, "nil_when_none") for each in self.items(data, "nil_when_none")
            ),
            needs_codes=data.get("codes") == "required",
            schema=self.schema(data),
            digest=digest,
        )
        self.formulas(template)
        return template

    def schema(self, data: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if "schema" not in data:
            return None
        try:
            return read_schema(self.folder / Path(self.text(data, "schema")).name)
        except ValueError as error:
            self.page.wrong(str(error), "schema")
            return None

    def section(self, text: Any, *where: str | int) -> ReturnSection:
        self.only(text, OF_A_SECTION, *where)
        lines = (
            tuple(self.each(text, *where))
            if isinstance(text, Mapping) and "each" in text
            else tuple(
                self.line(line, *where, "lines", place)
                for place, line in enumerate(self.items(text, "lines", *where))
            )
        )
        return ReturnSection(title=self.title(text, "title", *where), lines=lines)

    def line(self, text: Any, *where: str | int) -> ReturnLine:
        self.only(text, OF_A_LINE, *where)
        says = [key for key in ("count", "formula", "share") if key in text]
        if len(says) != 1:
            self.page.wrong("a line has either a count, a formula or a share", *where)
        count = self.count(text["count"], *where, "count") if "count" in text else None
        narrowed = self.mapping(text, "where", *where)
        return ReturnLine(
            code=self.text(text, "line", *where),
            title=self.title(text, "title", *where),
            count=count,
            where={of: self.codes(codes, of, *where) for of, codes in narrowed.items()},
            formula=str(text.get("formula", text.get("share", ""))),
            is_share="share" in text,
            business=str(text.get("business", "")),
        )

    def each(self, text: Mapping[str, Any], *where: str | int) -> Iterator[ReturnLine]:
        """A line for each code of something, noughts too; the last for what has none."""
        of, prefix = str(text["each"]), self.text(text, "line", *where)
        count = self.count(text.get("count"), *where, "count")
        if of in self.facets:
            for number, item in enumerate(self.facets[of].items, start=1):
                yield ReturnLine(
                    code=item.code or f"{prefix}{number}",
                    title=item.title,
                    count=count,
                    where={of: (item.name,)},
                    lacks_code=not item.code,
                )
        elif of in OURS:
            for number, code in enumerate([*_in_order(of), ""], start=1):
                yield ReturnLine(
                    code=f"{prefix}{number}", title={}, count=count, where={of: (code,)}
                )
        else:
            known = ", ".join([*OURS, *self.facets])
            self.page.wrong(f"there is no {of!r} to have a line for each of; known are {known}",
                            *where, "each")  # fmt: skip

    def formulas(self, template: ReturnTemplate) -> None:
        """Every formula speaks of lines that there are, each of which has one code of its own."""
        codes = [line.code for line in template.lines]
        for code in sorted({each for each in codes if codes.count(each) > 1}):
            self.page.wrong(f"two lines are called {code!r}", "sections")
        counted = {line.code for line in template.lines if line.count is not None}
        of_lines = [(line.formula, counted) for line in template.lines if line.formula]
        of_checks = [(each, set(codes)) for c in template.checks for each in (c.left, c.right)]
        for formula, known in (*of_lines, *of_checks):
            try:
                unknown = names_in(formula) - known
                evaluated(formula, dict.fromkeys(codes, 1))
            except ValueError as error:
                self.page.wrong(f"{formula!r}: {error}", "sections")
                continue
            for name in sorted(unknown):
                says = f"{formula!r} speaks of {name!r}, and no line that counts is called so"
                self.page.wrong(says, "sections")


def _in_order(of: str) -> tuple[str, ...]:
    kinds: Mapping[str, type[StrEnum]] = {
        "category": Category,
        "channel": Channel,
        "causes": Cause,
        "business": Business,
    }
    return tuple(kinds[of])
