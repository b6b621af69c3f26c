"""What people do about notices: read them, send a dead one anew, let it rest, tell by hand."""

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from domain.case import Actor
from domain.errors import Refusal, Refused
from domain.notices import COMPLAINANT, Delivery
from domain.permission_names import Permission
from domain.permissions import holds, not_your_role
from domain.statuses import TaskKind
from store.evidence.audit import Action, note
from store.notices import NO_FAILURE, message_of
from store.outbox import messages
from store.scope import cases_for, reader_of
from store.tables import (
    CaseRow,
    JournalRow,
    NoticeRow,
    TaskRow,
)


def try_again(session: Session, notice_id: int, by: Actor) -> None:
    """Send a dead notice anew, from the first try. Raises `Refused` unless it is dead and on a case
    whose notices this person sees to, or when its letter has gone out once more since."""
    _may_mend(session, notice_id, by)
    row = session.scalar(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.delivery == Delivery.DEAD, ~went_again())
        .values(
            delivery=Delivery.PENDING,
            round=NoticeRow.round + 1,
            attempts=0,
            tried_at=None,
            carrier=None,
            **NO_FAILURE,
        )
        .returning(NoticeRow)
    )
    if row is None:
        raise Refused(Refusal.NOTICE_NOT_DEAD)
    messages.put(session, messages.MessageKind.NOTICE, message_of(row.id, row.round))
    _finish_tasks_of(session, row.id, TaskKind.DEAD_NOTICE, by)
    note(
        session, Action.NOTICE_TRIED_AGAIN, by=by.person, subject=row.reference, notice=str(row.id)
    )


def let_rest(session: Session, notice_id: int, by: Actor) -> None:
    """Leave a dead notice dead: somebody has seen it. Raises as `try_again` does."""
    _may_mend(session, notice_id, by)
    row = session.get(NoticeRow, notice_id)
    if row is None or row.delivery != Delivery.DEAD:
        raise Refused(Refusal.NOTICE_NOT_DEAD)
    _finish_tasks_of(session, notice_id, TaskKind.DEAD_NOTICE, by)
    note(
        session,
        Action.NOTICE_LEFT_DEAD,
        by=by.person,
        subject=row.reference or "",
        notice=str(row.id),
    )


def mark_read(session: Session, person: str, notice_id: int | None = None) -> None:
    """Somebody has read a notice, or all of theirs."""
    read = update(NoticeRow).where(NoticeRow.recipient == person, NoticeRow.read_at.is_(None))
    if notice_id is not None:
        read = read.where(NoticeRow.id == notice_id)
    session.execute(read.values(read_at=func.now()))


def told(session: Session, task_id: int, by: Actor) -> None:
    """An outsider has been told by telephone or letter, by whoever was asked to. Again, it changes
    nothing."""
    reference = session.scalar(
        update(TaskRow)
        .where(TaskRow.id == task_id, TaskRow.kind == TaskKind.TELL, TaskRow.done_at.is_(None))
        .where(TaskRow.person == by.person)
        .values(done_at=func.now(), done_by=by.person)
        .returning(TaskRow.reference)
    )
    if reference is not None:
        note(session, Action.OUTSIDER_TOLD, by=by.person, subject=reference, task=str(task_id))


def went_again() -> ColumnElement[bool]:
    """Whether the letter of a notice has gone out once more since, whichever way."""
    this, later = aliased(JournalRow), aliased(JournalRow)
    return exists().where(
        this.reference == NoticeRow.reference,
        this.version == NoticeRow.version,
        later.reference == this.reference,
        later.version > this.version,
        later.facts["enclosed"].astext == this.facts["enclosed"].astext,
    )


def see_to_what_went_again(session: Session, reference: str, by: str) -> None:
    """Of letters of a case that did not arrive and have gone out once more, nobody need tell the
    customer any more, nor send them again."""
    of_these = select(NoticeRow.id).where(
        NoticeRow.reference == reference,
        NoticeRow.recipient == COMPLAINANT,
        NoticeRow.delivery.in_([Delivery.DEAD, Delivery.INBOX]),
        went_again(),
    )
    session.execute(
        update(TaskRow)
        .where(TaskRow.reference == reference, TaskRow.done_at.is_(None))
        .where(TaskRow.kind.in_([TaskKind.TELL, TaskKind.DEAD_NOTICE]))
        .where(TaskRow.facts["notice"].as_integer().in_(of_these))
        .values(done_at=func.now(), done_by=by)
        .execution_options(synchronize_session=False)
    )


def _finish_tasks_of(session: Session, notice_id: int, kind: TaskKind, by: Actor) -> None:
    session.execute(
        update(TaskRow)
        .where(TaskRow.kind == kind, TaskRow.done_at.is_(None))
        .where(TaskRow.facts["notice"].as_integer() == notice_id)
        .values(done_at=func.now(), done_by=by.person)
    )


def _may_mend(session: Session, notice_id: int, by: Actor) -> None:
    """Raises `Refused`; of a case that is not theirs this person hears what they would hear if
    there were no such notice."""
    if not holds(by.roles, Permission.MEND_NOTICE):
        raise not_your_role(Permission.MEND_NOTICE)
    theirs = (
        select(NoticeRow.id)
        .join(CaseRow, CaseRow.reference == NoticeRow.reference)
        .where(NoticeRow.id == notice_id)
        .where(cases_for(Permission.MEND_NOTICE, reader_of(session, by)))
    )
    if session.scalar(theirs) is None:
        raise Refused(Refusal.NOTICE_NOT_DEAD)
