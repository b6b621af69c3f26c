"""JSON in which each name says one thing: of two values under one name most readers take the later
one, and whoever wrote the earlier one never hears of it.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn


class NameTwice(ValueError):
    """An object has two values under one name; the first argument is the name."""


def read_json(text: str | bytes) -> Any:
    """What the text says. Raises `NameTwice`, or what `json.loads` raises."""
    return json.loads(text, object_pairs_hook=_each_name_once)


def read_json_as_written(text: str) -> Any:
    """The same, with each number as the text that stands there: an account of twenty digits and a
    point, or a price of 1.50, is a word to be kept, not a value to be rounded.
    """
    return json.loads(
        text,
        object_pairs_hook=_each_name_once,
        parse_int=str,
        parse_float=str,
        parse_constant=_refuse,
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _each_name_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NameTwice(name)
        found[name] = value
    return found
