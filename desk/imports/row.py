"""One row of a file, and what every kind of file asks of its columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from desk.imports.mapping import Cells, ImportMapping
from desk.imports.problems import ImportFault, Problem, shown
from domain.errors import Fault, NotFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its cells, or why it has none."""

    line: int
    """Where it begins, counted as an editor or a spreadsheet counts."""
    cells: Cells | None = None
    problem: ImportFault | None = None
    bytes_read: int
    """How much of the file has been read, for whoever shows the progress."""


def columns_fit(mapping: ImportMapping, headings: Sequence[str]) -> bool:
    """Whether every column that the mapping names is there once."""
    return all(headings.count(name) == 1 for name in mapping.columns())


def refuse_columns(
    mapping: ImportMapping, headings: Sequence[str], hints: Iterable[Fault] = ()
) -> NoReturn:
    """Raises `NotFit` with every column that is missing or there twice, and what was found."""
    faults = [
        ImportFault.of(Problem.COLUMN_TWICE if name in headings else Problem.COLUMN_MISSING, name)
        for name in sorted(mapping.columns())
        if headings.count(name) != 1
    ]
    found = ImportFault.of(Problem.HEADINGS_FOUND, found=[shown(name) for name in headings])
    raise NotFit([*faults, found, *hints])


def named_once(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings, a repeated one with its position, so that no cell hides another."""
    return tuple(
        name if headings.index(name) == position else f"{name} [{position + 1}]"
        for position, name in enumerate(headings)
    )
