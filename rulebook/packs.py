"""Policy packs, read from YAML with every fault at once and the line it stands in."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from domain.errors import Fault, NotFit
from domain.policy import DateSetBy, Pack
from domain.sentences import sentence
from rulebook.named_files import is_there
from rulebook.pack_text import overlay, parse

POLICIES = Path(__file__).parent.parent / "policies"

SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where PyYAML was built with it: the packs are read in a tenth of the time."""


def read_text(name: str, folder: Path = POLICIES) -> dict[str, Any]:
    """What a pack and its parents say together, fit for use or not; raises `NotFit` when that
    cannot be read at all.
    """
    return _merged(name, folder, {}, seen=())


def read_pack(name: str, folder: Path = POLICIES) -> tuple[Pack, dict[str, Any]]:
    """A pack with its parents laid under it, and its merged text; raises `NotFit`."""
    lines: dict[str, str] = {}
    text = _merged(name, folder, lines, seen=())
    try:
        return parse(text, known_letters=_letters()), text
    except NotFit as unfit:
        raise NotFit([_with_line(fault, lines, name) for fault in unfit.faults]) from None


def read_all_packs(folder: Path = POLICIES) -> dict[str, Pack | NotFit]:
    """Every pack in the folder by name: the pack, or why it cannot be used."""
    packs: dict[str, Pack | NotFit] = {}
    for path in sorted(folder.glob("*.yaml")):
        if _is_abstract(path):
            continue
        try:
            packs[path.stem] = read_pack(path.stem, folder)[0]
        except NotFit as unfit:
            packs[path.stem] = unfit
    return packs


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What changes from one text of a pack to another, a line for each figure, by its path."""
    old, new = dict(_figures(before)), dict(_figures(after))
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            yield f"+ {path}: {new[path]}"
        elif path not in new:
            yield f"- {path}: {old[path]}"
        elif old[path] != new[path]:
            yield f"  {path}: {old[path]} -> {new[path]}"


def _letters() -> frozenset[str]:
    """The names of the letters that can be written."""
    return frozenset(file.stem for file in (POLICIES / "letters").glob("*.yaml"))


def _figures(text: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    for key, value in text.items():
        if isinstance(value, Mapping):
            yield from _figures(value, f"{at}{key}.")
        else:
            yield (
                f"{at}{key}",
                ", ".join(map(str, value)) if isinstance(value, list) else str(value),
            )


def _is_abstract(path: Path) -> bool:
    """Whether the pack only carries what others extend. Does not pass to its children."""
    return "\nabstract: true" in path.read_text(encoding="utf-8")


def version_of(name: str, text: dict[str, Any]) -> str:
    """Name and digest: the same text, in the same order, always has the same version."""
    whole = json.dumps(text, default=str, ensure_ascii=False)
    return f"{name}@{hashlib.sha256(whole.encode()).hexdigest()[:12]}"


def with_dates(text: dict[str, Any]) -> dict[str, Any]:
    """JSON keeps dates as text; a pack wants them back."""
    dated = dict(text)
    for key in ("valid_from", "valid_to"):
        if dated.get(key):
            dated[key] = yaml.safe_load(str(dated[key]))
    return dated


def _merged(
    name: str, folder: Path, lines: dict[str, str], seen: tuple[str, ...]
) -> dict[str, Any]:
    path = folder / f"{name}.yaml"
    if name in seen:
        way = " -> ".join((*seen, name))
        raise NotFit([Fault(where=name, says=sentence("extends itself: %(way)s", way=way))])
    if not is_there(path):
        says = sentence(
            "there is no pack %(name)s in %(folder)s/", name=repr(name), folder=folder.name
        )
        raise NotFit([Fault(where=name, says=says)])
    source = path.read_text(encoding="utf-8")
    try:
        node, text = _read_yaml(source)
    except yaml.YAMLError as unreadable:
        mark = getattr(unreadable, "problem_mark", None)
        facts = {
            "line": mark.line + 1 if mark else 1,
            "why": getattr(unreadable, "problem", None) or unreadable,
        }
        says = sentence("is not YAML from line %(line)s on: %(why)s", **facts)
        raise NotFit([Fault(where=path.name, says=says)]) from None
    if not isinstance(text, dict):
        says = sentence("a pack is a mapping; the file is empty")
        raise NotFit([Fault(where=path.name, says=says)])
    parent = text.get("extends")
    if parent:
        inherited = _merged(str(parent), folder, lines, (*seen, name))
        inherited.pop("abstract", None)
        text = overlay(inherited, text)
    lines.update(_lines_of(node, path.name))
    return _with_regimes(dict(text), folder, lines, (*seen, name))


def _read_yaml(source: str) -> tuple[yaml.Node | None, Any]:
    """A text as the parts that know their lines, and as values; read once for both."""
    loader = SAFE_LOADER(source)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _with_regimes(
    text: dict[str, Any], folder: Path, lines: dict[str, str], seen: tuple[str, ...]
) -> dict[str, Any]:
    """The pack with the limits of other regimes beside its own: each drives a clock named after
    its regime, such as `cn-2020-3:reply`, so that neither hides the other.
    """
    beside: dict[str, Any] = {}
    for regime in text.pop("regimes", []):
        where: dict[str, str] = {}
        other = _merged(str(regime), folder, where, seen)
        for name, limit in other.get("limits", {}).items():
            if limit.get("within") == DateSetBy.PROMISE:
                continue  # What was promised is no regime's, and the pack itself watches it.
            own = f"{regime}:{name}"
            beside[own] = {**limit, "clock": f"{regime}:{limit.get('clock')}"}
            lines |= {
                f"limits.{own}{path.removeprefix(f'limits.{name}')}": line
                for path, line in where.items()
                if path == f"limits.{name}" or path.startswith(f"limits.{name}.")
            }
    return {**text, "limits": {**text.get("limits", {}), **beside}} if beside else text


def _lines_of(node: yaml.Node | None, file: str, path: str = "") -> Iterable[tuple[str, str]]:
    """Where each dotted path stands: `file:line`."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = f"{path}.{key.value}" if path else str(key.value)
            yield at, f"{file}:{key.start_mark.line + 1}"
            yield from _lines_of(value, file, at)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            at = f"{path}.{position}"
            yield at, f"{file}:{value.start_mark.line + 1}"
            yield from _lines_of(value, file, at)


def _with_line(fault: Fault, lines: dict[str, str], name: str) -> Fault:
    """The fault with the file and line of the nearest part that stands in a file."""
    path = fault.where
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return Fault(where=f"{lines.get(path, name + '.yaml:1')} ({fault.where})", says=fault.says)
