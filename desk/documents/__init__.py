"""Documents set as PDF."""

from desk.documents.pdf import (
    NoCharacter,
    NoFont,
    NotPrintable,
    PrintedTable,
    compiled,
    print_sheet,
)

__all__ = ["NoCharacter", "NoFont", "NotPrintable", "PrintedTable", "compiled", "print_sheet"]
