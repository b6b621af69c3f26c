"""Tables of reports in words, and as the files in which they are saved."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from flask import Response

from desk.documents import PrintedSheet, PrintedTable, print_sheet
from desk.spreadsheets import Cell, Sheet, shown, table_text, workbook
from domain.complaint import Flaw
from domain.report_tables import CASE, ChangedRow, Table
from rulebook.approvals import read_approval_limits
from web import wording
from web.base.phrases import _, language_code
from web.kit.downloads import XLSX, saved
from web.kit.forms import Field, reason_field

ENDINGS = frozenset({"csv", "xlsx", "pdf"})
"""The files in which figures are saved."""

About = Sequence[tuple[str, Cell]]
"""What a file says of itself: names and values."""

Written = Sequence[tuple[str, str]]
"""What people wrote in a report, each part under its title."""


def file_of(
    ending: str,
    title: str,
    about: About,
    tables: Sequence[Table],
    *,
    name: str,
    made_on: date,
    written: Written = (),
) -> Response:
    """A report as a file; from the same figures and words the same bytes. Raises `NotPrintable` for
    a PDF that cannot be made here."""
    if ending == "pdf":
        printed = _printed(title, about, tables, made_on, written)
        return saved(printed, "application/pdf", f"{name}.pdf")
    about = [*about, *written]
    if ending == "xlsx":
        sheets = [Sheet(tab=title, lines=about)]
        sheets += [Sheet(tab=wording.words(each.part), lines=_cells(each)) for each in tables]
        return saved(workbook(title, sheets), XLSX, f"{name}.xlsx")
    lines: list[Sequence[Cell]] = [*about]
    for table in tables:
        lines += [[], [wording.words(table.part)], *_cells(table)]
    return saved(table_text(lines).encode(), "text/csv; charset=utf-8", f"{name}.csv")


def reason_for_file(typed: str, wrong: Sequence[Flaw]) -> Field:
    """Why somebody needs a file with many cases in it."""
    return reason_field(
        _("Why you need the file (another reads it and agrees)"),
        typed,
        wrong,
        hint=_("When another has agreed, the same button saves the file, once."),
    )


def _printed(
    title: str, about: About, tables: Sequence[Table], made_on: date, written: Written
) -> bytes:
    printed = [
        PrintedTable(title=wording.words(table.part), head=head, lines=lines)
        for table in tables
        if table.rows
        for head, *lines in [told(table)]
    ]
    return print_sheet(
        PrintedSheet(
            title=title,
            subtitle="",
            footer=title,
            language=language_code(),
            made_on=made_on,
            rows=[(name, shown(value)) for name, value in about if value not in ("", title)],
            tables=printed,
            written=written,
        )
    )


def told(table: Table) -> list[list[str]]:
    """A table in words, its head first."""
    head = [wording.label(column) for column in table.columns]
    rows = [
        [
            _unknown(column) if cell is None else wording.fact_words(column, cell)
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in table.rows
    ]
    return [head, *rows]


def first_rows(table: Table) -> Table:
    """As much of a table of complaints as one person may take away."""
    at_once = read_approval_limits().customers_at_once
    return replace(table, rows=table.rows[:at_once]) if CASE in table.columns else table


def changes_told(changes: Iterable[ChangedRow]) -> list[tuple[str, str, str, str]]:
    """Each row that differs: its table, what it is about, what it said before and what it says."""
    return [
        (wording.words(each.part), _about(each), _side(each, each.before), _side(each, each.after))
        for each in changes
    ]


def _about(change: ChangedRow) -> str:
    row = change.after or change.before or ()
    column, cell = change.columns[0], row[0] if row else None
    return _unknown(column) if cell is None else wording.fact_words(column, cell)


def _side(change: ChangedRow, row: tuple[str | int | None, ...] | None) -> str:
    if row is None:
        return "–"
    said = (
        wording.fact_words(column, cell)
        for column, cell in zip(change.columns[1:], row[1:], strict=True)
        if cell is not None
    )
    return " · ".join(said)


def _cells(table: Table) -> list[list[Cell]]:
    """The same with counts as numbers and shares as shares, to be computed with."""
    head, *rows = told(table)
    return [
        [*head],
        *(
            [
                _number(column, cell, words)
                for column, cell, words in zip(table.columns, row, line, strict=True)
            ]
            for row, line in zip(table.rows, rows, strict=True)
        ),
    ]


def _number(column: str, cell: str | int | None, words: str) -> Cell:
    if not isinstance(cell, int):
        return words
    return percent_of(cell) if column == "per_mille" else cell


def percent_of(per_mille: int) -> Cell:
    """A share as a workbook computes with it."""
    return Decimal(per_mille) / 1000


def _unknown(column: str) -> str:
    match column:
        case "category":
            return _("not classified")
        case "business":
            return _("not said")
        case "per_mille":
            return _("none to count")
        case _:
            return ""
