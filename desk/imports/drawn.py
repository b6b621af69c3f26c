"""A mapping drawn by matching headings, for people who write no YAML: what a file looks like, and
which of its columns is likely which of our fields.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from desk.imports import encodings
from desk.imports.csv_rows import SEPARATORS
from desk.imports.json_rows import json_rows
from desk.imports.mapping import Fields, FieldSource, ImportMapping, Separator
from desk.imports.row import Row
from desk.imports.workbook_rows import is_workbook, refuse_unreadable, sheet_names, text_of
from domain.errors import NotFit

LOOKED_AT = 20
"""Lines in which a heading is looked for (default)."""

DATES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%Y/%m/%d", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y.%m.%d %H:%M",
    "%Y.%m.%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
)  # fmt: skip
"""Forms of dates that begin with the year, so that nobody can mistake day and month."""

DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y")
MONTH_FIRST = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")

LIKELY: Mapping[str, tuple[str, ...]] = {
    "number": ("complaint id", "number", "no", "no.", "id", "reference",
               "编号", "投诉编号", "留言编号", "序号"),
    "received_at": ("date received", "received", "received at", "date", "time",
                    "受理时间", "收到时间", "投诉时间", "留言时间", "日期", "时间"),
    "channel": ("submitted via", "channel", "渠道", "投诉渠道", "来源"),
    "subject": ("subject", "title", "issue", "主题", "标题", "留言主题"),
    "narrative": ("narrative", "text", "complaint", "description", "consumer complaint narrative",
                  "内容", "投诉内容", "详情", "留言详情"),
    "demand": ("demand", "wish", "诉求", "投诉诉求"),
    "name": ("name", "customer", "姓名", "客户姓名", "投诉人", "留言用户"),
    "phone": ("phone", "telephone", "mobile", "电话", "联系电话", "手机"),
    "email": ("email", "e-mail", "邮箱", "电子邮箱"),
    "address": ("address", "postal address", "地址", "通讯地址", "联系地址"),
    "account": ("account", "account number", "card number", "账号", "卡号", "银行卡号", "账户"),
}  # fmt: skip
"""What headings are often called; only a first choice, which a person looks over."""


DRAWN = "Drawn by matching headings."
"""What every mapping that was drawn says about itself."""

TEXTS = ("subject", "demand", "name", "phone", "email", "address", "account")
"""Fields that are one column each, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Which column is which field, as a person chose it; empty for none."""

    source: str
    columns: Mapping[str, str]
    forms: tuple[str, ...]
    time_zone: str
    language: str
    channel: str
    """For all rows, or for words of the column that are none of ours."""
    channel_words: Mapping[str, str]

    def mapping(self, kind: str) -> ImportMapping:
        """The mapping to read the file by."""
        column = self.columns.get("channel")
        return ImportMapping(
            source=self.source,
            about=DRAWN,
            format="jsonl" if kind == "jsonl" else "csv",
            time_zone=self.time_zone,
            number=self.columns.get("number") or None,
            fields=Fields(
                received_at=FieldSource(column=self.columns["received_at"], formats=self.forms),
                channel=FieldSource(
                    column=column, choices=self.channel_words, otherwise=self.channel or None
                )
                if column
                else FieldSource(value=self.channel),
                language=FieldSource(value=self.language),
                narrative=FieldSource(column=self.columns["narrative"]),
                **{name: self._of(name) for name in TEXTS},
            ),
        )

    def _of(self, name: str) -> FieldSource:
        return FieldSource(column=self.columns.get(name) or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """How a file is to be read, where somebody says so; empty where it is as it is found."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""


AS_FOUND = ReadAs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file looks like, read in one way."""

    headings: tuple[str, ...] = ()
    read_as: ReadAs = AS_FOUND
    sheets: tuple[str, ...] = ()
    """Of a workbook."""


def kind_of(file: Path) -> str:
    """`jsonl` for objects, `csv` for cells under a heading, in a workbook too."""
    return "csv" if is_workbook(file) or not _is_of_objects(file, "") else "jsonl"


def look_at(file: Path, said: ReadAs = AS_FOUND) -> Look:
    """What the columns of a file are called, and how that was read; raises `NotFit` for a workbook
    that cannot be read."""
    if is_workbook(file):
        return _look_at_workbook(file, said.sheet)
    encoding = _encoding(file, said.encoding)
    if _is_of_objects(file, encoding):
        return Look(headings=_of_objects(file), read_as=ReadAs(encoding=encoding))
    with encodings.open_text(file, encoding) as text:
        lines = list(islice(text, LOOKED_AT))
    tried = [Separator(said.separator)] if said.separator else list(SEPARATORS)
    separator = max(tried, key=lambda each: len(_cells(lines, SEPARATORS[each])))
    names = _cells(lines, SEPARATORS[separator])
    return Look(
        headings=tuple(name for name in names if name.strip()),
        read_as=ReadAs(encoding=encoding, separator=separator),
    )


def likely_columns(headings: Sequence[str]) -> dict[str, str]:
    """For each field the heading that is likely meant; none for a field without one."""
    by_name = {heading.strip().casefold(): heading for heading in reversed(headings)}
    found = {
        field: next((by_name[name] for name in names if name in by_name), None)
        for field, names in LIKELY.items()
    }
    return {field: heading for field, heading in found.items() if heading is not None}


def _encoding(file: Path, said: str = "") -> str:
    return encodings.encoding_of(file, said or None, lambda each: _begins_plainly(file, each))


def _is_of_objects(file: Path, encoding: str) -> bool:
    return encodings.first_line(file, encoding or _encoding(file)).lstrip().startswith("{")


def _begins_plainly(file: Path, encoding: str) -> bool:
    """Whether the first line is text that a person could have typed."""
    first = encodings.first_line(file, encoding)
    return bool(first) and all(each.isprintable() or each in "\t\r\n" for each in first)


def _cells(lines: Sequence[str], separator: str) -> list[str]:
    try:
        return next((cells for cells in csv.reader(lines, delimiter=separator) if cells), [])
    except csv.Error:
        return []


def _look_at_workbook(file: Path, said: str) -> Look:
    """The sheet that was named, or the first one that says something."""
    refuse_unreadable(file)
    try:
        with CalamineWorkbook.from_path(file) as workbook:
            found = sheet_names(workbook)
            for name in [said] if said in found else found:
                headings = _headings_of(workbook.get_sheet_by_name(name))
                if headings:
                    break
            else:
                return Look(sheets=tuple(found))
    except CalamineError:
        return Look()
    return Look(headings=headings, read_as=ReadAs(sheet=name), sheets=tuple(found))


def _headings_of(sheet: CalamineSheet) -> tuple[str, ...]:
    rows = islice(sheet.iter_rows(), LOOKED_AT)
    named = (tuple(text for cell in row if (text := text_of(cell)).strip()) for row in rows)
    return next((names for names in named if names), ())


def _of_objects(file: Path) -> tuple[str, ...]:
    anything = Drawing(
        source="", columns={"received_at": "", "narrative": ""}, forms=(), time_zone="UTC",
        language="", channel="", channel_words={},
    ).mapping("jsonl")  # fmt: skip
    rows: list[Row] = []
    try:
        rows = list(islice(json_rows(file, anything), LOOKED_AT))
    except NotFit:
        return ()
    return tuple(dict.fromkeys(name for row in rows for name in row.cells or ()))
