"""Documents about a case: what stands in which row is data, what can stand there is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Value(StrEnum):
    """What a row of a document can say of a case."""

    REFERENCE = "reference"
    RECEIVED_AT = "received_at"
    RECEIVED_ON = "received_on"
    RECEIVED_TIME = "received_time"
    WEEKDAY = "weekday"
    CHANNEL = "channel"
    FIRST_OWNER = "first_owner"
    SENDER = "sender"
    UNIT = "unit"
    CUSTOMER = "customer"
    """As much of the name as is shown without a reason."""
    PHONE = "phone"
    CATEGORY = "category"
    NARRATIVE = "narrative"
    DEMAND = "demand"
    DUE_AT = "due_at"
    FINDINGS = "findings"
    PERSONS = "persons"
    LESSONS = "lessons"
    SATISFACTION = "satisfaction"
    HANDLED_AT = "handled_at"
    HANDLER_NAME = "handler_name"
    HANDLER_PHONE = "handler_phone"
    PROCESS = "process"
    """What happened, step by step."""
    RESULT = "result"


SEVEN_ELEMENTS = (
    Value.FINDINGS,
    Value.PERSONS,
    Value.LESSONS,
    Value.SATISFACTION,
    Value.HANDLED_AT,
    Value.HANDLER_NAME,
    Value.HANDLER_PHONE,
)
"""What the reply on a supervision slip must hold (A-53)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A row of a document: its name in both languages, and what it says."""

    label: Mapping[str, str]
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTemplate:
    """A document as its file has it."""

    name: str
    title: Mapping[str, str]
    rule: str
    rows: tuple[DocumentRow, ...]
    signatures: tuple[Mapping[str, str], ...]
    digest: str
    """Of the file and the sheet it is set on: which version of its fixed texts was used."""
