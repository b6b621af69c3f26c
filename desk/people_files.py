"""Files of units and people: read, judged whole, and what became of each line.

A row says how a unit or a person is to be; columns that a file does not have leave that as it is,
so a file of three columns can move a hundred people and touch nothing else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from desk.people import Invited, Judgement, PeopleDesk, Wish, link_of
from desk.spreadsheets import table_text
from desk.tables import NoTable, OpenQuote, SeveralSheets, read_table
from domain.case import Actor
from domain.classification import Role
from domain.complaint import BadInput, Flaw, Language
from domain.errors import NotFit
from domain.staffing import BankRecords, PersonRecord, UnitRecord
from rulebook.staffing import StaffingFiles, read_staffing

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes of one file (default): some twenty thousand people."""


class FileKind(StrEnum):
    """Which of the two files."""

    UNITS = "units"
    PEOPLE = "people"


class LineChange(StrEnum):
    """What would become, or became, of a line."""

    NEW = "new"
    CHANGED = "changed"
    AS_IT_IS = "as_it_is"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFlaw:
    """What is wrong with a line; line 1 is that of the headings."""

    kind: FileKind
    line: int
    flaw: Flaw
    value: str = ""
    """What stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that can be read."""

    kind: FileKind
    line: int
    key: str
    """A unit's id or a login."""
    change: LineChange
    asks_for_a_second: bool = False
    """Whether making this person an administrator waits for a second one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What loading files would do, or did; with any flaw it does nothing at all."""

    lines: tuple[Line, ...]
    flaws: tuple[LineFlaw, ...]
    warnings: tuple[LineFlaw, ...]
    """What is worth knowing and forbids nothing."""

    def count(self, kind: FileKind, change: LineChange) -> int:
        return sum(each.kind is kind and each.change is change for each in self.lines)

    @property
    def asks_for(self) -> int:
        """How many wait for a second administrator."""
        return sum(each.asks_for_a_second for each in self.lines)


Files = Mapping[FileKind, bytes]
"""The contents of one or both."""


def kind_of(content: bytes) -> FileKind:
    """Which of the two a file is: of people, when its headings name a login."""
    try:
        heading = read_table(content)[0][1]
    except (NoTable, SeveralSheets, OpenQuote):
        heading = []
    meanings = read_staffing().headings[FileKind.PEOPLE]
    names = {meanings.get(name.strip().casefold()) for name in heading}
    return FileKind.PEOPLE if "login" in names else FileKind.UNITS


def links_text(links: Sequence[Invited], base_url: str) -> str:
    """Who may come in by which link, for a spreadsheet."""
    rows = [[each.login, each.name, each.unit, link_of(base_url, each.secret)] for each in links]
    return table_text([["login", "name", "unit", "link"], *rows])


def check_files(desk: PeopleDesk, files: Files, by: Actor) -> LoadReport:
    """What loading these files would do; nothing is written."""
    reading = _Reading(files)
    return _report(reading, desk.judge(reading.wish, by))


def load_files(desk: PeopleDesk, files: Files, by: Actor, *, reason: str) -> LoadReport:
    """Load them, whole or not at all. Loaded again they change nothing. `reason` is what a second
    administrator reads who is asked for another one; raises `NotFit` for one that will not do.
    """
    report = check_files(desk, files, by)
    if report.flaws:
        return report
    reading = _Reading(files)
    try:
        return _report(reading, desk.change(reading.wish, by, reason=reason))
    except NotFit:
        report = check_files(desk, files, by)
        if not report.flaws:
            raise  # What will not do stands in no file.
        # Somebody else has changed the bank in between, so something stands against it now.
        return report


class _Reading:
    """Two files as they are read, with all that is wrong in them."""

    def __init__(self, files: Files) -> None:
        self._words = read_staffing()
        self.flaws: list[LineFlaw] = []
        self.lines: dict[FileKind, dict[str, int]] = {kind: {} for kind in FileKind}
        """Where each unit or person stands."""
        self._cells: dict[tuple[FileKind, str], Mapping[str, str]] = {}
        for kind, content in files.items():
            for line, cells in self._rows(kind, content):
                self._take(kind, line, cells)

    def wish(self, records: BankRecords) -> Wish:
        """How the files say that units and people are to be; what they do not say stays."""
        units = [
            replace(records.units.get(key, UnitRecord(id=key)), **said)
            for key, said in self._said(FileKind.UNITS)
        ]
        people = [
            replace(records.people.get(key, PersonRecord(login=key)), **said)
            for key, said in self._said(FileKind.PEOPLE)
        ]
        return Wish(units=[_named(unit) for unit in units], people=people)

    def of_line(self, kind: FileKind, key: str, flaw: Flaw) -> LineFlaw:
        """A flaw of what stands there, with its line and what it says."""
        said = self._cells[kind, key].get(flaw.where, "")
        return LineFlaw(kind=kind, line=self.lines[kind][key], flaw=flaw, value=said)

    def _take(self, kind: FileKind, line: int, cells: Mapping[str, str]) -> None:
        name = self._words.needed[kind][0]
        key = cells[name]
        if key in self.lines[kind]:
            flaw = Flaw.of(name, BadInput.TWICE, found=self.lines[kind][key])
            self.flaws.append(LineFlaw(kind=kind, line=line, flaw=flaw, value=key))
            return
        self.lines[kind][key] = line
        self._cells[kind, key] = cells
        self.flaws += [
            LineFlaw(kind=kind, line=line, flaw=Flaw.of(name, said.code), value=cells[name])
            for name, said in self._values(cells)
            if isinstance(said, _Unread)
        ]

    def _said(self, kind: FileKind) -> Iterator[tuple[str, dict[str, Any]]]:
        for key in self.lines[kind]:
            values = self._values(self._cells[kind, key])
            yield key, {name: said for name, said in values if not isinstance(said, _Unread)}

    def _values(self, cells: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        for name, text in cells.items():
            try:
                yield name, _READERS.get(name, _text)(text, self._words)
            except (KeyError, ValueError):
                yield name, _Unread(code=_UNREAD.get(name, BadInput.NOT_A_WORD_WE_KNOW))

    def _rows(self, kind: FileKind, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows under the headings, each with its line and its cells by the fields they fill."""
        if len(content) > LARGEST_FILE:
            limit = LARGEST_FILE // 1024**2
            self.flaws.append(_of_file(kind, "file", BadInput.FILE_TOO_LARGE, limit=limit))
            return
        try:
            table = read_table(content)
        except (NoTable, SeveralSheets) as problem:
            is_none = isinstance(problem, NoTable)
            code = BadInput.NOT_A_TABLE if is_none else BadInput.SEVERAL_SHEETS
            self.flaws.append(_of_file(kind, "file", code))
            return
        except OpenQuote as quote:
            flaw = Flaw.of("line", BadInput.OPEN_QUOTE)
            self.flaws.append(LineFlaw(kind=kind, line=quote.line, flaw=flaw))
            return
        heading = [name.strip() for name in table[0][1]]
        names = [self._words.headings[kind].get(name.casefold()) for name in heading]
        wrong = list(_flaws_of_headings(kind, heading, names, self._words))
        self.flaws += wrong
        for line, cells in table[1:] if not wrong else ():
            if len(cells) != len(heading):
                self.flaws.append(_of_another_length(kind, line, len(heading), len(cells)))
            else:
                rows = zip(names, cells, strict=True)
                yield line, {name: cell.strip() for name, cell in rows if name}


@dataclass(frozen=True, slots=True)
class _Unread:
    """In the place of what a cell says, when nobody can tell."""

    code: BadInput


def _named(unit: UnitRecord) -> UnitRecord:
    """A unit that is named in one language only is called so in both."""
    return replace(unit, name_en=unit.name_en or unit.name_zh, name_zh=unit.name_zh or unit.name_en)


def _text(text: str, _: StaffingFiles) -> str:
    return text


def _text_or_none(text: str, _: StaffingFiles) -> str | None:
    return text or None


def _yes_or_no(text: str, words: StaffingFiles) -> bool:
    return bool(text) and words.yes_or_no[text.casefold()]


def _day(text: str, _: StaffingFiles) -> date | None:
    text = text.removesuffix(" 00:00:00")  # as a workbook has a day
    year, month, day = re.split(r"[-/.]", text) if text else ("", "", "")
    return date(int(year), int(month), int(day)) if text else None


def _roles(text: str, words: StaffingFiles) -> tuple[Role, ...]:
    named = {words.roles[each.strip().casefold()] for each in _ROLE.split(text) if each.strip()}
    return tuple(role for role in Role if role in named)


_ROLE = re.compile(r"[,;、，；/\n]")

_READERS: Mapping[str, Any] = {
    "level": lambda text, words: words.levels[text.casefold()] if text else None,
    "language": lambda text, words: words.languages[text.casefold() or Language.ZH],
    "roles": _roles,
    "parent": _text_or_none,
    "policy": _text_or_none,
    "deputy": _text_or_none,
    "is_key": _yes_or_no,
    "is_closed": _yes_or_no,
    "on_duty": _yes_or_no,
    "is_disabled": _yes_or_no,
    "absent_from": _day,
    "absent_until": _day,
}

_UNREAD: Mapping[str, BadInput] = {
    "absent_from": BadInput.NOT_A_DAY,
    "absent_until": BadInput.NOT_A_DAY,
    "is_key": BadInput.NOT_YES_OR_NO,
    "is_closed": BadInput.NOT_YES_OR_NO,
    "on_duty": BadInput.NOT_YES_OR_NO,
    "is_disabled": BadInput.NOT_YES_OR_NO,
}


def _flaws_of_headings(
    kind: FileKind, heading: Sequence[str], names: Sequence[str | None], words: StaffingFiles
) -> Iterator[LineFlaw]:
    for name, means in zip(heading, names, strict=True):
        if means is None:
            yield _of_file(kind, "heading", BadInput.NO_SUCH_COLUMN, name)
        elif names.count(means) > 1:
            yield _of_file(kind, means, BadInput.TWICE, name)
    for needed in words.needed[kind]:
        if needed not in names:
            yield _of_file(kind, needed, BadInput.COLUMN_MISSING)


def _of_file(
    kind: FileKind, where: str, code: BadInput, value: str = "", *, limit: int | None = None
) -> LineFlaw:
    flaw = Flaw.of(where, code, limit=limit, found=1)
    return LineFlaw(kind=kind, line=1, flaw=flaw, value=value)


def _of_another_length(kind: FileKind, line: int, limit: int, found: int) -> LineFlaw:
    flaw = Flaw.of("line", BadInput.ROW_OF_ANOTHER_LENGTH, limit=limit, found=found)
    return LineFlaw(kind=kind, line=line, flaw=flaw)


def _report(read: _Reading, judged: Judgement) -> LoadReport:
    # What could not be read is not told a second time as missing.
    unread = {(each.kind, each.line, each.flaw.where) for each in read.flaws}
    judged_flaws = [
        read.of_line(kind, key, flaw)
        for kind, by_key in (
            (FileKind.UNITS, judged.flaws_of_units),
            (FileKind.PEOPLE, judged.flaws_of_people),
        )
        for key, found in by_key.items()
        for flaw in found
    ]
    flaws = [
        *read.flaws,
        *(each for each in judged_flaws if (each.kind, each.line, each.flaw.where) not in unread),
    ]
    in_the_file = [unit for unit in judged.led_by_nobody if unit in read.lines[FileKind.UNITS]]
    return LoadReport(
        lines=tuple(_lines(read, judged)),
        flaws=tuple(sorted(flaws, key=lambda each: (list(FileKind).index(each.kind), each.line))),
        warnings=tuple(
            read.of_line(FileKind.UNITS, unit, Flaw.of("id", BadInput.NOBODY_LEADS))
            for unit in in_the_file
        ),
    )


def _lines(read: _Reading, judged: Judgement) -> Iterator[Line]:
    changed = {
        FileKind.UNITS: {each.id for each in judged.units},
        FileKind.PEOPLE: {each.login for each in judged.people},
    }
    known: Mapping[FileKind, Mapping[str, Any]] = {
        FileKind.UNITS: judged.before.units,
        FileKind.PEOPLE: judged.before.people,
    }
    for kind, lines in read.lines.items():
        for key, line in lines.items():
            change = LineChange.CHANGED if key in changed[kind] else LineChange.AS_IT_IS
            yield Line(
                kind=kind,
                line=line,
                key=key,
                change=change if key in known[kind] else LineChange.NEW,
                asks_for_a_second=kind is FileKind.PEOPLE and key in judged.asks_for,
            )
