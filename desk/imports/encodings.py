"""In which encoding a file is written: by its mark, by what it was said to be, or by its bytes."""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

UTF_8, GB18030 = "utf-8-sig", "gb18030"

MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""A mark at the beginning of a file is certain, whatever anybody says."""

WITHOUT_MARK = (UTF_8, "utf-16-le", "utf-16-be", GB18030)
"""What is tried, in this order: a text that is whole in UTF-8 is hardly ever anything else, and
nearly every text is whole in GB18030."""

NAMED = {
    UTF_8: "UTF-8",
    GB18030: "GB 18030, GBK, GB 2312",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252, Latin-1",
}
"""What somebody may say a file is written in, as spreadsheets and people call it."""

BYTES_AT_ONCE = 2**20


BAD_BYTES = "redress-bad-bytes"


def _no_text(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no text becomes a character that no complaint may hold: its row is refused by
    the same rule as on every other way in, and the others are not."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error(BAD_BYTES, _no_text)


def open_text(file: Path, encoding: str) -> TextIO:
    """The file as text, its line ends as they are."""
    return file.open(encoding=encoding, errors=BAD_BYTES, newline="")


def first_line(file: Path, encoding: str) -> str:
    """The first line that says something; empty when none does."""
    with open_text(file, encoding) as text:
        return next((line for line in text if line.strip()), "")


def encoding_of(file: Path, said: str | None, fits: Callable[[str], bool]) -> str:
    """The encoding to read a file in; `fits` says whether its first line makes sense in one.

    A file that is whole in none of them is read as UTF-8, and the rows with bytes that are no text
    are told one by one.
    """
    marked = _marked(file)
    if marked or said:
        return marked or said or UTF_8
    return next(
        (each for each in WITHOUT_MARK if fits(each) and is_whole(file, each)),
        next((each for each in (UTF_8, GB18030) if is_whole(file, each)), UTF_8),
    )


def _marked(file: Path) -> str | None:
    with file.open("rb") as content:
        begins = content.read(4)
    return next((encoding for mark, encoding in MARKS if begins.startswith(mark)), None)


def is_whole(file: Path, encoding: str) -> bool:
    """Whether every byte of the file is part of a text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as content:
            while some := content.read(BYTES_AT_ONCE):
                decoder.decode(some)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
