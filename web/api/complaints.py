"""A complaint as another system sends it: its fields in JSON, read and described by one model.

What may be in them is asked of the domain, as for every complaint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError, WithJsonSchema

from domain.classification import Category, Channel, Mark, Situation
from domain.complaint import OF_A_COMPLAINT, BadInput, Complaint, Flaw, Language, flaws_of_text
from domain.errors import NotFit
from rulebook.texts import read_text_limits
from store.cases.receipts import check_each
from store.database import DatabaseSession
from store.people.directory import read_units
from store.people.people import find_person

KEY = "Idempotency-Key"
"""The header with the key that makes a complaint sent twice one complaint."""

MOST_FEN = 10**17
"""As much as the form takes (default)."""


def _instant(value: object) -> datetime:
    """An instant that says how far from UTC its clock was; else nobody could tell which it is."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    if instant is None or instant.tzinfo is None:
        raise ValueError
    try:
        return instant.astimezone(UTC)
    except OverflowError as beyond_all_years:
        raise ValueError from beyond_all_years


Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The fields of a complaint that another system may fill. A field that is null is left out."""

    __pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    received_at: Instant
    """When the complaint came in, with its distance from UTC: the time limits start there."""
    channel: Channel
    unit: str
    """Id of the unit complained about."""
    narrative: str
    """What happened, in the customer's words."""
    subject: str = ""
    demand: str = ""
    name: str = ""
    """Name of the customer; empty for an anonymous complaint."""
    phone: str = ""
    email: str = ""
    language: Language = Language.ZH
    person_complained_about: str | None = None
    """Login of an employee, who will neither handle nor see the case."""
    sender: str | None = None
    """Who handed the complaint over; for the channel `transferred` only."""
    sender_due_at: Instant | None = None
    """When the sender wants an answer."""
    category: Category | None = None
    """May be left open and classified later."""
    amount_fen: Annotated[int, Field(strict=True, ge=0, lt=MOST_FEN)] = 0
    """Amount at stake, in fen: 12000 is 120 yuan."""
    marks: tuple[Mark, ...] = ()
    situation: Situation | None = None
    """Only while a system goes live: other rules may then apply."""


FILING = TypeAdapter(Filing)
NAMES = frozenset(field.name for field in fields(Filing))

STAND_INS: Mapping[str, Any] = {
    "received_at": "1970-01-01T00:00:00Z",
    "channel": Channel.PHONE,
    "unit": "",
    "narrative": "",
}
"""For what must be there and cannot be read, so that the rest can be judged in the same breath."""

CODES: Mapping[str, BadInput] = {
    "missing": BadInput.EMPTY,
    "enum": BadInput.NOT_A_CHOICE,
    "string_unicode": BadInput.NOT_A_CHOICE,  # a lone surrogate, where one of our words belongs
    "value_error": BadInput.NOT_AN_INSTANT,
}
"""What pydantic calls what it finds; anything else is of the wrong kind."""


def read_complaint(
    session: DatabaseSession, sent: Mapping[str, Any]
) -> tuple[Complaint, list[Flaw]]:
    """The complaint that was sent, still without its key, and what cannot be read of it. Whether it
    may be taken is asked where every complaint is received.
    """
    filing, flaws = _read(sent)
    is_known = filing.unit in read_units(session)
    if not is_known and "unit" not in _fields(flaws):
        flaws.append(Flaw.of("unit", BadInput.NO_SUCH_UNIT))
    person = _person(session, filing.person_complained_about)
    if filing.person_complained_about and person is None:
        flaws.append(Flaw.of("person_complained_about", BadInput.NOT_A_CHOICE))
    complaint = Complaint(
        intake_key="",
        received_at=filing.received_at,
        channel=filing.channel,
        unit=filing.unit if is_known else "",
        narrative=filing.narrative,
        subject=filing.subject,
        demand=filing.demand,
        name=filing.name,
        phone=filing.phone,
        email=filing.email,
        language=filing.language,
        person_complained_about=person,
        sender=filing.sender or None,
        sender_due_at=filing.sender_due_at,
        category=filing.category,
        amount_fen=filing.amount_fen,
        marks=tuple(mark for mark in Mark if mark in filing.marks),
        situation=filing.situation,
    )
    return complaint, flaws


def further_flaws(session: DatabaseSession, complaint: Complaint, known: list[Flaw]) -> list[Flaw]:
    """What the rules say against the fields that could be read."""
    (unfit,) = check_each(session, [complaint])
    faults = unfit.faults if isinstance(unfit, NotFit) else ()
    found = (fault for fault in faults if isinstance(fault, Flaw))
    return [flaw for flaw in found if flaw.where not in _fields(known)]


def read_key(text: str) -> UUID | None:
    """The key of a header, with or without the quotes its draft standard asks for."""
    try:
        return UUID(text.strip().strip('"'))
    except ValueError:
        return None


def describe_complaint() -> dict[str, Any]:
    """The JSON schema of what may be sent, with the limits of its texts."""
    schema = FILING.json_schema(ref_template="#/components/schemas/{model}")
    limits = read_text_limits()
    for name in OF_A_COMPLAINT:
        schema["properties"][name]["maxLength"] = getattr(limits, name)
    return schema


def _read(sent: Mapping[str, Any]) -> tuple[Filing, list[Flaw]]:
    """What can be read of the fields, and what is wrong with those that cannot."""
    strange = [name for name in sent if name not in NAMES]
    flaws = [Flaw.of(name, BadInput.NO_SUCH_FIELD) for name in strange]
    said = {name: value for name, value in sent.items() if name in NAMES and value is not None}
    try:
        return FILING.validate_python(said), flaws
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    illegible = {
        str(each["loc"][0]): CODES.get(each["type"], BadInput.WRONG_KIND) for each in found
    }
    flaws += [Flaw.of(name, code) for name, code in illegible.items()]
    legible = {name: value for name, value in said.items() if name not in illegible}
    return FILING.validate_python({**STAND_INS, **legible}), flaws


def _person(session: DatabaseSession, login: str | None) -> str | None:
    """Whoever logs in so, or did: a complaint about somebody who has left names them too."""
    if not login or flaws_of_text("person_complained_about", login, read_text_limits().name):
        return None
    return find_person(session, login)


def _fields(flaws: list[Flaw]) -> set[str]:
    return {flaw.where for flaw in flaws}
