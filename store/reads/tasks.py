"""What waits for somebody: tasks, requests for a later date, notices, reports, and the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, select
from sqlalchemy.orm import Session

from domain.case import Case, Status
from domain.classification import Role
from domain.permission_names import Permission
from domain.relations import Reader
from domain.statuses import CommandStatus, TaskKind
from store.listed import listed_cases
from store.scope import cases_for, is_closed_to_others, visible_cases
from store.tables import (
    CaseRow,
    CommandRow,
    TaskRow,
)
from store.values import CASE

SHOWN_AT_MOST = 200
"""Rows of a list that is not paged (default)."""


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


def open_escalations(session: Session, reader: Reader) -> tuple[TaskLine, ...]:
    """Escalations nobody has acknowledged, oldest first."""
    return _tasks(session, reader, TaskRow.kind == TaskKind.ACKNOWLEDGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCase:
    """That there is a case which an office has to itself, and nothing of what is in it."""

    reference: str
    offices: tuple[Role, ...]
    received_at: datetime


def handed_cases(session: Session, reader: Reader) -> tuple[HandedCase, ...]:
    """The open cases that offices have to themselves, as far as somebody may know of them."""
    # By themselves first: they are few, and the order would lead through all others.
    few = func.array(select(CaseRow.reference).where(is_closed_to_others()).scalar_subquery())
    rows = session.scalars(
        select(CaseRow)
        .where(CaseRow.reference == any_(few), cases_for(Permission.KNOW_OF, reader))
        .where(CaseRow.status != Status.CLOSED)
        .order_by(CaseRow.received_at, CaseRow.reference)
        .limit(SHOWN_AT_MOST)
    )
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
    return _tasks(
        session, reader, and_(TaskRow.kind == TaskKind.TELL, TaskRow.person == reader.person)
    )


def open_wishes(session: Session, reader: Reader) -> tuple[PendingExtension, ...]:
    """Requests for a later date, each with the reason that was given."""
    reads = cases_for(Permission.READ_WORDS, reader).label("reads")
    rows = session.execute(
        select(CaseRow.state, reads)
        .where(visible_cases(reader), CaseRow.status != Status.CLOSED)
        .where(CaseRow.state["extension_request"].astext.is_not(None))
        .order_by(CaseRow.next_due_at, CaseRow.reference)
        .limit(SHOWN_AT_MOST)
    )
    return tuple(
        PendingExtension(
            case=CASE.validate_python(state),
            reason=_reason(session, state["reference"]) if reads_words else "",
        )
        for state, reads_words in rows
    )


def _tasks(session: Session, reader: Reader, wanted: ColumnElement[bool]) -> tuple[TaskLine, ...]:
    listed, order = listed_cases(reader), (TaskRow.opened_at, TaskRow.id)
    # Those shown first, by indexes alone; then what is said of their cases.
    shown = (
        select(TaskRow.id)
        .join(listed, listed.c.reference == TaskRow.reference)
        .where(TaskRow.done_at.is_(None), wanted)
        .order_by(*order)
        .limit(SHOWN_AT_MOST)
    )
    rows = session.execute(
        select(TaskRow, CaseRow.unit, CaseRow.version)
        .join(CaseRow, CaseRow.reference == TaskRow.reference)
        .where(TaskRow.id == any_(func.array(shown.scalar_subquery())))
        .order_by(*order)
    )
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
