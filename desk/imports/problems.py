"""What can be wrong with a file or a row, each with the sentence that says what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Fault
from domain.sentences import plain


class Problem(StrEnum):
    """What is wrong; the sentence of each is in `SENTENCES`, in the pages' languages in `web/`."""

    # The file
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    HEADINGS_FOUND = "headings_found"
    READ_OTHERWISE = "read_otherwise"
    NO_WORKBOOK = "no_workbook"
    OLD_WORKBOOK = "old_workbook"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    NO_SUCH_SHEET = "no_such_sheet"
    SEVERAL_SHEETS = "several_sheets"
    # A row
    CELLS = "cells"
    QUOTE_INSIDE = "quote_inside"
    QUOTE_OPEN = "quote_open"
    QUOTE_OVER_ROWS = "quote_over_rows"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    NESTED = "nested"
    NAME_TWICE = "name_twice"
    ROUNDED = "rounded"
    NOT_A_DATE = "not_a_date"
    UNKNOWN_WORD = "unknown_word"
    EARLIER_IN_FILE = "earlier_in_file"
    CAME_OTHERWISE = "came_otherwise"
    DATABASE_REFUSES = "database_refuses"


SENTENCES: Mapping[Problem, str] = {
    Problem.COLUMN_MISSING: "the file has no such column",
    Problem.COLUMN_TWICE: "the file has this column twice, so nobody knows which one is meant",
    Problem.HEADINGS_FOUND: "the headings found are {found}",
    Problem.READ_OTHERWISE: (
        "read as {encoding} with {separator} it has them all: leave encoding and separator out of"
        " the mapping, or name these"
    ),
    Problem.NO_WORKBOOK: "this is no workbook that can be read. Save it anew as .xlsx, or as CSV",
    Problem.OLD_WORKBOOK: (
        "this is an old workbook (.xls), or one with a password. Save it as .xlsx without a"
        " password, or as CSV"
    ),
    Problem.WORKBOOK_TOO_LARGE: "unpacked it has {found} MiB, and {limit} are the most: split it",
    Problem.NO_SUCH_SHEET: "the workbook has no such sheet; there are {found}",
    Problem.SEVERAL_SHEETS: "several sheets have these columns: {found}. Say which one is meant",
    Problem.CELLS: "has {found} cells, and the heading names {wanted}",
    Problem.QUOTE_INSIDE: (
        'holds a quote inside quoted text. Write it twice (""), or leave the outer quotes away'
    ),
    Problem.QUOTE_OPEN: (
        "opens a quote that is never rightly closed. Nothing was read of lines {first} to {last};"
        " reading went on at line {next}"
    ),
    Problem.QUOTE_OVER_ROWS: (
        "opens a quote that runs over what looks like a row of its own at line {row}. Nothing was"
        " read of lines {first} to {last}: close the quote, or write it twice"
    ),
    Problem.NOT_JSON: "is no JSON from its character {at} on",
    Problem.NOT_AN_OBJECT: "is no JSON object with names and values",
    Problem.NESTED: "holds a list or an object where a text is wanted",
    Problem.NAME_TWICE: "names {name} twice, so nobody knows which one is meant",
    Problem.ROUNDED: (
        "{name} is a number of more than 15 digits, which a workbook has rounded. Make the column"
        " text, and enter it anew"
    ),
    Problem.NOT_A_DATE: "{word} is no date of a form that the mapping names",
    Problem.UNKNOWN_WORD: "{word} is a word that the mapping does not know: write one of {known}",
    Problem.EARLIER_IN_FILE: "came earlier in this file, with other contents",
    Problem.CAME_OTHERWISE: (
        "came in before as {reference}, with other contents. That case stays as it is; note there"
        " what has changed"
    ),
    Problem.DATABASE_REFUSES: "could not be stored",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFault(Fault):
    """One thing wrong with a file or a row, and what belongs into its sentence."""

    code: Problem
    facts: Mapping[str, str | tuple[str, ...]]
    """Several names are joined in the language of whoever reads them."""

    @classmethod
    def of(cls, code: Problem, where: str = "", /, **facts: object) -> "ImportFault":
        """`where` is the column, the sheet or the field; empty for the row as a whole."""
        kept = {name: plain(fact) for name, fact in facts.items()}
        said = {name: listed(fact) for name, fact in kept.items()}
        return cls(where=where, says=SENTENCES[code].format(**said), code=code, facts=kept)


LONGEST_QUOTED = 40
"""Characters of a cell that are shown in a sentence (default)."""


def shown(text: str) -> str:
    """A cell as it is shown in a sentence: in quotes, its odd characters visible, not at length."""
    cut = text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + "…"
    return ascii(cut) if any(0xD800 <= ord(each) <= 0xDFFF for each in cut) else repr(cut)


def listed(fact: str | Iterable[str]) -> str:
    """A fact in a sentence of a terminal, or several."""
    return fact if isinstance(fact, str) else ", ".join(fact) or "none"
