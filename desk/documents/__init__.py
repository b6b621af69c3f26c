"""Documents set as PDF."""

from desk.documents.pdf import (
    NoCharacter,
    NoFont,
    NotPrintable,
    PrintedSheet,
    PrintedTable,
    compiled,
    print_sheet,
)

__all__ = [
    "NoCharacter",
    "NoFont",
    "NotPrintable",
    "PrintedSheet",
    "PrintedTable",
    "compiled",
    "print_sheet",
]
