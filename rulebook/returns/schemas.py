"""Schemas that what goes to an authority is held against before it goes: JSON Schema, as data."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from domain.returns import SchemaBreach


@cache
def read_schema(file: Path) -> Mapping[str, Any]:
    """The schema in that file; raises `ValueError` for one that is none."""
    try:
        schema: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
    except (OSError, json.JSONDecodeError, SchemaError) as error:
        raise ValueError(f"{file.name} is no JSON Schema: {error}") from error
    return schema


def breaches_of(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[SchemaBreach]:
    """Everything in a document that its schema does not allow, in the order of the document."""
    found = Draft202012Validator(schema).iter_errors(document)
    for error in sorted(found, key=lambda each: (list(map(str, each.absolute_path)), each.message)):
        at = "/".join(map(str, error.absolute_path))
        if error.validator == "required":
            for name in error.validator_value:
                if name not in error.instance:
                    yield SchemaBreach(at=f"{at}/{name}".strip("/"), rule="required", limit="")
            continue
        yield SchemaBreach(at=at, rule=str(error.validator), limit=_limit(error.validator_value))


def _limit(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
