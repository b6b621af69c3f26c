"""Who waits for whom: open tasks by who asked for them and who is to do them, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.journal import REDRESS
from domain.paging import PageOf, bounds_of, page_of
from domain.relations import Reader
from domain.statuses import TaskKind
from store.listed import are_listed, is_listed
from store.reads.tasks import OLDEST_FIRST, FirstTasks, first_tasks
from store.scope import ASKING_LATELY
from store.tables import CaseRow, TaskRow

Asked = TypeVar("Asked", bound="Select[*tuple[Any, ...]]")

LONGEST = 8
"""Of the longest waits, as many as one takes in at a glance (default)."""

LOOKED_THROUGH = 500
"""Of the longest of the whole bank, of each kind, before a reader's own are looked through
(default)."""

WAITED_FOR = (TaskKind.DUTY, TaskKind.ACKNOWLEDGE)
"""What one person does so that another can go on: tasks of packs, and escalations to be heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One task that somebody waits for."""

    reference: str
    kind: TaskKind
    asked_by: str | None
    """By whose act it was given; Redress where a clock has. None of what was given before this was
    written down."""
    person: str | None
    """Who is to do it; None when nobody holds the office."""
    handler: str | None
    """Who has the case in hand, and can be urged."""
    role: Role
    opened_at: datetime
    due_at: datetime | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """All that one person waits for from another."""

    asked_by: str | None
    person: str | None
    tasks: int
    past: int
    """Of these, past their dates."""
    since: datetime
    """The longest of them."""


_ASKED_BY = when((TaskRow.kind == TaskKind.ACKNOWLEDGE, REDRESS),
                 else_=TaskRow.facts["asked_by"].astext)  # fmt: skip


def longest_waits(session: Session, reader: Reader) -> tuple[Wait, ...]:
    """Those that have been waited for longest, over the cases that somebody may read."""
    return _waits(session, _among(reader), {"tasks": _longest(reader).find(session)})


@lru_cache(ASKING_LATELY)
def _longest(reader: Reader) -> FirstTasks:
    each = [[TaskRow.kind == kind] for kind in WAITED_FOR]
    return first_tasks(reader, each, OLDEST_FIRST, LONGEST, LOOKED_THROUGH)


@lru_cache(ASKING_LATELY)
def _among(reader: Reader) -> Select[TaskRow, str | None, str | None]:
    found = TaskRow.id.in_(bindparam("tasks", expanding=True))
    return _read(and_(found, is_listed(reader, TaskRow.reference.expression)))


def _is_waited_for() -> ColumnElement[bool]:
    return TaskRow.kind.in_(WAITED_FOR)


def who_waits(session: Session, reader: Reader, page: int) -> PageOf[Waits]:
    """All who wait, and for whom, a page at a time; those who have waited longest first."""
    past = func.count().filter(TaskRow.due_at < func.now())
    since = func.min(TaskRow.opened_at)
    asked = select(
        _ASKED_BY.label("asked_by"),
        TaskRow.person,
        func.count().label("tasks"),
        past.label("past"),
        since.label("since"),
    )
    rows = session.execute(
        _over_cases(asked, reader, _is_waited_for())
        .group_by("asked_by", TaskRow.person)
        .order_by(since, "asked_by", TaskRow.person)
    )
    waits = [
        Waits(
            asked_by=row.asked_by,
            person=row.person,
            tasks=row.tasks,
            past=row.past,
            since=row.since,
        )
        for row in rows
    ]
    return page_of(waits, page)


def waits_between(
    session: Session,
    reader: Reader,
    asked_by: str | None,
    person: str | None,
    page: int,
    *,
    past_only: bool = False,
) -> PageOf[Wait]:
    """What the first waits for from the second, oldest first; of it what is past its date, if that
    is all that is asked for."""
    wanted = [
        _is_waited_for(),
        _ASKED_BY.is_not_distinct_from(asked_by),
        TaskRow.person.is_not_distinct_from(person),
        *([TaskRow.due_at < func.now()] if past_only else []),
    ]
    count = session.scalar(_over_cases(select(func.count(TaskRow.id)), reader, *wanted)) or 0
    chosen = (
        _over_cases(select(TaskRow.id), reader, *wanted)
        .order_by(*OLDEST_FIRST)
        .slice(*bounds_of(page))
    )
    waits = _waits(session, _read(TaskRow.id.in_(chosen)))
    return PageOf(lines=waits, count=count, page=page)


def _over_cases(asked: Asked, reader: Reader, *wanted: ColumnElement[bool]) -> Asked:
    """Of open tasks over the cases that somebody may read, closed ones too."""
    return asked.where(
        TaskRow.done_at.is_(None), *wanted, are_listed(reader, TaskRow.reference.expression)
    )


def _read(chosen: ColumnElement[bool]) -> Select[TaskRow, str | None, str | None]:
    return (
        select(TaskRow, _ASKED_BY.label("asked_by"), CaseRow.handler)
        .join(CaseRow, CaseRow.reference == TaskRow.reference)
        .where(chosen)
        .order_by(*OLDEST_FIRST)
    )


def _waits(
    session: Session,
    asked: Select[TaskRow, str | None, str | None],
    given: Mapping[str, Any] | None = None,
) -> tuple[Wait, ...]:
    rows = session.execute(asked, given).all()
    return tuple(
        Wait(
            reference=row.reference,
            kind=TaskKind(row.kind),
            asked_by=asked_by,
            person=row.person,
            handler=handler,
            role=Role(row.role),
            opened_at=row.opened_at,
            due_at=row.due_at,
            facts=row.facts,
        )
        for row, asked_by, handler in rows
    )
