"""Files of complaints as a branch keeps them: any cells, rightly written down."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from xlsxwriter import Workbook

from desk.imports.drawn import DATES, Drawing
from desk.imports.mapping import ImportMapping
from tests.oddities.odd import Oddity

COLUMNS = ("number", "received_at", "narrative", "subject", "demand", "name", "phone", "email")
LINE_ENDS = re.compile("\r\n|\r|\n")
TEXTS = {
    "csv": (",", "utf-8"),
    "csv with semicolons": (";", "utf-8-sig"),
    "csv of a spreadsheet": ("\t", "utf-16"),
    "csv of a Chinese one": (",", "gb18030"),
}
"""Cells as text: what stands between two, and the encoding."""

KINDS = (*TEXTS, "jsonl", "xlsx")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
A_CELL = 32_767
"""Characters that a cell of a workbook holds."""
SOUND = ("2026-11-20 09:30", "The counter was closed.", "Counter", "Money back", "Wei", "138", "")


@dataclass(frozen=True, slots=True)
class Log:
    """Rows of cells, each in the order of the columns."""

    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, oddities: Sequence[Oddity]) -> "Log":
        return cls(tuple(_row(n, each) for n, each in enumerate(oddities)))

    def fit_for(self, kind: str) -> "Log":
        """The same without what no file of that kind holds: half a character, or a longer cell."""
        if kind in {"csv", "jsonl"}:
            return self
        longest = A_CELL if kind == "xlsx" else None
        rows = [[cell.encode(errors="replace").decode() for cell in row] for row in self.rows]
        return Log(tuple(tuple(cell[:longest] for cell in row) for row in rows))

    def lines(self, kind: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with the line that it begins on, as whoever opens the file sees it."""
        line = 1 if kind == "jsonl" else 2
        for row in self.rows:
            yield line, tuple(map(_in_a_cell, row)) if kind == "xlsx" else row
            line += 1 + (len(LINE_ENDS.findall("".join(row))) if kind in TEXTS else 0)

    def written(self, kind: str, file: Path) -> None:
        """The log as a file of that kind."""
        if kind == "xlsx":
            self._to_workbook(file)
        elif kind == "jsonl":
            file.write_text("".join(f"{_as_object(row)}\n" for row in self.rows))
        else:
            separator, encoding = TEXTS[kind]
            written = io.StringIO(newline="")
            writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
            writer.writerows([COLUMNS, *self.rows])
            errors = "surrogatepass" if encoding == "utf-8" else "strict"
            file.write_bytes(written.getvalue().encode(encoding, errors))

    def _to_workbook(self, file: Path) -> None:
        with Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for line, row in enumerate([COLUMNS, *self.rows]):
                for column, cell in enumerate(row):
                    if _is_number(cell):
                        sheet.write_number(line, column, float(cell))
                    else:
                        sheet.write_string(line, column, cell)


def _as_object(row: tuple[str, ...]) -> str:
    """A row as an object, in which a number and a yes or no are written as such."""
    said = (
        f"{json.dumps(name)}: {cell if _is_bare(cell) else json.dumps(cell)}"
        for name, cell in zip(COLUMNS, row, strict=True)
    )
    return f"{{{', '.join(said)}}}"


def _is_bare(cell: str) -> bool:
    return cell in {"true", "false"} or bool(NUMBER.fullmatch(cell))


def _is_number(cell: str) -> bool:
    """Whether a spreadsheet takes it for one."""
    return bool(NUMBER.fullmatch(cell)) and isfinite(float(cell))


def _in_a_cell(cell: str) -> str:
    """What the cell of a workbook shows of it."""
    if not _is_number(cell):
        return cell
    number = float(cell)
    return str(int(number)) if number.is_integer() else str(number)


def drawn(source: str, kind: str) -> ImportMapping:
    """How to read it, as somebody would match its headings."""
    return Drawing(
        source=source,
        columns={name: name for name in COLUMNS},
        forms=DATES,
        time_zone="Asia/Shanghai",
        language="zh",
        channel="letter",
        channel_words={},
    ).mapping(kind)


def _row(number: int, odd: Oddity) -> tuple[str, ...]:
    sound = (f"N{number}", *SOUND)
    at = odd.where % len(COLUMNS)
    text = odd.long_text if odd.which % 3 else odd.number
    said = {"received_at": odd.instant, "number": odd.name}.get(COLUMNS[at], text)
    return (*sound[:at], said, *sound[at + 1 :])
