"""What the rows know of cases held up, and the ways to have it tried again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from domain.failures import Failure, FailureCause, Intrusion
from domain.notices import Delivery
from domain.statuses import CommandStatus, TaskKind
from store.cases.unfinished import count_unfinished, is_unfinished
from store.evidence.audit import NOBODY, Action, note
from store.notices import message_in_sql
from store.outbox import messages
from store.tables import (
    AuditRow,
    CaseRow,
    CommandRow,
    NoticeRow,
    OutboxRow,
    RepairRow,
    TaskRow,
)

SHOWN_AT_MOST = 500
"""Of one cause: who has more has one problem, not five hundred (default)."""

HELD_UP_AFTER = timedelta(minutes=1)
"""Longer than any restart of ours takes: what waits longer waits for a reason (default)."""

SUSPECT_AFTER = timedelta(seconds=1)
"""What has not happened by then is asked about: a failure is to be seen within five seconds
(default)."""

INTRUSIONS_SHOWN_FOR = timedelta(days=30)
"""Unless an administrator has seen to the case before (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """What the rows alone say is wrong, and of what the engine is to be asked."""

    stored: tuple[Failure, ...]
    late: Mapping[str, datetime]
    """Unfinished cases in which something should have happened, a step of a clock or the answer to
    a person, and since when."""
    asked_at_rest: Mapping[str, datetime]
    """Finished ones, of which somebody has asked something that has no answer, and since when."""
    unfinished: int
    """How many cases need their workflow, but for those that have only just changed."""


def suspects(session: Session, patience: timedelta = HELD_UP_AFTER) -> Suspects:
    """Everything by which cases that are held up are found."""
    soon = min(SUSPECT_AFTER, patience)
    return Suspects(
        stored=stored_failures(session, patience),
        late=_unanswered(session, is_unfinished(), soon) | _late(session, soon),
        asked_at_rest=_unanswered(session, not_(is_unfinished()), soon),
        unfinished=count_unfinished(session, soon),
    )


def stored_failures(session: Session, patience: timedelta) -> tuple[Failure, ...]:
    """What is wrong by the rows alone."""
    return (
        *_undelivered_commands(session, patience),
        *_failing_messages(session),
        *_dead_notices(session),
        *_intrusions(session),
    )


def _unanswered(
    session: Session, cases: ColumnElement[bool], patience: timedelta
) -> dict[str, datetime]:
    asked_at = func.min(CommandRow.stored_at)
    rows = session.execute(
        select(CommandRow.reference, asked_at.label("since"))
        .join(CaseRow, CaseRow.reference == CommandRow.reference)
        .where(CommandRow.status == CommandStatus.STORED, cases)
        .group_by(CommandRow.reference)
        .having(asked_at < func.now() - patience)
        .order_by(asked_at, CommandRow.reference)
        .limit(SHOWN_AT_MOST)
    )
    return {row.reference: row.since for row in rows}


def _late(session: Session, patience: timedelta) -> dict[str, datetime]:
    rows = session.execute(
        select(CaseRow.reference, CaseRow.next_step_at)
        .where(CaseRow.next_step_at < func.now() - patience)
        .order_by(CaseRow.next_step_at, CaseRow.reference)
        .limit(SHOWN_AT_MOST)
    )
    return {row.reference: row.next_step_at for row in rows}


def hurry(session: Session, reference: str) -> int:
    """Have every message of a case run now; says how many there are."""
    of_case = (
        select(CommandRow.id).where(CommandRow.reference == reference),
        select(RepairRow.id).where(RepairRow.reference == reference),
        select(message_in_sql()).where(NoticeRow.reference == reference),
    )
    hurried = session.execute(
        update(OutboxRow)
        .where(or_(OutboxRow.key == reference, *(OutboxRow.key.in_(each) for each in of_case)))
        .values(next_try_at=func.now())
        .returning(OutboxRow.kind)
    ).all()
    for kind in {row.kind for row in hurried}:
        session.execute(select(func.pg_notify(messages.CHANNEL, kind)))
    return len(hurried)


def note_intrusion(session: Session, subject: str, intrusion: Intrusion) -> None:
    """Write down that something was refused which nobody of ours sent."""
    note(session, Action.INTRUSION_REFUSED, by=NOBODY, subject=subject, what=intrusion)


def _undelivered_commands(session: Session, patience: timedelta) -> Iterator[Failure]:
    rows = session.scalars(
        select(CommandRow)
        .where(
            CommandRow.status == CommandStatus.STORED,
            CommandRow.stored_at < func.now() - patience,
        )
        .order_by(CommandRow.stored_at, CommandRow.id)
        .limit(SHOWN_AT_MOST)
    )
    for row in rows:
        yield Failure(
            cause=FailureCause.COMMAND_UNDELIVERED,
            reference=row.reference,
            since=row.stored_at,
            befell=row.act["kind"],
        )


def _failing_messages(session: Session) -> Iterator[Failure]:
    """Each by the case it is of; what is of none, such as word of a report, holds none up."""
    itself = case((OutboxRow.kind == messages.MessageKind.CASE, OutboxRow.key))
    number = cast(func.split_part(OutboxRow.key, "/", 1), BigInteger)
    of_notice = case((OutboxRow.kind == messages.MessageKind.NOTICE, number))
    of = func.coalesce(CommandRow.reference, RepairRow.reference, NoticeRow.reference, itself)
    rows = session.execute(
        select(OutboxRow, of.label("reference"))
        .outerjoin(CommandRow, CommandRow.id == OutboxRow.key)
        .outerjoin(RepairRow, RepairRow.id == OutboxRow.key)
        .outerjoin(NoticeRow, NoticeRow.id == of_notice)
        .where(OutboxRow.attempts > 0, OutboxRow.last_error.is_not(None), of.is_not(None))
        .order_by(OutboxRow.stored_at, OutboxRow.id)
        .limit(SHOWN_AT_MOST)
    )
    for row, reference in rows:
        yield Failure(
            cause=FailureCause.ERRAND_FAILING,
            reference=reference,
            since=row.stored_at,
            attempts=row.attempts,
            error=row.last_error or "",
            befell=row.kind,
        )


def _dead_notices(session: Session) -> Iterator[Failure]:
    """Those that somebody is still to see to; what was seen and left as it is holds nobody up."""
    is_unseen = exists().where(
        TaskRow.kind == TaskKind.DEAD_NOTICE,
        TaskRow.done_at.is_(None),
        TaskRow.facts["notice"].as_integer() == NoticeRow.id,
    )
    rows = session.scalars(
        select(NoticeRow)
        .where(NoticeRow.delivery == Delivery.DEAD, is_unseen)
        .order_by(NoticeRow.written_at, NoticeRow.id)
        .limit(SHOWN_AT_MOST)
    )
    for row in rows:
        # Its last error stays where it is: a gateway may quote an address. Codes name nobody.
        yield Failure(
            cause=FailureCause.NOTICE_DEAD,
            reference=row.reference or "",
            since=row.written_at,
            attempts=row.attempts,
            error=" ".join(filter(None, (row.obstacle, row.failure_code))),
            befell=row.about,
        )


def _intrusions(session: Session) -> Iterator[Failure]:
    """What was refused, by case and kind, until somebody has tried the case again."""
    later = AuditRow.__table__.alias("later")
    seen_to = (
        select(later.c.id)
        .where(later.c.action == Action.REPAIR_RETRIED, later.c.subject == AuditRow.subject)
        .where(later.c.at > AuditRow.at)
    )
    what = AuditRow.facts["what"].astext
    rows = session.execute(
        select(
            AuditRow.subject,
            what.label("what"),
            func.min(AuditRow.at).label("since"),
            func.count().label("tries"),
        )
        .where(AuditRow.action == Action.INTRUSION_REFUSED)
        .where(AuditRow.at > func.now() - INTRUSIONS_SHOWN_FOR, ~seen_to.exists())
        .group_by(AuditRow.subject, what)
        .order_by(func.min(AuditRow.at).desc())
        .limit(SHOWN_AT_MOST)
    )
    for row in rows:
        yield Failure(
            cause=FailureCause.INTRUSION,
            reference=row.subject,
            since=row.since,
            attempts=row.tries,
            error=row.what,
        )
