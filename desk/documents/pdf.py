"""A sheet as PDF/A: the same bytes from the same words, and every word can be read back from it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import typst

from rulebook.documents import read_fonts, read_sheet

ARCHIVAL: Literal["a-2b"] = "a-2b"
"""The standard for files that are kept (ISO 19005-2)."""

NARROW = 5
"""Columns of a table that stand side by side on an upright page (default)."""


class NotPrintable(Exception):
    """No file can be made here of what it shall say."""


class NoFont(NotPrintable):
    """This machine has none of the fonts that documents may be set in; it names them."""


class NoCharacter(NotPrintable):
    """The font of this machine has no such character; it names it. A file that is kept holds none
    without its shape."""


_NO_CHARACTER = re.compile(r'the text `"(?P<character>.*?)"` could not be displayed')
"""How typst tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """A table of a sheet, under its own heading."""

    title: str
    head: Sequence[str]
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSheet:
    """What stands on a sheet, in one language. A page with a wide table lies across."""

    title: str
    subtitle: str
    footer: str
    language: str
    made_on: date
    """What the file says of its making: a day of what it tells, so that it is the same whenever it
    is printed."""
    rows: Sequence[tuple[str, str]] = ()
    tables: Sequence[PrintedTable] = ()
    written: Sequence[tuple[str, str]] = ()
    signatures: Sequence[str] = ()


def print_sheet(sheet: PrintedSheet) -> bytes:
    """The sheet as a file. Raises `NotPrintable`."""
    return compiled(read_sheet(), data_of(sheet))


def compiled(sheet: bytes, data: str) -> bytes:
    """The file that a sheet makes of its data, which is JSON. Raises `NoCharacter`."""
    try:
        printed = typst.compile(
            sheet, sys_inputs={"data": data}, format="pdf", pdf_standards=ARCHIVAL
        )
    except typst.TypstError as error:
        found = _NO_CHARACTER.search(str(error))
        if found is None:
            raise
        raise NoCharacter(found["character"]) from None
    assert isinstance(printed, bytes)
    return printed


def data_of(sheet: PrintedSheet) -> str:
    """What the sheet is given, as JSON."""
    data = {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "footer": sheet.footer,
        "language": sheet.language,
        "made": [sheet.made_on.year, sheet.made_on.month, sheet.made_on.day],
        "fonts": [font()],
        "wide": any(len(table.head) > NARROW for table in sheet.tables),
        "rows": [list(row) for row in sheet.rows],
        "tables": [
            {"title": table.title, "head": [*table.head], "lines": [[*e] for e in table.lines]}
            for table in sheet.tables
        ],
        "written": [list(part) for part in sheet.written],
        "signatures": list(sheet.signatures),
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
