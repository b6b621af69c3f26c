"""Rows of a workbook's sheet, with its dates as it means them."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from desk.imports.mapping import ImportMapping
from desk.imports.problems import ImportFault, Problem, shown
from desk.imports.row import Row, columns_fit, named_once, refuse_columns
from domain.errors import NotFit

DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
"""How the date of a cell is written once it is read."""

MOST_BYTES = 512 * 2**20
"""Unpacked (default): what is packed small may be large enough to fill a machine."""

DIGITS_KEPT = 10**15
"""From here on a workbook does not keep every digit of a number."""

Cell = str | int | float | bool | datetime | date | timedelta | object


def is_workbook(file: Path) -> bool:
    """Whether the file begins as a workbook does, new or old."""
    with file.open("rb") as content:
        return content.read(4) in (b"PK\x03\x04", OLD)


OLD = b"\xd0\xcf\x11\xe0"
"""Begins the workbooks of another century, and new ones with a password."""


def workbook_rows(file: Path, mapping: ImportMapping) -> Iterator[Row]:
    """Every row of the sheet. Raises `NotFit` when this is no workbook to be read, when no sheet
    has the columns, or when several have them and the mapping does not say which one is meant.
    """
    refuse_unreadable(file)
    try:
        with CalamineWorkbook.from_path(file) as workbook:
            sheet = _sheet(workbook, mapping)  # which has its own texts: those of the rest may go
        del workbook
        yield from _rows(sheet, mapping, file.stat().st_size)
    except CalamineError as error:
        raise NotFit([ImportFault.of(Problem.NO_WORKBOOK, file.name)]) from error


def refuse_unreadable(file: Path) -> None:
    """Raises `NotFit` for what is no workbook of today, and for one that is too large unpacked."""
    with file.open("rb") as content:
        if content.read(4) == OLD:
            raise NotFit([ImportFault.of(Problem.OLD_WORKBOOK, file.name)])
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile as error:
        raise NotFit([ImportFault.of(Problem.NO_WORKBOOK, file.name)]) from error
    if unpacked > MOST_BYTES:
        facts = {"found": unpacked // 2**20, "limit": MOST_BYTES // 2**20}
        raise NotFit([ImportFault.of(Problem.WORKBOOK_TOO_LARGE, file.name, **facts)])


def sheet_names(workbook: CalamineWorkbook) -> list[str]:
    """What its sheets of cells are called; those of charts are none."""
    found = workbook.sheets_metadata
    return [sheet.name for sheet in found if sheet.typ == SheetTypeEnum.WorkSheet]


def _sheet(workbook: CalamineWorkbook, mapping: ImportMapping) -> CalamineSheet:
    names = sheet_names(workbook)
    if mapping.sheet is not None:
        if mapping.sheet not in names:
            facts = {"found": [shown(name) for name in names]}
            raise NotFit([ImportFault.of(Problem.NO_SUCH_SHEET, mapping.sheet, **facts)])
        return workbook.get_sheet_by_name(mapping.sheet)
    sheets = (workbook.get_sheet_by_name(name) for name in names)
    fitting = [sheet for sheet in sheets if columns_fit(mapping, _headings(sheet)[1])]
    if len(fitting) > 1:
        found = [shown(sheet.name) for sheet in fitting]
        raise NotFit([ImportFault.of(Problem.SEVERAL_SHEETS, found=found)])
    return fitting[0] if fitting else workbook.get_sheet_by_name(names[0])


def _rows(sheet: CalamineSheet, mapping: ImportMapping, size: int) -> Iterator[Row]:
    line, headings = _headings(sheet)
    if not columns_fit(mapping, headings):
        refuse_columns(mapping, headings)
    names, height = named_once(headings), max(1, sheet.total_height)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > line and any(text_of(cell).strip() for cell in cells):
            yield _row(names, mapping, number, cells, size * number // height)


def _row(
    names: tuple[str, ...], mapping: ImportMapping, line: int, cells: Sequence[Cell], read: int
) -> Row:
    texts = [text_of(cell) for cell in cells]
    if any(text.strip() for text in texts[len(names) :]):
        problem = ImportFault.of(Problem.CELLS, found=len(texts), wanted=len(names))
        return Row(line=line, problem=problem, bytes_read=read)
    rounded = {name for name, cell in zip(names, cells, strict=False) if _is_rounded(cell)}
    for name in sorted(rounded & mapping.columns()):
        problem = ImportFault.of(Problem.ROUNDED, name=shown(name))
        return Row(line=line, problem=problem, bytes_read=read)
    return Row(line=line, cells=dict(zip(names, texts, strict=False)), bytes_read=read)


def _headings(sheet: CalamineSheet) -> tuple[int, list[str]]:
    """The first row that says something, and its line; without the empty cells at its end."""
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [text_of(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            return line, texts
    return 0, []


def _is_rounded(cell: Cell) -> bool:
    return isinstance(cell, float) and abs(cell) >= DIGITS_KEPT


def text_of(cell: Cell) -> str:
    """A cell as a person would type it: whole numbers without a point, dates by the calendar."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return _to_the_second(cell).strftime(DATES[0])
    return str(cell)


def _to_the_second(at: datetime) -> datetime:
    """A workbook keeps a time as a fraction of a day, which is off by up to half a millisecond."""
    return (at + timedelta(microseconds=500)).replace(microsecond=0)
