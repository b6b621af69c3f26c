"""Rows of a workbook: its dates as it means them, its numbers as they were typed, its sheets."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from desk.imports import workbook_rows
from desk.imports.mapping import ImportMapping
from desk.imports.mapping_files import read_mapping
from desk.imports.problems import Problem
from desk.imports.rows import mapping_for, rows_of
from domain.complaint import Complaint
from domain.errors import NotFit

BEIJING = ZoneInfo("Asia/Shanghai")
HEADINGS = ("编号", "收到", "内容")
MAPPING = """
source: log
about: A log of a branch, in a workbook.
format: xlsx
time_zone: Asia/Shanghai
number: 编号
fields:
  received_at: {column: 收到, formats: ["%Y年%m月%d日 %H:%M"]}
  channel: {value: phone}
  language: {value: zh}
  narrative: {column: 内容}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> ImportMapping:
    """A mapping of that log."""
    file = tmp_path / "log.yaml"
    file.write_text(MAPPING, encoding="utf-8")
    return read_mapping(str(file))


def a_workbook(
    file: Path,
    *rows: tuple[Any, ...],
    sheets: tuple[str, ...] = ("Log",),
    skip: int = 0,
    **how: Any,
) -> Path:
    """A workbook whose sheets have those rows under the heading; a date is one to its reader."""
    book = xlsxwriter.Workbook(file, how)
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    hour = book.add_format({"num_format": "yyyy/m/d h:mm"})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for line, row in enumerate((HEADINGS, *rows), start=skip):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(line, column, cell, hour)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, column, cell, day)
                else:
                    sheet.write(line, column, cell)
    book.close()
    return file


def complaints(file: Path, mapping: ImportMapping) -> list[Complaint]:
    """The complaints of every row that has cells."""
    fitting = mapping_for(file, mapping)
    return [
        fitting.complaint(
            row.cells, unit="east", imported_at=datetime.now(BEIJING), bank_zone=BEIJING
        )
        for row in rows_of(file, mapping)
        if row.cells is not None
    ]


def an_hour(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("epoch_of_1904", [False, True])
@pytest.mark.parametrize(
    ("cell", "instant", "is_day"),
    [
        (an_hour("2026-11-20T09:30"), "2026-11-20T09:30+08:00", False),
        (an_hour("2026-11-20T23:59:59"), "2026-11-20T23:59:59+08:00", False),
        (date(2026, 11, 20), "2026-11-20T00:00+08:00", True),
        ("2026年11月20日 9:30", "2026-11-20T09:30+08:00", False),
    ],
)
def test_a_date_is_the_one_the_workbook_shows(
    tmp_path: Path,
    mapping: ImportMapping,
    epoch_of_1904: bool,
    cell: Any,
    instant: str,
    is_day: bool,
) -> None:
    file = a_workbook(tmp_path / "a.xlsx", ("a1", cell, "门锁了"), date_1904=epoch_of_1904)
    (complaint,) = complaints(file, mapping)
    assert complaint.received_at == an_hour(instant)
    assert (complaint.source.get("resolution") == "day") is is_day


@pytest.mark.parametrize("off", [-400, 0, 400])
def test_the_fraction_of_a_day_that_a_workbook_is_off_by_moves_no_receipt_to_the_next_day(
    off: int,
) -> None:
    at = an_hour("2026-11-20T23:59:59") + timedelta(microseconds=off)
    assert workbook_rows.text_of(at) == "2026-11-20 23:59:59"


def test_a_number_is_what_was_typed(tmp_path: Path, mapping: ImportMapping) -> None:
    row = (123456789012, an_hour("2026-11-20T09:30"), "门锁了")
    (complaint,) = complaints(a_workbook(tmp_path / "a.xlsx", row), mapping)
    assert complaint.intake_key == "log/123456789012"


def test_a_number_too_long_for_a_workbook_is_told(tmp_path: Path, mapping: ImportMapping) -> None:
    row = (1234567890123456789, an_hour("2026-11-20T09:30"), "门锁了")
    (read,) = rows_of(a_workbook(tmp_path / "a.xlsx", row), mapping)
    assert read.problem is not None
    assert read.problem.code is Problem.ROUNDED


def test_a_number_without_a_date_format_is_no_date(tmp_path: Path, mapping: ImportMapping) -> None:
    with pytest.raises(NotFit, match=r"'46352\.396' is no date"):
        complaints(a_workbook(tmp_path / "a.xlsx", ("a1", 46352.396, "门锁了")), mapping)


def test_rows_are_named_by_the_lines_the_spreadsheet_shows(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    rows = [("a1", an_hour("2026-11-20T09:30"), "一"), ("", "", ""), ("a2", "x", "二")]
    read = list(rows_of(a_workbook(tmp_path / "a.xlsx", *rows, skip=3), mapping))
    assert [row.line for row in read] == [5, 7]


def test_the_sheet_that_has_the_columns_is_found(tmp_path: Path, mapping: ImportMapping) -> None:
    file = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("Cover").write_row(0, 0, ["Branch", "Year"])
    sheet = book.add_worksheet("Log")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ("a1", "2026年11月20日 9:30", "门锁了"))
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Log!$A$1:$A$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()
    assert [each.intake_key for each in complaints(file, mapping)] == ["log/a1"]


def test_of_several_sheets_that_fit_one_is_asked_for(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    row = ("a1", an_hour("2026-11-20T09:30"), "门锁了")
    file = a_workbook(tmp_path / "a.xlsx", row, sheets=("East", "West"))
    with pytest.raises(NotFit, match="several sheets have these columns: 'East', 'West'"):
        complaints(file, mapping)
    west = mapping.asked(encoding=None, separator=None, sheet="West")
    assert len(complaints(file, west)) == 1
    with pytest.raises(NotFit, match="no such sheet; there are 'East', 'West'"):
        complaints(file, mapping.asked(encoding=None, separator=None, sheet="North"))


def test_a_workbook_without_the_columns_says_which_headings_it_has(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    file = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("Log").write_row(0, 0, ["编号", "日期"])
    book.close()
    with pytest.raises(NotFit) as refused:
        complaints(file, mapping)
    assert "收到: the file has no such column" in str(refused.value)
    assert "the headings found are '编号', '日期'" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda whole: whole[: len(whole) // 2], "this is no workbook that can be read"),
        (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "this is an old workbook"),
    ],
)
def test_what_is_no_workbook_is_one_sentence(
    tmp_path: Path, mapping: ImportMapping, content: Callable[[bytes], bytes], sentence: str
) -> None:
    file = a_workbook(tmp_path / "a.xlsx")
    file.write_bytes(content(file.read_bytes()))
    with pytest.raises(NotFit, match=sentence):
        complaints(file, mapping)


def test_a_workbook_larger_than_a_machine_should_unpack_is_refused_unopened(
    tmp_path: Path, mapping: ImportMapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_rows, "MOST_BYTES", 2**10)
    with pytest.raises(NotFit, match="unpacked it has"):
        complaints(a_workbook(tmp_path / "a.xlsx"), mapping)


def test_a_table_may_come_as_a_workbook_under_a_mapping_for_text(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    as_text = tmp_path / "text.yaml"
    as_text.write_text(MAPPING.replace("format: xlsx", "format: csv"), encoding="utf-8")
    row = ("a1", an_hour("2026-11-20T09:30"), "门锁了")
    (complaint,) = complaints(a_workbook(tmp_path / "a.xlsx", row), read_mapping(str(as_text)))
    assert complaint.received_at == an_hour("2026-11-20T09:30+08:00")
