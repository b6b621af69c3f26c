"""What is saved for a spreadsheet: no cell that is computed, the same bytes from the same cells."""

import time
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from desk.spreadsheets import Cell, Sheet, table_text, workbook

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "=cmd|' /C calc'!A0",
    "{=1}",
    "http://x.example",
]


def read_back(file: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(sheet).to_python()


def a_book(lines: Sequence[Sequence[Cell]]) -> bytes:
    return workbook("分类统计表", [Sheet(tab="分类统计表", lines=lines)])


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_begins_like_a_formula_is_text_in_a_workbook(cell: str) -> None:
    file = a_book([["head"], [cell]])
    assert read_back(file) == [["head"], [cell]]
    with zipfile.ZipFile(BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_counts_are_numbers_and_shares_are_shares() -> None:
    lines: list[list[Cell]] = [["比率", "件数", "百分比"], ["按时办结", 2, Decimal(667) / 1000]]
    assert read_back(a_book(lines)) == [lines[0], ["按时办结", 2.0, 0.667]]
    assert table_text(lines) == "\ufeff比率,件数,百分比\r\n按时办结,2,66.7%\r\n"
    assert table_text([[-3, "-3"]]) == "\ufeff-3,'-3\r\n"


def test_a_number_and_the_text_beside_it_are_not_read_as_one() -> None:
    """A number ends at the right of its cell: 35 and 39.6 % side by side were 3539.6 %."""
    with zipfile.ZipFile(BytesIO(a_book([["件数", "同类"], [35, "39.6 %"]]))) as parts:
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    formats = styles.findall("{*}cellXfs/{*}xf")
    style = {cell.get("r"): formats[int(cell.get("s", "0"))] for cell in sheet.findall(".//{*}c")}

    def laid(cell: str, how: str) -> str | None:
        found = style[cell].find("{*}alignment")
        return None if found is None else found.get(how)

    assert laid("B2", "indent") == "1"
    assert laid("A1", "horizontal") == "right", "the head of numbers stands above them"
    assert laid("B1", "horizontal") != "right"


def test_the_same_cells_are_the_same_bytes_whenever_they_are_saved() -> None:
    before = a_book([["head"], [1]])
    time.sleep(2.1)  # Times in a ZIP file are of two seconds.
    assert a_book([["head"], [1]]) == before
    assert a_book([["head"], [2]]) != before


def test_tabs_have_names_that_a_workbook_takes() -> None:
    long = "Causes that lie with the process, not with a person"
    file = workbook("x", [Sheet(tab=each, lines=[["a"]]) for each in (long, long, "a/b:c", "")])
    names = CalamineWorkbook.from_filelike(BytesIO(file)).sheet_names
    assert names == [
        "Causes that lie with the proces",
        "Causes that lie with the pr 2",
        "a b c",
        "1",
    ]
