"""Tables that a spreadsheet opens: CSV and workbooks, the same bytes from the same cells."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell instead of showing it."""

Cell = str | int | Decimal
"""A text, a count, or a share between 0 and 1."""

Line = Sequence[Cell]

WIDEST = 66
"""Letters of a column of a workbook, so that a digest goes in; more takes more lines (default)."""

MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  a workbook knows no zones
"""What a workbook says of its making: when it was saved is no part of a report, whose bytes would
differ each time."""

_NOT_IN_A_TAB = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook: its tab, and a table whose first line is its head."""

    tab: str
    lines: Sequence[Line]


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never computes it."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell


def table_text(lines: Iterable[Line]) -> str:
    """The lines as CSV that a spreadsheet reads as UTF-8, every cell harmless."""
    text = StringIO()
    csv.writer(text).writerows(
        [harmless(cell) if isinstance(cell, str) else shown(cell) for cell in line]
        for line in lines
    )
    return "\ufeff" + text.getvalue()


def shown(cell: Cell) -> str:
    """A cell as it is read: a share in percent with one decimal."""
    return f"{cell * 100:.1f}%" if isinstance(cell, Decimal) else str(cell)


def workbook(title: str, sheets: Iterable[Sheet]) -> bytes:
    """The sheets as XLSX. Text is text, whatever it begins with: nothing in it is computed."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": title, "created": MADE_AT})
    bold = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    head = book.add_format({**bold, "indent": 1})
    head_of_numbers = book.add_format({**bold, "align": "right"})
    # Set in, or a number and the text in the next column are read as one.
    text = book.add_format({"text_wrap": True, "valign": "top", "indent": 1})
    count = book.add_format({"valign": "top"})
    share = book.add_format({"num_format": "0.0%", "valign": "top"})
    tabs: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_tab(sheet.tab, tabs))
        for column, cell in enumerate(sheet.lines[0] if sheet.lines else ()):
            format_of_head = head_of_numbers if _has_numbers(sheet, column) else head
            page.write_string(0, column, str(cell), format_of_head)
        for row, line in enumerate(sheet.lines[1:], start=1):
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    page.write_string(row, column, cell, text)
                else:
                    page.write_number(
                        row, column, cell, share if isinstance(cell, Decimal) else count
                    )
        _lay_out(page, sheet.lines)
    book.close()
    return file.getvalue()


def _has_numbers(sheet: Sheet, column: int) -> bool:
    """Whether a column is of numbers, but for cells that are empty."""
    cells = [line[column] for line in sheet.lines[1:] if column < len(line) and line[column] != ""]
    return bool(cells) and not any(isinstance(cell, str) for cell in cells)


def _tab(name: str, taken: set[str]) -> str:
    """A name that a tab may have and no other tab has: at most 31 letters, without some marks."""
    plain = _NOT_IN_A_TAB.sub(" ", name).strip(" '")[:31] or "1"
    number = 1
    tab = plain
    while tab.casefold() in taken:
        number += 1
        tab = f"{plain[:27]} {number}"
    taken.add(tab.casefold())
    return tab


def _lay_out(page: Worksheet, lines: Sequence[Line]) -> None:
    """Columns as wide as their longest cell, the head always in sight, A4 across when printed."""
    for column in range(max(map(len, lines), default=0)):
        widths = [_width(shown(line[column])) for line in lines if column < len(line)]
        page.set_column(column, column, min(max(widths) + 3, WIDEST))
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _width(text: str) -> int:
    """How many narrow letters wide a text is; Chinese ones count two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
