"""The rows of a file, one after the other, each with the line it begins on.

A row that cannot be read is told apart and the next one is read all the same. Cells stay what they
are: one that begins like a spreadsheet formula is text here and is made harmless where it leaves.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cli.mapping import Cells, ImportMapping
from domain.errors import Fault, NotFit

LONGEST_CELL = 10_000_000
"""Characters: a quote that is never closed would otherwise swallow any file whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its cells, or the sentence that says why it has none."""

    line: int
    """Where it begins, counted as an editor counts."""
    cells: Cells | None
    problem: str = ""
    bytes_read: int
    """How much of the file has been read, for whoever shows the progress."""


def rows_of(file: Path, mapping: ImportMapping) -> Iterator[Row]:
    """Every row of the file. Raises `NotFit` when a column that the mapping names is missing."""
    # A byte that is no text of this encoding becomes a character that no complaint may hold, so
    # its row is refused by the same rule as on every other way in, and the others are not.
    with file.open(encoding=mapping.encoding, errors="surrogateescape", newline="") as text:
        yield from _csv_rows(text, mapping) if mapping.format == "csv" else _json_rows(text)


def _csv_rows(text: TextIO, mapping: ImportMapping) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text)
    heading = next(reader, [])
    missing = sorted(_columns(mapping) - set(heading))
    if missing:
        raise NotFit([Fault(where=name, says="the file has no such column") for name in missing])
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _row(text, line, None, f"is no CSV: {error}")
            continue
        if not cells:
            continue
        if len(cells) != len(heading):
            problem = f"has {len(cells)} cells, and the heading names {len(heading)}"
            yield _row(text, line, None, problem)
        else:
            yield _row(text, line, dict(zip(heading, cells, strict=True)))


def _json_rows(text: TextIO) -> Iterator[Row]:
    for line, written in enumerate(text, start=1):
        if not written.strip():
            continue
        try:
            found = json.loads(written)
        except (ValueError, RecursionError) as error:
            yield _row(text, line, None, f"is no JSON: {error}")
            continue
        if not isinstance(found, dict):
            yield _row(text, line, None, "is no JSON object with names and values")
        elif any(isinstance(value, dict | list) for value in found.values()):
            yield _row(text, line, None, "holds a list or an object where a text is wanted")
        else:
            yield _row(text, line, {name: _text(value) for name, value in found.items()})


def _row(text: TextIO, line: int, cells: Cells | None, problem: str = "") -> Row:
    return Row(line=line, cells=cells, problem=problem, bytes_read=text.buffer.tell())


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _columns(mapping: ImportMapping) -> set[str]:
    """Every column that a file must have to be read by this mapping."""
    fields = [getattr(mapping.fields, name) for name in type(mapping.fields).__dataclass_fields__]
    named = {mapping.number, *(field.column for field in fields)}
    return {name for name in named if name} | {name for field in fields for name in field.made_of}
