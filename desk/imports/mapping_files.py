"""Mappings as files: YAML that is read whole, with every fault and what to write instead."""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import TypeAdapter, ValidationError

from desk.imports.mapping import FieldSource, ImportMapping
from desk.imports.problems import listed, shown
from domain.classification import Business, Category, Channel
from domain.complaint import Language
from domain.errors import Fault, NotFit
from rulebook import marked_yaml
from rulebook.named_files import is_there

MAPPINGS = Path(__file__).with_name("mappings")

OUR_WORDS: Mapping[str, type[StrEnum]] = {
    "channel": Channel,
    "language": Language,
    "category": Category,
    "business": Business,
}
"""Fields whose words are Redress' own."""

YAML_WORDS = (bool, int, float, type(None))
"""What YAML makes of a word without quotes where the author meant the word."""

Where = Sequence[str | int]


def read_mapping(name: str) -> ImportMapping:
    """The mapping of that name, or in that file. Raises `NotFit` with everything wrong with it."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else MAPPINGS / f"{name}.yaml"
    if not is_there(path):
        known = ", ".join(mapping_names())
        raise NotFit([Fault(where=name, says=f"there is no such mapping; there are: {known}")])
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        mapping = TypeAdapter(ImportMapping).validate_python(said)
    except ValidationError as error:
        page = marked_yaml.read(path, name=path.name)
        raise NotFit([_fault(page, said, each) for each in error.errors()]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise NotFit([Fault(where=path.name, says=str(error))]) from error
    faults = list(_faults_of(mapping))
    if faults:
        raise NotFit(faults)
    return mapping


def mapping_names() -> list[str]:
    """The mappings that come with Redress."""
    return sorted(path.stem for path in MAPPINGS.glob("*.yaml"))


def _fault(page: marked_yaml.Page, said: Any, error: Mapping[str, Any]) -> Fault:
    """What pydantic found, by the line it stands on."""
    loc = tuple(error["loc"])
    is_key = loc[-1:] == ("[key]",)
    path = _as_written(page.data, said, loc[:-1] if is_key else loc)
    where = ".".join(str(part) for part in path)
    says = str(error["msg"])
    if error["type"] == "string_type" and isinstance(error["input"], YAML_WORDS):
        word = path[-1] if is_key else _at(page.data, path)
        says = (
            f"{word} without quotes is one of YAML's own words or numbers, and no text:"
            f' write "{word}"'
        )
    line = page.lines.get(tuple(path))
    return Fault(where=where, says=f"{says} (line {line})" if line else says)


def _as_written(written: Any, said: Any, loc: Where) -> Where:
    """The same place in the file: a name that YAML took for a word of its own is found by how many
    names come before it."""
    path: list[str | int] = []
    for part in loc:
        if isinstance(said, dict) and isinstance(written, dict) and part in said:
            name: str | int = list(written)[list(said).index(part)]
        else:
            name = part
        path.append(name)
        said, written = _at(said, [part]), _at(written, [name])
    return path


def _at(values: Any, path: Where) -> Any:
    for part in path:
        try:
            values = values[part]
        except (LookupError, TypeError):
            return None
    return values


def _faults_of(mapping: ImportMapping) -> Iterator[Fault]:
    """What is wrong with a mapping that has the form of one."""
    yield from _faults_of_settings(mapping)
    for name, kind in OUR_WORDS.items():
        yield from _strange_words(name, getattr(mapping.fields, name), kind)
    received_at = mapping.fields.received_at
    if received_at.column and not received_at.formats and mapping.format != "xlsx":
        yield Fault(where="fields.received_at.formats", says="says how the file writes its dates")
    if mapping.fields.narrative == FieldSource():
        yield Fault(where="fields.narrative", says="wants a column, or columns it is made of")


def _faults_of_settings(mapping: ImportMapping) -> Iterator[Fault]:
    try:
        ZoneInfo(mapping.time_zone)
    except (LookupError, ValueError, OSError):
        yield Fault(where="time_zone", says=f"{shown(mapping.time_zone)} is no time zone")
    if mapping.encoding is not None and not is_encoding(mapping.encoding):
        yield Fault(where="encoding", says=f"{shown(mapping.encoding)} is no encoding of texts")


def is_encoding(name: str) -> bool:
    """Whether texts can be read in it."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _strange_words(name: str, source: FieldSource, kind: type[StrEnum]) -> Iterator[Fault]:
    """Words of Redress that Redress does not have. An empty one leaves the field open."""
    ours = listed(shown(word.value) for word in kind)
    meant = {f"choices.{theirs}": word for theirs, word in (source.choices or {}).items()}
    meant |= {"otherwise": source.otherwise or "", "value": source.value}
    if source.choices is not None:
        del meant["value"]  # one of the file's words, then
    for where, word in meant.items():
        if word and word not in set(kind):
            says = f"{shown(word)} is no {name} of Redress; there are {ours}"
            yield Fault(where=f"fields.{name}.{where}", says=says)
