"""Documents set as PDF."""

from desk.documents.pdf import NoFont, PrintedTable, print_sheet

__all__ = ["NoFont", "PrintedTable", "print_sheet"]
