"""A complaint as another system sends it: its fields in JSON, read and described by one model.

What may be in them is asked of the domain, as for every complaint.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any, get_type_hints
from uuid import UUID

from pydantic import ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError, WithJsonSchema

from domain.classification import Category, Channel, Mark, Situation
from domain.complaint import OF_A_COMPLAINT, BadInput, Draft, Flaw, Language, flaws_of_text
from rulebook.texts import read_text_limits
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

FIELDS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind) for name, kind in get_type_hints(Filing, include_extras=True).items()
}
"""How each field is read, one by one: one that cannot be read keeps no other from being judged."""

REQUIRED = frozenset(field.name for field in fields(Filing) if field.default is MISSING)

CODES: Mapping[str, BadInput] = {
    "enum": BadInput.NOT_A_CHOICE,
    "string_unicode": BadInput.NOT_A_CHOICE,  # a lone surrogate, where one of our words belongs
    "value_error": BadInput.NOT_AN_INSTANT,
}
"""What pydantic calls what it finds; anything else is of the wrong kind."""


def read_complaint(session: DatabaseSession, sent: Mapping[str, Any]) -> tuple[Draft, list[Flaw]]:
    """What could be read of the complaint that was sent, and what is wrong with the rest. Whether
    it may be taken is asked where every complaint is received.
    """
    read, flaws = _read(sent)
    if "unit" in read and read["unit"] not in read_units(session):
        flaws.append(Flaw.of("unit", BadInput.NO_SUCH_UNIT))
        del read["unit"]
    login = read.get("person_complained_about")
    read["person_complained_about"] = _person(session, login)
    if login and read["person_complained_about"] is None:
        flaws.append(Flaw.of("person_complained_about", BadInput.NOT_A_CHOICE))
    read["sender"] = read.get("sender") or None
    read["marks"] = tuple(mark for mark in Mark if mark in read.get("marks", ()))
    return Draft(**read), flaws


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


def _read(sent: Mapping[str, Any]) -> tuple[dict[str, Any], list[Flaw]]:
    """The fields that can be read, and what is wrong with those that cannot."""
    flaws = [Flaw.of(name, BadInput.NO_SUCH_FIELD) for name in sent if name not in FIELDS]
    read: dict[str, Any] = {}
    for name, field in FIELDS.items():
        if sent.get(name) is None:
            if name in REQUIRED:
                flaws.append(Flaw.of(name, BadInput.EMPTY))
            continue
        try:
            read[name] = field.validate_python(sent[name])
        except ValidationError as error:
            *_, last = error.errors(include_url=False, include_context=False, include_input=False)
            flaws.append(Flaw.of(name, CODES.get(last["type"], BadInput.WRONG_KIND)))
    return read, flaws


def _person(session: DatabaseSession, login: str | None) -> str | None:
    """Whoever logs in so, or did: a complaint about somebody who has left names them too."""
    if not login or flaws_of_text("person_complained_about", login, read_text_limits().name):
        return None
    return find_person(session, login)
