"""What waits for somebody: escalations, outsiders to be told, requests for a later date, and cases
that an office has to itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    any_,
    bindparam,
    func,
    not_,
    select,
    union,
)
from sqlalchemy.orm import Session

from domain.case import Case, Status
from domain.classification import Role
from domain.permission_names import Permission
from domain.relations import Reader
from domain.statuses import CommandStatus, TaskKind
from store.listed import is_listed, listed_cases
from store.scope import ASKING_LATELY, cases_for, is_closed_to_others, visible_cases, waits_for
from store.tables import (
    CaseRow,
    CommandRow,
    TaskRow,
)
from store.values import CASE

SHOWN_AT_MOST = 200
"""Rows of a list that is not paged (default)."""

ESCALATIONS_SHOWN = 25
"""Of one's own, and of others', on a page with much else: as one is acknowledged the next comes up
(default)."""

LOOKED_THROUGH = 10 * SHOWN_AT_MOST
"""Of the first tasks of the whole bank, before somebody's own are looked through (default): they
are found there by whoever reads a tenth of it."""

OLDEST_FIRST = (TaskRow.opened_at, TaskRow.id)

Asked = TypeVar("Asked", bound="Select[*tuple[Any, ...]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """Something a person must do."""

    id: int
    reference: str
    kind: TaskKind
    person: str | None
    role: Role
    opened_at: datetime
    facts: Mapping[str, Any]
    unit: str
    version: int
    """Of the case, as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingExtension:
    """A request for a later date that waits for its answer."""

    case: Case
    reason: str
    """Empty for whoever may not read the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationList:
    """The first escalations that wait for somebody, and how many there are."""

    lines: tuple[TaskLine, ...]
    count: int


def my_escalations(session: Session, reader: Reader) -> EscalationList:
    """What waits for somebody to acknowledge it, or for an absent one whose deputy they are,
    oldest first."""
    found = session.scalars(_mine(reader)).all()
    return EscalationList(
        lines=_lines(session, reader, found[:ESCALATIONS_SHOWN]), count=len(found)
    )


def escalations_of_others(session: Session, reader: Reader) -> tuple[TaskLine, ...]:
    """The first of those that wait for somebody else or for nobody, oldest first."""
    return _lines(session, reader, _of_others(reader).find(session))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCase:
    """That there is a case which an office has to itself, and nothing of what is in it."""

    reference: str
    offices: tuple[Role, ...]
    received_at: datetime


def handed_cases(session: Session, reader: Reader) -> tuple[HandedCase, ...]:
    """The open cases that offices have to themselves, as far as somebody may know of them."""
    rows = session.scalars(_handed(reader))
    return tuple(
        HandedCase(
            reference=row.reference,
            offices=tuple(Role(role) for role in row.state["restricted_to"]),
            received_at=row.received_at,
        )
        for row in rows
    )


def to_be_told_by(session: Session, reader: Reader) -> tuple[TaskLine, ...]:
    """Outsiders whom this person must tell what could not be sent to them."""
    return _lines(session, reader, _to_be_told(reader).find(session))


def open_wishes(session: Session, reader: Reader) -> tuple[PendingExtension, ...]:
    """Requests for a later date, each with the reason that was given."""
    rows = session.execute(_wished(reader))
    return tuple(
        PendingExtension(
            case=CASE.validate_python(state),
            reason=_reason(session, state["reference"]) if reads_words else "",
        )
        for state, reads_words in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTasks:
    """Asks which open tasks come first over the cases that somebody may read.

    Whoever reads many cases finds them among the first of the whole bank, each looked up by itself;
    whoever does not, reads few, and has all tasks of these looked through.
    """

    among_all: Select[list[int], int]
    among_theirs: Select[int]
    at_most: int
    looked_through: int

    def find(self, session: Session) -> Sequence[int]:
        """Their ids."""
        found, seen = session.execute(self.among_all).one()
        if len(found) == self.at_most or seen < self.looked_through:
            return tuple(found)
        return session.scalars(self.among_theirs).all()


def first_tasks(
    reader: Reader,
    ways: Sequence[Sequence[ColumnElement[bool]]],
    order: Sequence[Any],
    at_most: int,
    looked_through: int,
) -> FirstTasks:
    """Of all tasks that are wanted in one of these ways, in an order that ends with the id. Each
    way is gone along its own index."""
    first = (
        _one_after_the_other(
            _wanted(select(TaskRow.reference, *order), way).order_by(*order).limit(looked_through)
            for way in ways
        )
        .cte("first")
        .prefix_with("materialized")
    )
    theirs = select(first.c.id).where(is_listed(reader, first.c.reference))
    found = theirs.order_by(*(first.c[key.key] for key in order)).limit(at_most)
    listed = listed_cases(reader)
    # All of them before the first are chosen: told of an end, PostgreSQL goes through the tasks of
    # the whole bank in their order, in the belief that it will soon have met enough.
    every = (
        _one_after_the_other(
            _wanted(select(*order), way).join(listed, listed.c.reference == TaskRow.reference)
            for way in ways
        )
        .cte("every")
        .prefix_with("materialized")
    )
    return FirstTasks(
        among_all=select(
            func.array(found.scalar_subquery()),
            select(func.count()).select_from(first).scalar_subquery(),
        ),
        among_theirs=select(every.c.id)
        .order_by(*(every.c[key.key] for key in order))
        .limit(at_most),
        at_most=at_most,
        looked_through=looked_through,
    )


def _one_after_the_other(each: Iterable[Select[*tuple[Any, ...]]]) -> CompoundSelect[Any]:
    return union(*(select(one.subquery()) for one in each))


def _wanted(asked: Asked, way: Sequence[ColumnElement[bool]]) -> Asked:
    return asked.where(TaskRow.done_at.is_(None), *way)


@lru_cache(ASKING_LATELY)
def _handed(reader: Reader) -> Select[CaseRow]:
    # By themselves first: they are few, and the order would lead through all others.
    few = func.array(select(CaseRow.reference).where(is_closed_to_others()).scalar_subquery())
    return (
        select(CaseRow)
        .where(CaseRow.reference == any_(few), cases_for(Permission.KNOW_OF, reader))
        .where(CaseRow.status != Status.CLOSED)
        .order_by(CaseRow.received_at, CaseRow.reference)
        .limit(SHOWN_AT_MOST)
    )


@lru_cache(ASKING_LATELY)
def _wished(reader: Reader) -> Select[Any, bool]:
    reads = cases_for(Permission.READ_WORDS, reader).label("reads")
    return (
        select(CaseRow.state, reads)
        .where(visible_cases(reader), CaseRow.status != Status.CLOSED)
        .where(CaseRow.state["extension_request"].astext.is_not(None))
        .order_by(CaseRow.next_due_at, CaseRow.reference)
        .limit(SHOWN_AT_MOST)
    )


@lru_cache(ASKING_LATELY)
def _mine(reader: Reader) -> Select[int]:
    is_mine = waits_for(reader.person), TaskRow.kind == TaskKind.ACKNOWLEDGE
    may_be_read = is_listed(reader, TaskRow.reference.expression)
    return select(TaskRow.id).where(*is_mine, may_be_read).order_by(*OLDEST_FIRST)


@lru_cache(ASKING_LATELY)
def _of_others(reader: Reader) -> FirstTasks:
    is_mine = func.coalesce(waits_for(reader.person), False)
    theirs = [TaskRow.kind == TaskKind.ACKNOWLEDGE, not_(is_mine)]
    return first_tasks(reader, [theirs], OLDEST_FIRST, ESCALATIONS_SHOWN, LOOKED_THROUGH)


@lru_cache(ASKING_LATELY)
def _to_be_told(reader: Reader) -> FirstTasks:
    theirs = TaskRow.kind == TaskKind.TELL, TaskRow.person == reader.person
    return first_tasks(reader, [theirs], OLDEST_FIRST, SHOWN_AT_MOST, LOOKED_THROUGH)


def _lines(session: Session, reader: Reader, tasks: Sequence[int]) -> tuple[TaskLine, ...]:
    rows = session.execute(_among(reader), {"tasks": tasks})
    return tuple(
        TaskLine(
            id=row.id,
            reference=row.reference,
            kind=TaskKind(row.kind),
            person=row.person,
            role=Role(row.role),
            opened_at=row.opened_at,
            facts=row.facts,
            unit=unit,
            version=version,
        )
        for row, unit, version in rows
    )


@lru_cache(ASKING_LATELY)
def _among(reader: Reader) -> Select[TaskRow, str, int]:
    found = TaskRow.id.in_(bindparam("tasks", expanding=True))
    # Asked again: a case may have been closed to somebody since they were found.
    may_be_read = is_listed(reader, TaskRow.reference.expression)
    return (
        select(TaskRow, CaseRow.unit, CaseRow.version)
        .join(CaseRow, CaseRow.reference == TaskRow.reference)
        .where(found, TaskRow.done_at.is_(None), may_be_read)
        .order_by(*OLDEST_FIRST)
    )


def _reason(session: Session, reference: str) -> str:
    """What was given as the reason with the newest request for a later date."""
    words = session.scalar(
        select(CommandRow.words)
        .where(CommandRow.reference == reference, CommandRow.status == CommandStatus.ACCEPTED)
        .where(CommandRow.act["kind"].astext == "request_extension")
        .order_by(CommandRow.stored_at.desc(), CommandRow.id)
        .limit(1)
    )
    return str((words or {}).get("reason", ""))
