"""Rows of cells under a heading, as text: separators, and quotes as strictly as they are meant.

What a quote takes in is somebody's words, so it is never guessed where it ends. One that is not
rightly closed costs its own row and whatever cannot be told from it; reading goes on at the next
line that is a row beyond doubt, and all of it is told.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from desk.imports import encodings
from desk.imports.mapping import ImportMapping, Separator
from desk.imports.problems import ImportFault, Problem
from desk.imports.row import Row, columns_fit, named_once, refuse_columns

SEPARATORS = {Separator.COMMA: ",", Separator.SEMICOLON: ";", Separator.TAB: "\t"}

LONGEST_CELL = 1_000_000
"""Characters (default): a quote that is never closed would otherwise swallow any file whole."""


def csv_rows(file: Path, mapping: ImportMapping) -> Iterator[Row]:
    """Every row of the file. Raises `NotFit` when a column that the mapping names is missing, or is
    there twice.
    """
    encoding = encodings.encoding_of(
        file, mapping.encoding, lambda each: _separator_of(file, each, mapping) is not None
    )
    separator = _separator_of(file, encoding, mapping) or _likeliest(file, encoding, mapping)
    headings = _headings(file, encoding, separator)
    if not columns_fit(mapping, headings):
        refuse_columns(mapping, headings, _hints(file, mapping))
    with encodings.open_text(file, encoding) as text:
        yield from _Reading(text, SEPARATORS[separator], headings, mapping).rows()


class _Lines:
    """The lines of a file, with those of the row at hand kept to go back to."""

    def __init__(self, text: TextIO) -> None:
        self._text = enumerate(text, start=1)
        self._ahead: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        numbered = self._ahead.popleft() if self._ahead else next(self._text)
        self.taken.append(numbered)
        return numbered[1]

    def go_back_to(self, line: int) -> None:
        self._ahead.extendleft(each for each in reversed(self.taken) if each[0] >= line)


class _Reading:
    """One way through a file."""

    def __init__(
        self, text: TextIO, separator: str, headings: Sequence[str], mapping: ImportMapping
    ) -> None:
        csv.field_size_limit(LONGEST_CELL)
        self._text = text
        self._separator = separator
        self._headings = named_once(headings)
        self._mapping = mapping
        self._lines = _Lines(text)

    def rows(self) -> Iterator[Row]:
        reader = csv.reader(self._lines, delimiter=self._separator, strict=True)
        next((cells for cells in reader if cells), None)  # the heading
        while True:
            self._lines.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._without_its_quote()
                continue
            if any(cell.strip() for cell in cells):
                yield self._row(cells)

    def _row(self, cells: list[str]) -> Row:
        taken = self._lines.taken
        like_a_row = next((n for n, line in taken[1:] if self._is_row(line)), None)
        if like_a_row is not None:
            first, last = taken[0][0], taken[-1][0]
            facts = {"row": like_a_row, "first": first, "last": last}
            return self._refused(ImportFault.of(Problem.QUOTE_OVER_ROWS, **facts))
        if len(cells) != len(self._headings):
            facts = {"found": len(cells), "wanted": len(self._headings)}
            return self._refused(ImportFault.of(Problem.CELLS, **facts))
        return Row(
            line=taken[0][0],
            cells=dict(zip(self._headings, cells, strict=True)),
            bytes_read=self._text.buffer.tell(),
        )

    def _without_its_quote(self) -> Row:
        """The row whose quotes are not those of a row; goes back to where the next one begins."""
        taken = self._lines.taken
        first, last = taken[0][0], taken[-1][0]
        if not self._opens_a_quote(taken[0][1]):
            return self._refused(ImportFault.of(Problem.QUOTE_INSIDE))
        resumed = next((n for n, line in taken[1:] if self._is_row(line)), last + 1)
        refused = self._refused(
            ImportFault.of(Problem.QUOTE_OPEN, first=first, last=resumed - 1, next=resumed)
        )
        self._lines.go_back_to(resumed)
        return refused

    def _refused(self, problem: ImportFault) -> Row:
        line = self._lines.taken[0][0]
        return Row(line=line, problem=problem, bytes_read=self._text.buffer.tell())

    def _opens_a_quote(self, line: str) -> bool:
        """Whether a quote is still open where the line ends: one more would close it."""
        closed = line.rstrip("\r\n") + '"'
        return self._cells_of(line) is None and self._cells_of(closed) is not None

    def _is_row(self, line: str) -> bool:
        """Whether a line is a row beyond doubt: as many cells, and a date where one belongs."""
        cells = self._cells_of(line)
        if cells is None and self._opens_a_quote(line):
            cells = self._cells_of(line.rstrip("\r\n") + '"') or []
            cells += [""] * (len(self._headings) - len(cells))
        if cells is None or len(cells) != len(self._headings) or len(cells) == 1:
            return False
        received_at = self._mapping.fields.received_at
        return received_at.date(dict(zip(self._headings, cells, strict=True))) is not None

    def _cells_of(self, line: str) -> list[str] | None:
        try:
            return next(csv.reader([line], delimiter=self._separator, strict=True), [])
        except csv.Error:
            return None


def _separator_of(file: Path, encoding: str, mapping: ImportMapping) -> Separator | None:
    """The separator under which the heading has every column; None when it has them under none."""
    return next(
        (each for each in _tried(mapping) if columns_fit(mapping, _headings(file, encoding, each))),
        None,
    )


def _likeliest(file: Path, encoding: str, mapping: ImportMapping) -> Separator:
    """The separator that makes the most of the heading."""
    return max(_tried(mapping), key=lambda each: len(_headings(file, encoding, each)))


def _tried(mapping: ImportMapping) -> list[Separator]:
    return [mapping.separator] if mapping.separator else list(Separator)


def _headings(file: Path, encoding: str, separator: Separator) -> list[str]:
    csv.field_size_limit(LONGEST_CELL)
    with encodings.open_text(file, encoding) as text:
        reader = csv.reader(text, delimiter=SEPARATORS[separator], strict=True)
        try:
            return next((cells for cells in reader if cells), [])
        except csv.Error:
            return []


def _hints(file: Path, mapping: ImportMapping) -> Iterator[ImportFault]:
    """How else the file would have the columns, where the mapping says how to read it."""
    free = replace(mapping, encoding=None, separator=None)
    for encoding in encodings.WITHOUT_MARK:
        separator = _separator_of(file, encoding, free)
        if separator is not None:
            yield ImportFault.of(Problem.READ_OTHERWISE, encoding=encoding, separator=separator)
            return
