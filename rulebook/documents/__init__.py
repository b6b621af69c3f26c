"""Templates of documents, read from `policies/documents/`; all that is wrong is told at once."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domain.documents import DocumentRow, DocumentTemplate, Value
from rulebook.marked_yaml import FileProblems, read
from rulebook.packs import POLICIES
from rulebook.returns.reading import Reader

FOLDER = POLICIES / "documents"
SHEET = "form.typ"
BOARD_SHEET = "board.typ"
FONTS = "fonts.yaml"


@cache
def read_documents(folder: Path = FOLDER) -> Mapping[str, DocumentTemplate]:
    """Every document by its name; raises `FileProblems` with everything wrong at once."""
    found: dict[str, DocumentTemplate] = {}
    problems = []
    for file in sorted(folder.glob("*.yaml")):
        if file.name == FONTS:
            continue
        page = read(file, name=f"documents/{file.name}")
        reader = Reader(page)
        reader.only(page.data, frozenset({"document", "title", "rule", "rows", "signatures"}))
        rows = []
        for place, row in enumerate(reader.items(page.data, "rows")):
            at = ("rows", place)
            reader.only(row, frozenset({"value", "label"}), *at)
            value = reader.text(row, "value", *at)
            if value not in set(Value):
                known = ", ".join(Value)
                page.wrong(f"a case has no field {value!r}; known are {known}", *at, "value")
                continue
            rows.append(DocumentRow(label=reader.title(row, "label", *at), value=Value(value)))
        signatures = tuple(
            {language: str(each.get(language, "")) for language in ("en", "zh")}
            for each in reader.items(page.data, "signatures")
            if isinstance(each, Mapping)
        )
        template = DocumentTemplate(
            name=reader.text(page.data, "document"),
            title=reader.title(page.data, "title"),
            rule=reader.text(page.data, "rule"),
            rows=tuple(rows),
            signatures=signatures,
            digest=hashlib.sha256(file.read_bytes() + read_sheet(folder)).hexdigest(),
        )
        problems += page.problems
        found[template.name] = template
    if problems:
        raise FileProblems(problems)
    return found


@cache
def read_sheet(folder: Path = FOLDER) -> bytes:
    """The sheet that documents are set on."""
    return (folder / SHEET).read_bytes()


@cache
def read_board_sheet(folder: Path = FOLDER) -> bytes:
    """The sheet that the pack for the board is set on."""
    return (folder / BOARD_SHEET).read_bytes()


@cache
def read_fonts(folder: Path = FOLDER) -> tuple[str, ...]:
    """The fonts that documents may be set in, the first before the others."""
    page = read(folder / FONTS, name=f"documents/{FONTS}")
    fonts = tuple(page.data.get("fonts", ()))
    if not fonts:
        page.wrong("fonts is missing")
        raise FileProblems(page.problems)
    return fonts
