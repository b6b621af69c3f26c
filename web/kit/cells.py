"""Cells of files that people save and open in a spreadsheet."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell instead of showing it."""


def harmless(cell: str) -> str:
    """The cell as a spreadsheet shows it and never computes it."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell
