"""Rows as JSON objects, one a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from desk.imports import encodings
from desk.imports.mapping import ImportMapping
from desk.imports.problems import ImportFault, Problem, shown
from desk.imports.row import Row, refuse_columns
from domain.json_objects import NameTwice, read_json_as_written


def json_rows(file: Path, mapping: ImportMapping) -> Iterator[Row]:
    """Every row of the file; an object may leave out what it has nothing to say about. Raises
    `NotFit` when no object at all has some column that the mapping names.
    """
    encoding = encodings.encoding_of(file, mapping.encoding, lambda each: _fits(file, each))
    _require_names(file, encoding, mapping)
    with encodings.open_text(file, encoding) as text:
        yield from _rows(text)


def _rows(text: TextIO) -> Iterator[Row]:
    for line, written in enumerate(text, start=1):
        if not written.strip():
            continue
        found, problem = _read(written)
        cells = None if problem else {name: _text(value) for name, value in found.items()}
        yield Row(line=line, cells=cells, problem=problem, bytes_read=text.buffer.tell())


def _read(written: str) -> tuple[dict[str, Any], ImportFault | None]:
    try:
        found = read_json_as_written(written)
    except NameTwice as twice:
        return {}, ImportFault.of(Problem.NAME_TWICE, name=shown(twice.args[0]))
    except json.JSONDecodeError as error:
        return {}, ImportFault.of(Problem.NOT_JSON, at=error.pos + 1)
    except (ValueError, RecursionError):  # no number, or a depth beyond all sense
        return {}, ImportFault.of(Problem.NOT_JSON, at=1)
    if not isinstance(found, dict):
        return {}, ImportFault.of(Problem.NOT_AN_OBJECT)
    if any(isinstance(value, dict | list) for value in found.values()):
        return {}, ImportFault.of(Problem.NESTED)
    return found, None


def _require_names(file: Path, encoding: str, mapping: ImportMapping) -> None:
    """A name that no object has is a slip of the pen; all are met in the first lines, as a rule."""
    missing, met = mapping.columns(), dict[str, None]()
    with encodings.open_text(file, encoding) as text:
        for written in text:
            names = _read(written)[0].keys() if written.strip() else ()
            missing -= set(names)
            met |= dict.fromkeys(names)
            if not missing:
                return
    if met:
        refuse_columns(mapping, list(met))


def _fits(file: Path, encoding: str) -> bool:
    """Whether the first line that says something is an object in this encoding."""
    return bool(_read(encodings.first_line(file, encoding))[0])


def _text(value: object) -> str:
    """A value as it stands in the file."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)
