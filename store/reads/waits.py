"""Who waits for whom: open tasks by who asked for them and who is to do them, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union_all
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.journal import REDRESS
from domain.relations import Reader
from domain.statuses import TaskKind
from store.listed import listed_cases
from store.reads.queues import PAGE
from store.scope import visible_cases
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitList:
    """One page of the waits between two, and how many there are."""

    waits: tuple[Wait, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


_ASKED_BY = when((TaskRow.kind == TaskKind.ACKNOWLEDGE, REDRESS),
                 else_=TaskRow.facts["asked_by"].astext)  # fmt: skip


def longest_waits(session: Session, reader: Reader) -> tuple[Wait, ...]:
    """Those that have been waited for longest, over the cases that somebody may read.

    Whoever reads many cases finds them among the longest of the whole bank, each looked up by
    itself; whoever does not, reads few, and has all tasks of these looked through.
    """
    oldest = _oldest_of_all().subquery()
    # A question by itself, asked of one case after the other: joined, all cases would be read.
    is_visible = (
        select(visible_cases(reader))
        .where(CaseRow.reference == oldest.c.reference)
        .correlate(oldest)
        .scalar_subquery()
    )
    found = session.scalars(
        select(oldest.c.id)
        .where(is_visible)
        .order_by(oldest.c.opened_at, oldest.c.id)
        .limit(LONGEST)
    ).all()
    if len(found) < LONGEST:
        theirs = (
            _over_cases(select(TaskRow.id, TaskRow.opened_at), reader, _is_waited_for())
            .cte("theirs")
            .prefix_with("materialized")
        )
        longest = select(theirs.c.id).order_by(theirs.c.opened_at, theirs.c.id).limit(LONGEST)
        found = session.scalars(longest).all()
    return _waits(session, TaskRow.id.in_(found))


def _oldest_of_all() -> CompoundSelect[Any]:
    """The longest of the whole bank, by the index of each kind of task."""
    each = [
        select(TaskRow.id, TaskRow.reference, TaskRow.opened_at)
        .where(TaskRow.done_at.is_(None), TaskRow.kind == kind)
        .order_by(TaskRow.opened_at, TaskRow.id)
        .limit(LOOKED_THROUGH)
        .subquery()
        for kind in WAITED_FOR
    ]
    return union_all(*(select(one) for one in each))


def _is_waited_for() -> ColumnElement[bool]:
    return TaskRow.kind.in_(WAITED_FOR)


def who_waits(session: Session, reader: Reader) -> tuple[Waits, ...]:
    """All who wait, and for whom; those who have waited longest first."""
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
    return tuple(
        Waits(
            asked_by=row.asked_by,
            person=row.person,
            tasks=row.tasks,
            past=row.past,
            since=row.since,
        )
        for row in rows
    )


def waits_between(
    session: Session,
    reader: Reader,
    asked_by: str | None,
    person: str | None,
    page: int,
    *,
    past_only: bool = False,
) -> WaitList:
    """What the first waits for from the second, oldest first; of it what is past its date, if that
    is all that is asked for."""
    wanted = [
        _is_waited_for(),
        _ASKED_BY.is_not_distinct_from(asked_by),
        TaskRow.person.is_not_distinct_from(person),
        *([TaskRow.due_at < func.now()] if past_only else []),
    ]
    count = session.scalar(_over_cases(select(func.count()), reader, *wanted)) or 0
    chosen = (
        _over_cases(select(TaskRow.id), reader, *wanted)
        .order_by(TaskRow.opened_at, TaskRow.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return WaitList(waits=_waits(session, TaskRow.id.in_(chosen)), count=count, page=page)


def _over_cases(asked: Asked, reader: Reader, *wanted: ColumnElement[bool]) -> Asked:
    """Of open tasks over the cases that somebody may read, closed ones too."""
    listed = listed_cases(reader)
    return (
        asked.select_from(TaskRow)
        .join(listed, listed.c.reference == TaskRow.reference)
        .where(TaskRow.done_at.is_(None), *wanted)
    )


def _waits(session: Session, chosen: ColumnElement[bool]) -> tuple[Wait, ...]:
    rows: Sequence[Any] = session.execute(
        select(TaskRow, _ASKED_BY.label("asked_by"))
        .where(chosen)
        .order_by(TaskRow.opened_at, TaskRow.id)
    ).all()
    return tuple(
        Wait(
            reference=row.reference,
            kind=TaskKind(row.kind),
            asked_by=asked_by,
            person=row.person,
            role=Role(row.role),
            opened_at=row.opened_at,
            due_at=row.due_at,
            facts=row.facts,
        )
        for row, asked_by in rows
    )
