"""Where it burns: the open cases that somebody may read, by unit and stage, by handler, by age."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from domain.case import Status
from domain.heat import DueIn, Load
from domain.relations import Reader
from store.listed import listed_cases
from store.people.leavers import has_no_handler
from store.reads.dates import age_of, is_due
from store.scope import ASKING_LATELY


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """All open cases of a reader, laid out in several ways; each way holds each case once."""

    whole: Load
    units: Mapping[str, Load]
    stages: Mapping[tuple[str, Status], Load]
    """By unit and by how far the handling has come."""
    handlers: Mapping[str | None, Load]
    """None for those that nobody has in hand."""
    ages: Mapping[int, Load]
    """By which of the bank's stretches of ages (`rulebook.analysis`)."""


_NUMBERS = ("cases", "past", "soon", "late", "escalated")


def burden_of(session: Session, reader: Reader) -> Burden:
    """Count them all in one look: once by everything together, then that by each way."""
    rows = session.execute(_asked(reader)).all()
    # A bit of `way` is set for what its line does not tell apart: unit, status, handler, age.
    loads = [(row, Load(**{name: int(getattr(row, name)) for name in _NUMBERS})) for row in rows]
    return Burden(
        whole=next((load for row, load in loads if row.way == 0b1111), Load()),
        units={row.unit: load for row, load in loads if row.way == 0b0111},
        stages={(row.unit, Status(row.status)): load for row, load in loads if row.way == 0b0011},
        handlers={row.handler: load for row, load in loads if row.way == 0b1101},
        ages={row.age: load for row, load in loads if row.way == 0b1110},
    )


@lru_cache(ASKING_LATELY)
def _asked(reader: Reader) -> Select[*tuple[Any, ...]]:
    listed = listed_cases(reader).c
    told = (
        select(
            listed.unit,
            listed.status,
            listed.handler,
            age_of(listed.received_at).label("age"),
            func.count().label("cases"),
            _counted(is_due(listed.next_due_at, DueIn.PAST), "past"),
            _counted(is_due(listed.next_due_at, DueIn.SOON), "soon"),
            _counted(listed.breaches > 0, "late"),
            _counted(listed.rungs > 0, "escalated"),
        )
        .where(listed.status != Status.CLOSED)
        .group_by(listed.unit, listed.status, listed.handler, "age")
        .cte("told")
        .prefix_with("materialized")
    )
    in_hand = when((has_no_handler(told.c.handler), None), else_=told.c.handler)
    cell = (
        select(told.c.unit, told.c.status, told.c.age, in_hand.label("handler"))
        .add_columns(*(told.c[name] for name in _NUMBERS))
        .subquery("cell")
    )
    unit, status, handler, age = cell.c.unit, cell.c.status, cell.c.handler, cell.c.age
    ways = func.grouping_sets(
        tuple_(), tuple_(unit), tuple_(unit, status), tuple_(handler), tuple_(age)
    )
    return select(
        func.grouping(unit, status, handler, age).label("way"),
        unit,
        status,
        handler,
        age,
        *(func.coalesce(func.sum(cell.c[name]), 0).label(name) for name in _NUMBERS),
    ).group_by(ways)


def _counted(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(condition).label(name)
