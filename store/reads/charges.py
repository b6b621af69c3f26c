"""Tasks that packs give: whose they are, until when, what ends them and what waits for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    func,
    not_,
    select,
)
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.journal import REDRESS
from domain.permissions import may_end_task
from domain.relations import Reader
from domain.statuses import TaskKind
from domain.tasks.charge import Charged
from store.listed import first_words_for, is_listed
from store.reads.tasks import LOOKED_THROUGH, SHOWN_AT_MOST, FirstTasks, first_tasks
from store.scope import (
    ASKING_LATELY,
    OpenedCase,
    is_given_to,
    stands_in_for,
    visible_cases,
    waits_for,
)
from store.tables import CaseRow, ComplaintRow, TaskRow

_OF_CASE = CaseRow.reference == TaskRow.reference

_DUE_FIRST = (TaskRow.due_at, TaskRow.opened_at, TaskRow.id)
"""What has no date comes last."""

_ITS_CLOCK = TaskRow.reference + "/" + TaskRow.facts["clock"].astext
"""The key of the task that an escalation is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """A task as a page shows it."""

    id: int
    reference: str
    subject: str
    """Of the complaint, else how it begins; empty for whoever may not read its words."""
    name: str
    title: dict[str, str]
    rule: str
    person: str | None
    role: Role
    unit: str
    """Where the office stands."""
    by_name: bool
    """It is the handler's or the first owner's, and no office's."""
    is_held: bool
    opened_at: datetime
    due_at: datetime | None
    until: tuple[str, ...]
    """What ends it by itself; empty when it ends by a word of what was done."""
    asks: tuple[str, ...]
    """Texts that must come with that word."""
    holds_up: tuple[str, ...]
    """Kinds of acts that wait for it."""
    climbed_to: tuple[str, ...]
    done_at: datetime | None
    done_by: str | None
    ends_by_word: bool
    """By a word of what was done: no act ends it, or nobody holds the office whose act it is."""
    is_to_know: bool
    """Its office was told and has nothing to do."""
    version: int
    """Of its case, as it stands."""
    may_be_ended: bool
    """By who reads this."""


def my_charges(session: Session, reader: Reader) -> tuple[ChargeLine, ...]:
    """Open tasks that wait for somebody by name, what is due soonest first."""
    theirs = _wait_for(reader.person)
    return _read(session, reader, _lines(reader, *_of_a_pack(reader), _open(), *theirs))


def how_many_are_mine(reader: Reader) -> Select[int]:
    """Asks how many tasks wait for somebody by name, as `my_charges` lists them."""
    counted = select(func.count()).select_from(TaskRow).join(CaseRow, _OF_CASE)
    return counted.where(*_of_a_pack(reader), _open(), *_wait_for(reader.person))


def charges_of_my_office(session: Session, reader: Reader) -> tuple[ChargeLine, ...]:
    """Open tasks of colleagues that somebody may end as well: of the same office, of one below it,
    or climbed to them."""
    return _first(session, reader, _of_colleagues(reader))


def charges_of_others(session: Session, reader: Reader) -> tuple[ChargeLine, ...]:
    """Every other open task over the cases that somebody may read."""
    return _first(session, reader, _of_others(reader))


def charges_over(session: Session, opened: OpenedCase) -> tuple[ChargeLine, ...]:
    """The tasks of a case: open ones first, then those done."""
    over_it = _over_a_case(opened.reader)
    lines = _read(session, opened.reader, over_it, {"reference": opened.reference})
    return tuple(sorted(lines, key=lambda line: line.done_at is not None))


@lru_cache(ASKING_LATELY)
def _over_a_case(reader: Reader) -> Select[TaskRow, int, str]:
    return _lines(reader, *_of_a_pack(reader), TaskRow.reference == bindparam("reference"))


def _of_a_pack(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Of the tasks that packs give, over the cases that somebody may read."""
    return TaskRow.kind == TaskKind.DUTY, visible_cases(reader)


def _open() -> ColumnElement[bool]:
    return TaskRow.done_at.is_(None)


def _wait_for(person: str) -> tuple[ColumnElement[bool], ...]:
    """Tasks that wait for somebody, over cases that these tasks lead to: every page counts them."""
    theirs = select(TaskRow.reference).where(waits_for(person)).correlate(None)
    return waits_for(person), CaseRow.reference == any_(func.array(theirs.scalar_subquery()))


def _mine(reader: Reader) -> ColumnElement[bool]:
    return func.coalesce(waits_for(reader.person), False)


def _of_the_office(reader: Reader) -> ColumnElement[bool]:
    """Whether a task is of an office that somebody holds, where they stand or below."""
    in_line = TaskRow.unit.in_(sorted({reader.unit, *reader.below}))
    return and_(TaskRow.role.in_(sorted(reader.roles)), in_line)


def _climbed_to(person: str) -> Select[int]:
    """The tasks that have climbed to somebody because they were not done in time."""
    told = select(_ITS_CLOCK).where(TaskRow.kind == TaskKind.ACKNOWLEDGE, is_given_to(person))
    keys = func.array(told.correlate(None).scalar_subquery())
    return select(TaskRow.id).where(TaskRow.key == any_(keys)).correlate(None)


@lru_cache(ASKING_LATELY)
def _of_colleagues(reader: Reader) -> FirstTasks:
    ways = _of_the_office(reader), TaskRow.id.in_(_climbed_to(reader.person))
    return _shown_first(reader, *([way] for way in ways))


@lru_cache(ASKING_LATELY)
def _of_others(reader: Reader) -> FirstTasks:
    is_of_the_office = func.coalesce(_of_the_office(reader), False)
    has_climbed = TaskRow.id.in_(_climbed_to(reader.person))
    return _shown_first(reader, [not_(is_of_the_office), not_(has_climbed)])


def _shown_first(reader: Reader, *ways: Sequence[ColumnElement[bool]]) -> FirstTasks:
    of_packs = [[TaskRow.kind == TaskKind.DUTY, not_(_mine(reader)), *way] for way in ways]
    return first_tasks(reader, of_packs, _DUE_FIRST, SHOWN_AT_MOST, LOOKED_THROUGH)


def _first(session: Session, reader: Reader, tasks: FirstTasks) -> tuple[ChargeLine, ...]:
    found = tasks.find(session)
    return _read(session, reader, _among(reader), {"found": found}) if found else ()


@lru_cache(ASKING_LATELY)
def _among(reader: Reader) -> Select[TaskRow, int, str]:
    found = TaskRow.id.in_(bindparam("found", expanding=True))
    # Asked again: a case may have been closed to somebody since they were found.
    return _lines(reader, found, _open(), is_listed(reader, TaskRow.reference.expression))


def _lines(reader: Reader, *wanted: ColumnElement[bool]) -> Select[TaskRow, int, str]:
    return (
        select(TaskRow, CaseRow.version, first_words_for(reader))
        .join(CaseRow, _OF_CASE)
        .join(ComplaintRow, ComplaintRow.reference == TaskRow.reference)
        .where(*wanted)
        .order_by(*_DUE_FIRST)
        .limit(SHOWN_AT_MOST)
    )


def _read(
    session: Session,
    reader: Reader,
    asked: Select[TaskRow, int, str],
    given: Mapping[str, Any] | None = None,
) -> tuple[ChargeLine, ...]:
    rows = session.execute(asked, given).all()
    climbed = _climbed(session, [row for row, *_ in rows])
    absent = stands_in_for(session, reader.person) if rows else frozenset()
    return tuple(_line(found, climbed, reader, absent) for found in rows)


def _climbed(session: Session, tasks: Sequence[TaskRow]) -> dict[str, list[str]]:
    """To whom each task has climbed, by its key, in the order in which they heard."""
    found: dict[str, list[str]] = {}
    if not tasks:
        return found
    over_them = sorted({task.reference for task in tasks})
    rows = session.execute(
        select(_ITS_CLOCK, TaskRow.person)
        .where(TaskRow.reference.in_(over_them), TaskRow.kind == TaskKind.ACKNOWLEDGE)
        .where(_ITS_CLOCK.in_([task.key for task in tasks]))
        .order_by(TaskRow.id)
    )
    for key, person in rows:
        if person is not None:
            found.setdefault(key, []).append(person)
    return found


def _line(
    found: Row[TaskRow, int, str],
    climbed: dict[str, list[str]],
    reader: Reader,
    absent: frozenset[str],
) -> ChargeLine:
    row, version, subject = found
    told = tuple(dict.fromkeys(climbed.get(row.key, ())))
    charged = Charged(
        person=row.person, role=Role(row.role), unit=row.unit or "", told=frozenset(told)
    )
    return ChargeLine(
        id=row.id,
        reference=row.reference,
        subject=subject,
        name=row.facts["task"],
        title=row.facts["title"],
        rule=row.facts["rule"],
        person=row.person,
        role=charged.role,
        unit=charged.unit,
        by_name=row.facts.get("by_name", False),
        is_held=row.is_held,
        opened_at=row.opened_at,
        due_at=row.due_at,
        until=_texts(row.facts["until"]),
        asks=_texts(row.facts["asks"]),
        holds_up=_texts(row.facts["holds_up"]),
        climbed_to=told,
        done_at=row.done_at,
        done_by=row.done_by,
        ends_by_word=not row.facts["until"] or not row.is_held,
        is_to_know=row.done_by == REDRESS,
        version=version,
        may_be_ended=row.done_at is None and may_end_task(charged, reader, stands_in_for=absent),
    )


def _texts(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(each) for each in found)
