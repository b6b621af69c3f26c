"""Import mappings: how the rows of somebody else's file become complaints. Each is a YAML file.

A mapping names the columns. What a file does not say is left out of the complaint, never guessed;
where one column speaks for another, the complaint's source says so.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from domain.classification import Category, Channel
from domain.complaint import BadInput, Complaint, Flaw, Language
from domain.errors import Fault, NotFit

MAPPINGS = Path(__file__).with_name("mappings")

Cells = Mapping[str, str]
"""One row of a file: its columns by name, verbatim."""

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSource:
    """Where one field of a complaint comes from: a column, or a value that all rows share."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    column: str | None = None
    value: str = ""
    formats: tuple[str, ...] = ()
    """For instants: how the file writes them, as `strptime` reads it."""
    resolution: Literal["second", "day"] = "second"
    """`day`: the file does not know the hour, so the day's first instant stands for it."""
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
        return word if self.choices is None else self.choices.get(word, self.otherwise)

    def instant(self, cells: Cells, zone: ZoneInfo) -> datetime | None:
        """What the clock on the file's wall shows, as an instant; None for no date at all."""
        text = self.text(cells).strip()
        for written in self.formats:
            try:
                local = datetime.strptime(text, written)  # noqa: DTZ007 - the zone comes next
            except ValueError:
                continue
            return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
        return None


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
    sender: FieldSource = FieldSource()
    category: FieldSource = FieldSource()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """How the rows of one kind of file are read."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    source: str
    """Names the kind of file; together with a row's number it tells whether the row is known."""
    about: str
    format: Literal["csv", "jsonl"]
    encoding: str
    time_zone: str
    number: str | None = None
    """The column with the row's own number; None when its content must do."""
    fields: Fields
    keep: tuple[str, ...] = ()
    """Columns without a field that are kept beside the complaint."""

    def intake_key(self, cells: Cells) -> str:
        """The same for the same row, however often and in whichever file it comes."""
        number = cells.get(self.number, "").strip() if self.number else ""
        if number:
            return f"{self.source}/{number}"
        whole = json.dumps(dict(cells), sort_keys=True, ensure_ascii=False)
        return f"{self.source}/sha256:{_digest(whole)}"

    def complaint(self, cells: Cells, *, unit: str, imported_at: datetime) -> Complaint:
        """The complaint of one row. Raises `NotFit` for what cannot be read at all; whether it
        may be taken is asked where every complaint is received.
        """
        fields = self.fields
        received_at = fields.received_at.instant(cells, ZoneInfo(self.time_zone))
        channel = _chosen(Channel, fields.channel, cells)
        language = _chosen(Language, fields.language, cells)
        category = _chosen(Category, fields.category, cells)
        sorted_oddly = category is None and fields.category.text(cells).strip()
        sender = fields.sender.word(cells)
        flaws = [
            Flaw.of(name, code)
            for name, found, code in (
                ("received_at", received_at, BadInput.NOT_A_DATE),
                ("channel", channel, BadInput.NOT_A_CHOICE),
                ("language", language, BadInput.NOT_A_CHOICE),
                ("category", None if sorted_oddly else "", BadInput.NOT_A_CHOICE),
                ("sender", sender, BadInput.NOT_A_CHOICE),
            )
            if found is None
        ]
        if received_at is None or channel is None or language is None or flaws:
            raise NotFit(flaws)
        narrative = fields.narrative.text(cells)
        is_made = not narrative.strip() and bool(fields.narrative.made_of)
        return Complaint(
            intake_key=self.intake_key(cells),
            received_at=received_at,
            channel=channel,
            language=language,
            category=category,
            sender=sender or None,
            unit=unit,
            narrative=_together(fields.narrative.made_of, cells) if is_made else narrative,
            subject=fields.subject.text(cells),
            demand=fields.demand.text(cells),
            name=fields.name.text(cells),
            phone=fields.phone.text(cells),
            email=fields.email.text(cells),
            source=self._source(cells, is_made=is_made),
            imported_at=imported_at,
        )

    def _source(self, cells: Cells, *, is_made: bool) -> dict[str, str]:
        """What is worth knowing about where the complaint came from."""
        source = {"source": self.source, "time_zone": self.time_zone}
        if self.number:
            source["number"] = cells.get(self.number, "")
        if self.fields.received_at.resolution == "day":
            source["resolution"] = "day"
        if is_made:
            source[MADE_UP] = ", ".join(self.fields.narrative.made_of)
        return source | {name: cells[name] for name in self.keep if cells.get(name)}


MADE_UP = "narrative_made_of"
"""In the source of a complaint: the file had no narrative, and these columns stand for it."""


def read_mapping(name: str) -> ImportMapping:
    """The mapping of that name, or in that file. Raises `NotFit` with everything wrong with it."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else MAPPINGS / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(mapping_names())
        raise NotFit([Fault(where=name, says=f"there is no such mapping; there are: {known}")])
    try:
        text = yaml.safe_load(path.read_text(encoding="utf-8"))
        mapping = TypeAdapter(ImportMapping).validate_python(text)
        ZoneInfo(mapping.time_zone)
        "".encode(mapping.encoding)
    except ValidationError as error:
        raise NotFit(
            [
                Fault(where=".".join(str(part) for part in each["loc"]), says=each["msg"])
                for each in error.errors()
            ]
        ) from error
    except (yaml.YAMLError, LookupError, ValueError) as error:
        raise NotFit([Fault(where=path.name, says=str(error))]) from error
    return mapping


def mapping_names() -> list[str]:
    """The mappings that come with Redress."""
    return sorted(path.stem for path in MAPPINGS.glob("*.yaml"))


def _chosen(kind: type[Choice], source: FieldSource, cells: Cells) -> Choice | None:
    try:
        return kind(source.word(cells) or "")
    except ValueError:
        return None


def _together(columns: tuple[str, ...], cells: Cells) -> str:
    return "\n".join(f"{name}: {cells[name]}" for name in columns if cells.get(name))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
