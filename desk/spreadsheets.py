"""Tables that a spreadsheet opens."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell instead of showing it."""


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never computes it."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell


def table_text(lines: Iterable[Sequence[str]]) -> str:
    """The lines as CSV that a spreadsheet reads as UTF-8, every cell harmless."""
    text = StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()
