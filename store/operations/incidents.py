"""Incidents that somebody has in hand: given, handed on, taken back, over when all goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Role
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.failures import FailureCause, Incident
from domain.journal import REDRESS
from domain.permission_names import Permission
from domain.permissions import holds
from domain.relations import Reader
from domain.statuses import AssignmentOutcome
from store.database import transaction_time
from store.evidence.audit import Action, note
from store.notices import write_word_of_incident
from store.people.people import actor_of
from store.scope import hidden_among, reader_of
from store.tables import IncidentAssignmentRow, PersonRow

QUIET_FOR = timedelta(seconds=30)
"""How long none of its cases may have been held up before an incident counts as over: what fails is
gone from sight for a moment while it is tried again (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """That somebody has an incident in hand."""

    id: int
    incident: str
    """The key of the incident."""
    cause: FailureCause
    cases: Sequence[str]
    """Those it held up when it was handed over."""
    person: str
    assigned_by: str
    assigned_at: datetime


def open_assignments(session: Session) -> tuple[Assignment, ...]:
    """All that are in somebody's hands, the oldest first."""
    rows = session.scalars(
        select(IncidentAssignmentRow)
        .where(IncidentAssignmentRow.ended_at.is_(None))
        .order_by(IncidentAssignmentRow.assigned_at, IncidentAssignmentRow.id)
    )
    return tuple(map(_assignment, rows))


def who_may_have(session: Session, incident: Incident) -> tuple[str, ...]:
    """Those who may be given an incident: whoever may mend at least one of its cases."""
    references = {each.reference for each in incident.failures}
    menders = session.execute(
        select(PersonRow.id, PersonRow.roles)
        .where(PersonRow.active)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return tuple(
        row.id
        for row in menders
        if holds(map(Role, row.roles), Permission.REPAIR)
        and hidden_among(session, Permission.REPAIR, _reader(session, row.id), references)
        < references
    )


def assign(
    session: Session, incident: Incident, person: str, by: Actor, *, seen: int | None
) -> None:
    """Hand an incident to somebody, oneself or another; the same again changes nothing.

    `seen` is the assignment that stood when this was asked for, if there was one. Raises `Refused`
    when another stands by now, and for somebody who may mend none of its cases.
    """
    now = session.scalar(_open(incident.key).with_for_update())
    if now is not None and now.person == person:
        return
    if (now.id if now else None) != seen:
        raise Refused(Refusal.INCIDENT_MOVED)
    if person not in who_may_have(session, incident):
        raise Refused(Refusal.MAY_MEND_NOTHING)
    if now is not None:
        _end(session, now, AssignmentOutcome.HANDED_ON, by.person)
    cases = list(dict.fromkeys(each.reference for each in incident.failures))
    new = session.scalar(
        insert(IncidentAssignmentRow)
        .values(
            incident=incident.key,
            cause=incident.cause,
            cases=cases,
            person=person,
            assigned_by=by.person,
        )
        .on_conflict_do_nothing()
        .returning(IncidentAssignmentRow.id)
    )
    if new is None:
        raise Refused(Refusal.INCIDENT_MOVED)
    note(
        session, Action.INCIDENT_ASSIGNED, by=by.person, subject=incident.key, person=person,
        cases=len(cases),
    )  # fmt: skip
    write_word_of_incident(session, new, Event.INCIDENT_ASSIGNED, {person} - {by.person})


def take_back(session: Session, assignment_id: int, by: Actor) -> bool:
    """Make an incident nobody's again; says whether it was in somebody's hands."""
    row = session.scalar(
        select(IncidentAssignmentRow)
        .where(IncidentAssignmentRow.id == assignment_id)
        .where(IncidentAssignmentRow.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        return False
    _end(session, row, AssignmentOutcome.TAKEN_BACK, by.person)
    return True


def look_whether_over(
    session: Session, incidents: Sequence[Incident], quiet_for: timedelta = QUIET_FOR
) -> int:
    """End what is over, by everything that is wrong now, and tell whoever had it and whoever gave
    it; says how many. One that fails in another way now, such as in a newer program, is not over.
    """
    keys = {each.key for each in incidents}
    held_up = {each.reference for incident in incidents for each in incident.failures}
    rows = session.scalars(
        select(IncidentAssignmentRow)
        .where(IncidentAssignmentRow.ended_at.is_(None))
        .order_by(IncidentAssignmentRow.id)
        .with_for_update(skip_locked=True)
    ).all()
    now = transaction_time(session)
    over = 0
    for row in rows:
        if row.incident in keys or held_up.intersection(row.cases):
            row.quiet_since = None
        elif row.quiet_since is None:
            row.quiet_since = now
        if row.quiet_since is not None and row.quiet_since <= now - quiet_for:
            _end(session, row, AssignmentOutcome.OVER, REDRESS)
            over += 1
    return over


_TOLD = {
    AssignmentOutcome.OVER: (Action.INCIDENT_OVER, Event.INCIDENT_OVER),
    AssignmentOutcome.HANDED_ON: (Action.INCIDENT_TAKEN_BACK, Event.INCIDENT_TAKEN_BACK),
    AssignmentOutcome.TAKEN_BACK: (Action.INCIDENT_TAKEN_BACK, Event.INCIDENT_TAKEN_BACK),
}
"""What is noted of each end, and what whoever had it hears."""


def _end(session: Session, row: IncidentAssignmentRow, outcome: AssignmentOutcome, by: str) -> None:
    session.execute(
        update(IncidentAssignmentRow)
        .where(IncidentAssignmentRow.id == row.id)
        .values(ended_at=func.now(), ended_by=by, outcome=outcome)
    )
    action, event = _TOLD[outcome]
    note(session, action, by=by, subject=row.incident, person=row.person, outcome=outcome)
    hear = {row.person, row.assigned_by} if outcome is AssignmentOutcome.OVER else {row.person}
    write_word_of_incident(session, row.id, event, sorted(hear - {by}))


def _open(key: str) -> Select[IncidentAssignmentRow]:
    return select(IncidentAssignmentRow).where(
        IncidentAssignmentRow.incident == key, IncidentAssignmentRow.ended_at.is_(None)
    )


def _reader(session: Session, person: str) -> Reader:
    return reader_of(session, actor_of(session, person))


def _assignment(row: IncidentAssignmentRow) -> Assignment:
    return Assignment(
        id=row.id,
        incident=row.incident,
        cause=FailureCause(row.cause),
        cases=row.cases,
        person=row.person,
        assigned_by=row.assigned_by,
        assigned_at=row.assigned_at,
    )
