"""Tables as people hand them in whole: text of cells under headings, or a workbook.

Small ones, that are read into memory. Complaints, of which a file may hold a hundred thousand, are
read row by row (`desk.imports`).
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from desk.imports.workbook_rows import sheet_names, text_of

ENCODINGS = ("utf-8-sig", "gb18030")
"""As spreadsheets save text: the second one in China, where its own is chosen."""

MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""What begins a text that spreadsheets call Unicode."""

SEPARATORS = ",;\t"
"""Between the cells of a line: whichever the headings hold most of."""

MOST_BYTES = 64 * 2**20
"""Of a workbook, unpacked (default): what is packed small may be large enough to fill a machine."""

Table = list[tuple[int, list[str]]]
"""The lines that say something, each with its number."""


class NoTable(Exception):
    """There is nothing in it to be read as rows of cells."""


class SeveralSheets(Exception):
    """More than one sheet of the workbook says something."""


class OpenQuote(Exception):
    """A quote is not rightly closed, so nobody can tell one cell from the next; with the line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_table(content: bytes) -> Table:
    """The table in a file, never empty. Raises `NoTable`, `SeveralSheets` or `OpenQuote`."""
    lines = _of_workbook(content) if content.startswith(b"PK\x03\x04") else _of_text(content)
    table = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    if not table:
        raise NoTable
    return table


def _of_text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise OpenQuote(line) from error
        yield line, cells
        line = reader.line_num + 1


def _decoded(content: bytes) -> str:
    marked = [encoding for mark, encoding in MARKS.items() if content.startswith(mark)]
    for encoding in (*marked, *ENCODINGS):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoTable


def _of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
                raise NoTable
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheets = [
                list(workbook.get_sheet_by_name(name).iter_rows()) for name in sheet_names(workbook)
            ]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise NoTable from error
    told = [rows for rows in sheets if any(text_of(cell).strip() for row in rows for cell in row)]
    if len(told) > 1:
        raise SeveralSheets
    for line, row in enumerate(told[0] if told else [], start=1):
        yield line, [text_of(cell) for cell in row]
