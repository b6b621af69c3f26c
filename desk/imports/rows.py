"""The rows of a file, one after the other, each with the line it begins on.

A row that cannot be read is told apart and the next one is read all the same. Cells stay what they
are: one that begins like a spreadsheet formula is text here and is made harmless where it leaves.
"""

from collections.abc import Iterator
from pathlib import Path

from desk.imports.csv_rows import csv_rows
from desk.imports.json_rows import json_rows
from desk.imports.mapping import ImportMapping
from desk.imports.row import Row
from desk.imports.workbook_rows import DATES, is_workbook, workbook_rows

__all__ = ["Row", "mapping_for", "rows_of"]


def rows_of(file: Path, mapping: ImportMapping) -> Iterator[Row]:
    """Every row of the file. Raises `NotFit` when the columns are not those of the mapping."""
    if mapping.format == "jsonl":
        return json_rows(file, mapping)
    if is_workbook(file):
        return workbook_rows(file, mapping)
    return csv_rows(file, mapping)


def mapping_for(file: Path, mapping: ImportMapping) -> ImportMapping:
    """The mapping to read this file by: the dates of a workbook are dates, however they look."""
    if mapping.format != "jsonl" and is_workbook(file):
        return mapping.reading_also(*DATES)
    return mapping
