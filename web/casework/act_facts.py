"""The facts an act asks for, read from its fields."""

import types
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.acts import (
    Act,
)

CLOCK_AND_STEP = "clock+step"


PERSON_FACTS = frozenset({"handler", "person"})


NOTHING = object()


def facts_of(act: type[Act]) -> Iterator[tuple[str, Any, bool]]:
    """The facts somebody must choose: name, type without `None`, and whether it is required."""
    hints = get_type_hints(act)
    names = {field.name for field in fields(act)}
    if {"clock", "step"} <= names:
        yield CLOCK_AND_STEP, str, True
        names -= {"clock", "step"}
    for field in fields(act):
        if field.name not in names or field.name == "kind" or _is_derived(field.name, names):
            continue
        is_required = field.default is MISSING and field.default_factory is MISSING
        yield field.name, without_none(hints[field.name]), is_required


def _is_derived(name: str, names: set[str]) -> bool:
    for ending in ("_unit", "_level"):
        if name.endswith(ending) and name.removesuffix(ending) in PERSON_FACTS & names:
            return True
    return name.endswith("level") and name.replace("level", "unit") in names


def _is_unit(name: str) -> bool:
    return name == "unit" or name.endswith("_unit")


def without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [each for each in get_args(kind) if each is not type(None)]
        return kinds[0]
    return kind
