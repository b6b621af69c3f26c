"""Templates of letters to customers, read from `policies/letters/`; all that is wrong is told at
once, with its line."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from domain.acts import ACT_KINDS, ActWithLetter
from domain.letters import Filling, LetterPart, LetterTemplate, TemplatePart
from domain.sensitive import sensitive_passages
from rulebook.marked_yaml import FileProblems, read
from rulebook.packs import POLICIES
from rulebook.returns.reading import LANGUAGES, Reader

FOLDER = POLICIES / "letters"
SHEET = "letter.typ"

OF_A_LETTER = frozenset({"letter", "title", "about", "act", "rule", "parts"})
OF_A_PART = frozenset({"part", "label", "text", "asked_by", "if_of_the_pack"})

SENDING_ACTS = frozenset(kind for kind, act in ACT_KINDS.items() if issubclass(act, ActWithLetter))
"""The acts that a letter can be sent as."""


@cache
def read_letters(folder: Path = FOLDER) -> Mapping[str, LetterTemplate]:
    """Every letter by its name; raises `FileProblems` with everything wrong at once."""
    found: dict[str, LetterTemplate] = {}
    problems = []
    for file in sorted(folder.glob("*.yaml")):
        page = read(file, name=f"letters/{file.name}")
        reader = _LetterReader(page)
        digest = hashlib.sha256(file.read_bytes() + read_letter_sheet(folder)).hexdigest()
        template = reader.template(digest)
        problems += page.problems
        found[template.name] = template
    if problems:
        raise FileProblems(problems)
    return found


@cache
def read_letter_sheet(folder: Path = FOLDER) -> bytes:
    """The sheet that letters are set on."""
    return (folder / SHEET).read_bytes()


class _LetterReader(Reader):
    """Reads the template of a letter."""

    def template(self, digest: str) -> LetterTemplate:
        data = self.page.data
        self.only(data, OF_A_LETTER)
        act = self.text(data, "act")
        if act not in SENDING_ACTS:
            known = ", ".join(sorted(SENDING_ACTS))
            self.page.wrong(f"no letter is sent as {act!r}; known are {known}", "act")
        parts = tuple(
            each
            for place, part in enumerate(self.items(data, "parts"))
            if (each := self.part(part, "parts", place)) is not None
        )
        if not parts:
            self.page.wrong("parts is missing")
        names = [each.part for each in parts]
        for twice in sorted({each for each in names if names.count(each) > 1}):
            self.page.wrong(f"two parts are called '{twice}'", "parts")
        return LetterTemplate(
            name=self.text(data, "letter"),
            title=self.title(data, "title"),
            about=self.title(data, "about"),
            act=act,
            rule=self.text(data, "rule"),
            parts=parts,
            digest=digest,
        )

    def part(self, text: Any, *where: str | int) -> TemplatePart | None:
        self.only(text, OF_A_PART, *where)
        name = self.text(text, "part", *where)
        if name not in set(LetterPart):
            known = ", ".join(LetterPart)
            self.page.wrong(f"a letter has no part {name!r}; known are {known}", *where, "part")
            return None
        said = {each: str(self.mapping(text, "text", *where).get(each, "")) for each in LANGUAGES}
        for language, words in said.items():
            self._flaws_of(language, words, *where, "text")
        if any(said.values()) and not all(said.values()):
            self.page.wrong("text lacks a language", *where, "text")
        return TemplatePart(
            part=LetterPart(name),
            label=self.title(text, "label", *where) if "label" in text else {},
            text=said,
            rule=str(text.get("asked_by", "")),
            of_the_pack=text.get("if_of_the_pack") == "true",
        )

    def _flaws_of(self, language: str, words: str, *where: str | int) -> None:
        template = Template(words)
        unknown = sorted(set(template.get_identifiers()) - set(Filling))
        if unknown or not template.is_valid():
            wrong = ", ".join(unknown) or "a single $"
            known = ", ".join(Filling)
            self.page.wrong(f"{language}: cannot fill in {wrong}; known are {known}", *where)
        for each in sensitive_passages(words):
            kind = each.kind.replace("_", " ")
            self.page.wrong(f"{language}: {each.masked} looks like a {kind}", *where)
