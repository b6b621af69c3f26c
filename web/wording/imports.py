"""What is wrong with files that are imported."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from desk.imports.problems import ImportFault, Problem
from desk.imports.report import MaskedRow, RefusedRow, RowAgain
from domain.complaint import Flaw
from domain.errors import Fault
from web.base.phrases import LazyString, _, _l, joined
from web.wording.facts import said, with_facts
from web.wording.fields import FIELDS, label
from web.wording.flaws import flaw_sentence

PROBLEMS: Mapping[Problem, LazyString] = {
    Problem.COLUMN_MISSING: _l("The file has no such column."),
    Problem.COLUMN_TWICE: _l("The file has this column twice. Rename or remove one of them."),
    Problem.HEADINGS_FOUND: _l("The headings found are %(found)s."),
    Problem.READ_OTHERWISE: _l(
        "Read as %(encoding)s with %(separator)s as separator it has them all."
    ),
    Problem.NO_WORKBOOK: _l(
        "This is no workbook that can be read. Save it anew as .xlsx, or as CSV."
    ),
    Problem.OLD_WORKBOOK: _l(
        "This is an old workbook (.xls), or one with a password. Save it as .xlsx without a"
        " password, or as CSV."
    ),
    Problem.WORKBOOK_TOO_LARGE: _l(
        "Unpacked it has %(found)s MB, and %(limit)s are the most. Split it."
    ),
    Problem.NO_SUCH_SHEET: _l("The workbook has no such sheet; there are %(found)s."),
    Problem.SEVERAL_SHEETS: _l(
        "Several sheets have these columns: %(found)s. Leave one of them in the workbook."
    ),
    Problem.CELLS: _l("It has %(found)s cells, and the heading names %(wanted)s."),
    Problem.QUOTE_INSIDE: _l(
        'A quote stands inside quoted text. Write it twice (""), or leave the outer quotes away.'
    ),
    Problem.QUOTE_OPEN: _l(
        "A quote is opened and never rightly closed. Nothing was read of lines %(first)s to"
        " %(last)s; reading went on at line %(next)s."
    ),
    Problem.QUOTE_OVER_ROWS: _l(
        "A quote runs over what looks like a row of its own at line %(row)s. Nothing was read of"
        " lines %(first)s to %(last)s. Close the quote, or write it twice."
    ),
    Problem.NOT_JSON: _l("It is no JSON from its character %(at)s on."),
    Problem.NOT_AN_OBJECT: _l("It is no JSON object with names and values."),
    Problem.NESTED: _l("It holds a list or an object where a text is wanted."),
    Problem.NAME_TWICE: _l("It names %(name)s twice, so nobody knows which one is meant."),
    Problem.ROUNDED: _l(
        "%(name)s is a number of more than 15 digits, which a workbook has rounded. Make the"
        " column text, and enter it anew."
    ),
    Problem.NOT_A_DATE: _l("%(word)s is no date of a form that is read here."),
    Problem.UNKNOWN_WORD: _l(
        "%(word)s is a word that means none of ours. Write one of: %(known)s."
    ),
    Problem.EARLIER_IN_FILE: _l("It came earlier in this file, with other contents."),
    Problem.CAME_OTHERWISE: _l(
        "It came in before as %(reference)s, with other contents. That case stays as it is; note"
        " there what has changed."
    ),
    Problem.DATABASE_REFUSES: _l("It could not be stored."),
}


def fault_sentence(fault: Fault) -> str:
    """One thing wrong with a file or a row; where it stands comes first."""
    return _told([_where(fault)], _says(fault))


def _says(fault: Fault) -> str:
    if isinstance(fault, ImportFault):
        return with_facts(str(PROBLEMS[fault.code]), fault.facts)
    return flaw_sentence(fault) if isinstance(fault, Flaw) else said(fault.says)


def _where(fault: Fault) -> str:
    return label(fault.where) if fault.where in FIELDS else fault.where


def _told(where: Iterable[str], says: str) -> str:
    places = joined(filter(None, where))
    return f"{places}{_(': ')}{says}" if places else says


@dataclass(frozen=True, slots=True, kw_only=True)
class SameFault:
    """One thing that is wrong with so many rows, and where they are."""

    says: str
    rows: int
    lines: str
    """Empty of the file as a whole."""


def same_faults(rows: Iterable[RefusedRow]) -> list[SameFault]:
    """What stands against refused rows, each thing once: what most of them have first. Of a file as
    a whole each thing is told once of all columns that have it."""
    lines: dict[tuple[str, str], list[int]] = {}
    of_the_file: dict[str, list[str]] = {}
    for row in rows:
        for fault in row.faults:
            if row.line:
                lines.setdefault((_where(fault), _says(fault)), []).append(row.line)
            else:
                of_the_file.setdefault(_says(fault), []).append(_where(fault))
    found = sorted(lines.items(), key=lambda each: -len(each[1]))
    return [
        *(SameFault(says=_told(at, says), rows=0, lines="") for says, at in of_the_file.items()),
        *(
            SameFault(says=_told([where], says), rows=len(at), lines=_lines(at))
            for (where, says), at in found
        ),
    ]


STRETCHES_TOLD = 20
"""Of lines with the same fault (default)."""


def _lines(numbers: Iterable[int]) -> str:
    """Lines as a person names them, such as 3, 7, 9–12."""
    stretches: list[list[int]] = []
    for number in sorted(set(numbers)):
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    told = [f"{a}–{b}" if a != b else str(a) for a, b in stretches[:STRETCHES_TOLD]]
    left = sum(b - a + 1 for a, b in stretches[STRETCHES_TOLD:])
    return joined([*told, *([_("and %(count)s more", count=left)] if left else [])])


def row_sentences(row: RefusedRow) -> str:
    """Everything against one row."""
    return " ".join(fault_sentence(fault) for fault in row.faults)


def report_lines(rows: list[RefusedRow], refused: int) -> Iterator[tuple[str, str]]:
    """The lines of a report to be saved: the line of the file, and what stands against it."""
    for row in rows:
        yield str(row.line), row_sentences(row)
    if refused > len(rows):
        yield "", _("and %(count)s more", count=refused - len(rows))


def masked_lines(rows: list[MaskedRow], masked: int) -> Iterator[tuple[str, str]]:
    """The lines of a report to be saved about what was masked."""
    for row in rows:
        fields = _(", ").join(str(label(name)) for name in row.fields)
        sentence = _("A card number, an identity number or a password is masked in: %(fields)s.")
        yield str(row.line), sentence % {"fields": fields}
    if masked > len(rows):
        yield "", _("and %(count)s more", count=masked - len(rows))


def lines_again(rows: list[RowAgain], again: int) -> Iterator[tuple[str, str]]:
    """The lines of a report to be saved about letters that may be cases already."""
    for row in rows:
        of = _(", ").join(row.references) or _("a case that you do not see")
        yield str(row.line), _("Perhaps the same letter as %(reference)s.") % {"reference": of}
    if again > len(rows):
        yield "", _("and %(count)s more", count=again - len(rows))
