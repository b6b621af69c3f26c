"""A sheet as PDF/A: the same bytes from the same words, and every word can be read back from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import typst

from rulebook.documents import read_fonts, read_sheet

ARCHIVAL: Literal["a-2b"] = "a-2b"
"""The standard for files that are kept (ISO 19005-2)."""


class NoFont(Exception):
    """This machine has none of the fonts that documents may be set in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """A table of a sheet, under its own heading."""

    title: str
    head: Sequence[str]
    lines: Sequence[Sequence[str]]


def print_sheet(
    *,
    title: str,
    subtitle: str,
    footer: str,
    language: str,
    made_on: date,
    rows: Sequence[tuple[str, str]] = (),
    tables: Sequence[PrintedTable] = (),
    signatures: Sequence[str] = (),
) -> bytes:
    """The sheet; a page with tables lies across. `made_on` is what the file says of its making: a
    day of what it tells, so that it is the same whenever it is printed. Raises `NoFont`.
    """
    data = data_of(
        title=title,
        subtitle=subtitle,
        footer=footer,
        language=language,
        made_on=made_on,
        rows=rows,
        tables=tables,
        signatures=signatures,
    )
    printed = typst.compile(
        read_sheet(), sys_inputs={"data": data}, format="pdf", pdf_standards=ARCHIVAL
    )
    assert isinstance(printed, bytes)
    return printed


def data_of(
    *,
    title: str,
    subtitle: str,
    footer: str,
    language: str,
    made_on: date,
    rows: Sequence[tuple[str, str]] = (),
    tables: Sequence[PrintedTable] = (),
    signatures: Sequence[str] = (),
) -> str:
    """What the sheet is given, as JSON."""
    data = {
        "title": title,
        "subtitle": subtitle,
        "footer": footer,
        "language": language,
        "made": [made_on.year, made_on.month, made_on.day],
        "fonts": [font()],
        "wide": bool(tables),
        "rows": [list(row) for row in rows],
        "tables": [
            {"title": table.title, "head": [*table.head], "lines": [[*e] for e in table.lines]}
            for table in tables
        ],
        "signatures": list(signatures),
    }
    return json.dumps(data)


@cache
def font() -> str:
    """The first of our fonts that this machine has."""
    here = set(typst.Fonts().families())
    found = next((each for each in read_fonts() if each in here), None)
    if found is None:
        raise NoFont(", ".join(read_fonts()))
    return found
