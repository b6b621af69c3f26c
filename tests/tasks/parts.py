"""Everything of one kind that packs say, each thing once."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from domain.policy import Pack
from rulebook.packs import read_all_packs, read_text

INHERITED = {"head-office-regulated", "association"}
"""Packs that say what the head office's says; of these only their own is told. What all packs have
in common is told of one."""


def each(part: Callable[[Pack], Iterable[Any]]) -> Iterator[ParameterSet]:
    """Each thing of this kind once, with the pack that says it first."""
    packs = {name: pack for name, pack in read_all_packs().items() if isinstance(pack, Pack)}
    parent = {thing.name for thing in part(packs["head-office"])}
    common = set(read_text("base")["duties"])
    for name, pack in packs.items():
        if name == "rehearsal":
            continue  # Its limits are seconds, to be watched.
        known = parent if name in INHERITED else common if name != "head-office" else ()
        for thing in part(pack):
            if thing.name not in known:
                yield pytest.param(name, thing, id=f"{name}: {thing.name}")
