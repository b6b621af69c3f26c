"""Files of complaints as a branch keeps them: any cells, rightly written down."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

from desk.imports.drawn import DATES, Drawing
from desk.imports.mapping import ImportMapping
from tests.oddities.odd import Oddity

COLUMNS = ("number", "received_at", "narrative", "subject", "demand", "name", "phone", "email")
LINE_ENDS = re.compile("\r\n|\r|\n")
KINDS = ("csv", "jsonl", "xlsx")
SOUND = ("2026-11-20 09:30", "The counter was closed.", "Counter", "Money back", "Wei", "138", "")


@dataclass(frozen=True, slots=True)
class Log:
    """Rows of cells, each in the order of the columns."""

    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, oddities: Sequence[Oddity]) -> "Log":
        return cls(tuple(_row(n, each) for n, each in enumerate(oddities)))

    @property
    def whole(self) -> "Log":
        """The same without half characters, of which a workbook has none."""
        rows = [[cell.encode(errors="replace").decode() for cell in row] for row in self.rows]
        return Log(tuple(tuple(row) for row in rows))

    def lines(self, kind: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row with the line that it begins on, as whoever opens the file counts them."""
        line = 1 if kind == "jsonl" else 2
        for row in self.rows:
            yield line, row
            line += 1 + (len(LINE_ENDS.findall("".join(row))) if kind == "csv" else 0)

    def written(self, kind: str, file: Path) -> None:
        """The log as a file of that kind."""
        if kind == "xlsx":
            self._to_workbook(file)
        elif kind == "jsonl":
            lines = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in self.rows]
            file.write_text("\n".join(lines) + "\n")
        else:
            written = io.StringIO(newline="")
            csv.writer(written, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *self.rows])
            file.write_bytes(written.getvalue().encode("utf-8", "surrogatepass"))

    def _to_workbook(self, file: Path) -> None:
        with Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for line, row in enumerate([COLUMNS, *self.rows]):
                for column, cell in enumerate(row):
                    sheet.write_string(line, column, cell)


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
    said = {"received_at": odd.instant, "number": odd.name}.get(COLUMNS[at], odd.long_text)
    return (*sound[:at], said, *sound[at + 1 :])
