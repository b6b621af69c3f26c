"""A complaint as another system sends it: its fields in JSON, read and described by one model.

What may be in them is asked of the domain, as for every complaint.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, get_type_hints
from uuid import UUID

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from domain.classification import Business, Category, Channel, Mark, Situation
from domain.complaint import OF_A_COMPLAINT, BadInput, Draft, Flaw, Language, flaws_of_text
from domain.instants import ReceiptDates
from rulebook.instants import read_instant_limits
from rulebook.texts import read_text_limits
from store.database import DatabaseSession
from store.people.people import find_person

KEY = "Idempotency-Key"
"""The header with the key that makes a complaint sent twice one complaint."""

UNKNOWN_FIELDS_TOLD = 20
"""Of fields that a complaint does not have, however many are sent: who sends more learns nothing by
more of them (default)."""

NAME_TOLD = 64
"""Characters of the name of such a field that are told back (default); no field's is as long."""

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


def _no_more_than_there_are(value: object) -> object:
    """Looks at the length of a list of marks before anybody looks at each of them."""
    if isinstance(value, list) and len(value) > len(Mark):
        raise PydanticCustomError("enum", "more marks than there are")
    return value


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
    address: str = ""
    """Where letters go."""
    account: str = ""
    """Number of the account or card it is about; nowhere else in the complaint."""
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
    marks: Annotated[
        tuple[Mark, ...], BeforeValidator(_no_more_than_there_are), Field(max_length=len(Mark))
    ] = ()
    situation: Situation | None = None
    """Only while a system goes live: other rules may then apply."""
    business: Business | None = None
    """Which business of the customer it is about."""
    came_long_ago: Annotated[bool, Field(strict=True)] = False
    """True when the complaint came in a year ago or more, and that is no mistake."""


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


def dates_of(sent: Mapping[str, Any]) -> ReceiptDates:
    """How long ago the complaint that was sent may have come."""
    return ReceiptDates(
        limits=read_instant_limits(), is_confirmed=sent.get("came_long_ago") is True
    )


def read_complaint(sent: Mapping[str, Any]) -> tuple[Draft, list[Flaw]]:
    """What could be read of the complaint that was sent, and what is wrong with the rest. Whether
    it may be taken is asked where every complaint is received; who is complained about, by
    `with_person`.
    """
    read, flaws = _read(sent)
    read.pop("person_complained_about", None)
    read.pop("came_long_ago", None)
    read["sender"] = read.get("sender") or None
    read["marks"] = tuple(mark for mark in Mark if mark in read.get("marks", ()))
    return Draft(**read), flaws


def with_person(
    session: DatabaseSession, draft: Draft, sent: Mapping[str, Any], units: frozenset[str]
) -> tuple[Draft, tuple[Flaw, ...]]:
    """The same with the employee it is about, and the flaw when none of these units has anybody of
    that login. Nobody at all and somebody of other units are one answer.
    """
    login = sent.get("person_complained_about")
    if not login or not isinstance(login, str):
        return draft, ()
    person = None
    if not flaws_of_text("person_complained_about", login, read_text_limits().name):
        person = find_person(session, login, units)
    if person is None:
        return draft, (Flaw.of("person_complained_about", BadInput.NOT_A_CHOICE),)
    return replace(draft, person_complained_about=person), ()


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
    unknown = (name for name in sent if name not in FIELDS)
    flaws = [
        Flaw.of(name[:NAME_TOLD], BadInput.NO_SUCH_FIELD)
        for name in islice(unknown, UNKNOWN_FIELDS_TOLD)
    ]
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
