"""Import mappings: how the rows of somebody else's file become complaints.

A mapping names the columns. What a file does not say is left out of the complaint, never guessed;
where one column speaks for another, the complaint's source says so.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from desk.imports.dates import WrittenDate, read_date
from desk.imports.problems import ImportFault, Problem, shown
from domain.classification import Business, Category, Channel
from domain.complaint import BadInput, Complaint, Flaw, Language, flaws_of_text
from domain.errors import Fault, NotFit
from domain.instants import instant_of
from domain.sensitive import masked_text
from rulebook.texts import read_text_limits
from store.sources import DAY, RESOLUTION

Cells = Mapping[str, str]
"""One row of a file: its columns by name, verbatim."""

Choice = TypeVar("Choice", bound=StrEnum)


class Separator(StrEnum):
    """What stands between two cells of a text."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSource:
    """Where one field of a complaint comes from: a column, or a value that all rows share."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    column: str | None = None
    value: str = ""
    formats: tuple[str, ...] = ()
    """For instants: how the file writes them, as `strptime` reads it."""
    resolution: Literal["second", "day"] = "second"
    """`day`: whatever hour the file has is none that was meant."""
    choices: Mapping[str, str] | None = None
    """The file's words for ours."""
    otherwise: str | None = None
    """What any other word means; None: such a row is refused."""
    made_of: tuple[str, ...] = ()
    """Columns that speak for this one where it is empty."""
    trim: bool = False

    def text(self, cells: Cells) -> str:
        """What the file says, verbatim but for the padding that `trim` takes away."""
        text = self.value if self.column is None else cells.get(self.column, "")
        return text.strip() if self.trim else text

    def word(self, cells: Cells) -> str | None:
        """Our word for the file's; None for a word we do not know."""
        word = self.text(cells).strip()
        if self.choices is None:
            return word
        if word in self.choices:
            return self.choices[word]
        ours = {theirs.casefold(): each for theirs, each in self.choices.items()}
        return ours.get(word.casefold(), self.otherwise)

    def date(self, cells: Cells) -> WrittenDate | None:
        """The date the file says; None for no date at all."""
        return read_date(self.text(cells).strip(), self.formats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The fields of a complaint that a file can fill."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    received_at: FieldSource
    channel: FieldSource
    language: FieldSource
    narrative: FieldSource
    subject: FieldSource = FieldSource()
    demand: FieldSource = FieldSource()
    name: FieldSource = FieldSource()
    phone: FieldSource = FieldSource()
    email: FieldSource = FieldSource()
    address: FieldSource = FieldSource()
    account: FieldSource = FieldSource()
    sender: FieldSource = FieldSource()
    category: FieldSource = FieldSource()
    business: FieldSource = FieldSource()

    def each(self) -> Iterator[FieldSource]:
        """One after the other."""
        return (getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """How the rows of one kind of file are read."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    source: str
    """Names the kind of file; together with a row's number it tells whether the row is known."""
    about: str
    format: Literal["csv", "xlsx", "jsonl"]
    """Rows of cells under a heading, as text or in a workbook, or an object a line."""
    time_zone: str
    encoding: str | None = None
    """None: found in the file."""
    separator: Separator | None = None
    """None: found in the file."""
    sheet: str | None = None
    """Of a workbook; None: the one sheet that has the columns."""
    archive_from: date | None = None
    """Since when the file has been kept, where its complaints are of earlier years: whoever wrote
    the mapping has looked."""
    number: str | None = None
    """The column with the row's own number; None when its content must do."""
    fields: Fields
    keep: tuple[str, ...] = ()
    """Columns without a field that are kept beside the complaint."""

    def asked(
        self,
        *,
        encoding: str | None,
        separator: str | None,
        sheet: str | None,
        time_zone: str | None = None,
    ) -> "ImportMapping":
        """The same mapping, for a file of which somebody says how to read it."""
        return replace(
            self,
            encoding=encoding or self.encoding,
            separator=Separator(separator) if separator else self.separator,
            sheet=sheet or self.sheet,
            time_zone=time_zone or self.time_zone,
        )

    def columns(self) -> set[str]:
        """Every column that a file must have to be read by this mapping."""
        sources = list(self.fields.each())
        named = {self.number, *self.keep, *(source.column for source in sources)}
        return {name for name in named if name} | {n for each in sources for n in each.made_of}

    def intake_key(self, cells: Cells) -> str:
        """The same for the same row, however often and in whichever file it comes."""
        number = cells.get(self.number, "").strip() if self.number else ""
        if number:
            return f"{self.source}/{number}"
        whole = json.dumps(dict(cells), sort_keys=True, ensure_ascii=False)
        return f"{self.source}/sha256:{_digest(whole)}"

    def complaint(
        self, cells: Cells, *, unit: str, imported_at: datetime, bank_zone: ZoneInfo
    ) -> Complaint:
        """The complaint of one row. Raises `NotFit` for what cannot be read at all; whether it
        may be taken is asked where every complaint is received. A day without a time is that day in
        the bank's calendar.
        """
        fields = self.fields
        written = fields.received_at.date(cells)
        has_time = bool(written and written.has_time and fields.received_at.resolution != "day")
        received_at = self._instant(written, has_time, bank_zone)
        channel = _chosen(Channel, fields.channel, cells)
        language = _chosen(Language, fields.language, cells)
        category = _chosen(Category, fields.category, cells)
        sorted_oddly = category is None and fields.category.text(cells).strip()
        business = _chosen(Business, fields.business, cells)
        is_odd_business = business is None and fields.business.text(cells).strip()
        sender = fields.sender.word(cells)
        faults = [
            *self._unread(
                cells,
                {
                    "received_at": received_at,
                    "channel": channel,
                    "language": language,
                    "category": None if sorted_oddly else "",
                    "business": None if is_odd_business else "",
                    "sender": sender,
                },
            ),
            *self._flaws_of_source(cells),
        ]
        if received_at is None or channel is None or language is None or faults:
            raise NotFit(faults)
        narrative = fields.narrative.text(cells)
        is_made = not narrative.strip() and bool(fields.narrative.made_of)
        return Complaint(
            intake_key=self.intake_key(cells),
            received_at=received_at,
            channel=channel,
            language=language,
            category=category,
            business=business,
            sender=sender or None,
            unit=unit,
            narrative=_together(fields.narrative.made_of, cells) if is_made else narrative,
            subject=fields.subject.text(cells),
            demand=fields.demand.text(cells),
            name=fields.name.text(cells),
            phone=fields.phone.text(cells),
            email=fields.email.text(cells),
            address=fields.address.text(cells),
            account=fields.account.text(cells),
            source=self._source(cells, has_time=has_time, is_made=is_made),
            imported_at=imported_at,
        )

    def reading_also(self, *formats: str) -> "ImportMapping":
        """The same mapping, for a file whose dates may be written in these forms too."""
        received_at = self.fields.received_at
        more = replace(received_at, formats=(*received_at.formats, *formats))
        return replace(self, fields=replace(self.fields, received_at=more))

    def archive_begins(self, bank_zone: ZoneInfo) -> datetime | None:
        """The first instant of the archive that the file is; None when it is none."""
        begins = self.archive_from
        return None if begins is None else datetime.combine(begins, time(), bank_zone)

    def _instant(
        self, written: WrittenDate | None, has_time: bool, bank_zone: ZoneInfo
    ) -> datetime | None:
        if written is None:
            return None
        if has_time:
            return instant_of(written.at, ZoneInfo(self.time_zone))
        return instant_of(datetime.combine(written.at.date(), time()), bank_zone)

    def _unread(self, cells: Cells, read: Mapping[str, object]) -> Iterator[Fault]:
        """What the file says that is no word and no date of ours."""
        for name, found in read.items():
            if found is None:
                code = Problem.NOT_A_DATE if name == "received_at" else Problem.UNKNOWN_WORD
                text = getattr(self.fields, name).text(cells)
                if not text.strip():
                    yield Flaw.of(name, BadInput.EMPTY)
                    continue
                word = shown(text)
                known = list(getattr(self.fields, name).choices or ())
                yield ImportFault.of(code, name, word=word, known=known)

    def _flaws_of_source(self, cells: Cells) -> Iterator[Flaw]:
        """What is kept beside the complaint is text like its own."""
        limits = read_text_limits()
        if self.number:
            yield from flaws_of_text(self.number, cells.get(self.number, ""), limits.number)
        for name in self.keep:
            yield from flaws_of_text(name, cells.get(name, ""), limits.kept)

    def _source(self, cells: Cells, *, has_time: bool, is_made: bool) -> dict[str, str]:
        """What is worth knowing about where the complaint came from."""
        source = {"source": self.source, "time_zone": self.time_zone}
        if self.number:
            source["number"] = cells.get(self.number, "")
        if not has_time:
            source[RESOLUTION] = DAY
        if is_made:
            source[MADE_UP] = ", ".join(self.fields.narrative.made_of)
        return source | {name: masked_text(cells[name]) for name in self.keep if cells.get(name)}


MADE_UP = "narrative_made_of"
"""In the source of a complaint: the file had no narrative, and these columns stand for it."""


def _chosen(kind: type[Choice], source: FieldSource, cells: Cells) -> Choice | None:
    try:
        return kind(source.word(cells) or "")
    except ValueError:
        return None


def _together(columns: tuple[str, ...], cells: Cells) -> str:
    return "\n".join(f"{name}: {cells[name]}" for name in columns if cells.get(name))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
