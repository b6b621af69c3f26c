"""Domain values to and from the JSON that rows hold."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

from domain.acts import AnyAct
from domain.case import Actor, Case
from domain.clocks.ledger import Clock, Derivation

Value = TypeVar("Value")

CASE = TypeAdapter(Case)
CLOCK = TypeAdapter(Clock)
DERIVATION = TypeAdapter(Derivation)
ACTOR = TypeAdapter(Actor)
ACT: TypeAdapter[AnyAct] = TypeAdapter(AnyAct)


def to_json(adapter: TypeAdapter[Value], value: Value) -> Any:
    """The value as JSON can hold it: instants as ISO text, enumerations as their values."""
    return adapter.dump_python(value, mode="json")
