"""Notices: written with the entry they speak of, read again when sent, settled once and for all."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select, update
from sqlalchemy import case as when
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Case
from domain.classification import Role
from domain.events import Event
from domain.notices import (
    COMPLAINANT,
    OUTSIDERS,
    OWED,
    Delivery,
    Notice,
    Obstacle,
    Sending,
    tells_outsiders,
)
from domain.statuses import TaskKind
from store.notice_contents import NoticeContents, email_of, read_contents
from store.outbox import messages
from store.people.directory import directory_above
from store.tables import (
    CaseRow,
    ComplaintRow,
    NoticeRow,
    OutboxRow,
    TaskRow,
    table_of,
)
from store.values import CASE

ONE_MORE_TRY = {"attempts": table_of(NoticeRow).c.attempts + 1}
"""Counted when its outcome is known."""

NO_FAILURE = {"last_error": None, "obstacle": None, "failure_code": None}


def message_of(notice_id: int, round_number: int = 0) -> str:
    """What the outbox calls the sending of a notice: `12`, or `12/1` when it is tried again."""
    return f"{notice_id}/{round_number}" if round_number else str(notice_id)


def notice_of(message: str) -> int:
    """The notice whose sending a message asks for."""
    return int(message.partition("/")[0])


def write_notices(session: Session, case: Case, notices: Sequence[Notice]) -> None:
    """Keep the intents of an entry and ask for their sending; an outsider who cannot be written to
    becomes somebody's task. Again, it changes nothing."""
    write_notices_each(session, [(case, notices)])


def write_notices_each(session: Session, written: Sequence[tuple[Case, Sequence[Notice]]]) -> None:
    """The same for the entries of many cases."""
    rows = [
        {
            "dedupe_key": notice.dedupe_key,
            "reference": case.reference,
            "version": case.version,
            "recipient": notice.recipient,
            "about": notice.about,
            "delivery": _delivery(session, case, notice),
            "task": notice.task,
        }
        for case, notices in written
        for notice in notices
    ]
    if not rows:
        return
    new = session.execute(
        insert(NoticeRow)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(NoticeRow.id, NoticeRow.delivery),
        rows,
    ).all()
    for row in new:
        if row.delivery == Delivery.INBOX:
            _have_it_told(session, session.get_one(NoticeRow, row.id))
    to_send = [message_of(row.id) for row in new if row.delivery == Delivery.PENDING]
    messages.put(session, messages.MessageKind.NOTICE, *to_send)


def _delivery(session: Session, case: Case, notice: Notice) -> Delivery:
    """An outsider without an address is told by a person."""
    if notice.recipient not in OUTSIDERS or email_of(session, case.reference, notice.recipient):
        return Delivery.PENDING
    return Delivery.INBOX


def write_word_of_report(
    session: Session, event_id: int, about: Event, recipients: Iterable[str]
) -> None:
    """Tell each of these what happened to a report that a unit owes, and ask for its sending.
    Again, it changes nothing."""
    _write_word(session, "report-event", "report_event", event_id, about, recipients)


def write_word_of_warning(session: Session, warning_id: int, recipients: Iterable[str]) -> None:
    """Tell each of these that a unit or a cause has left its usual range, and ask for its sending.
    Again, it changes nothing."""
    about = Event.EARLY_WARNING
    _write_word(session, "early-warning", "early_warning", warning_id, about, recipients)


def write_word_of_board_pack(session: Session, number: int, recipients: Iterable[str]) -> None:
    """Tell each of these that a pack for the board was filed, and ask for its sending. Again, it
    changes nothing."""
    _write_word(session, "board-pack", "board_pack", number, Event.BOARD_PACK_FILED, recipients)


def write_word_of_incident(
    session: Session, assignment_id: int, about: Event, recipients: Iterable[str]
) -> None:
    """Tell each of these what became of an incident that one of them has or had in hand, and ask
    for its sending. Again, it changes nothing."""
    _write_word(session, about.replace("_", "-"), "incident", assignment_id, about, recipients)


def _write_word(
    session: Session, kind: str, column: str, number: int, about: Event, recipients: Iterable[str]
) -> None:
    rows = [
        {
            "dedupe_key": f"{kind}/{number}/{recipient}",
            column: number,
            "version": 0,
            "recipient": recipient,
            "about": about,
            "delivery": Delivery.PENDING,
        }
        for recipient in recipients
    ]
    if not rows:
        return
    written = session.scalars(
        insert(NoticeRow)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(NoticeRow.id),
        rows,
    )
    to_send = [message_of(each) for each in written]
    messages.put(session, messages.MessageKind.NOTICE, *to_send)


def take_up(
    session: Session, notice_ids: Sequence[int], carrier: str, at_most: timedelta
) -> list[NoticeContents]:
    """Read what is to be said now, of those of these notices that are still to be sent.

    Not of those that another carrier is about: until the end of its try, or until no try can last
    any longer.
    """
    is_free = or_(
        NoticeRow.carrier.is_(None),
        NoticeRow.carrier == carrier,
        NoticeRow.tried_at < func.now() - at_most,
    )
    rows = session.scalars(
        update(NoticeRow)
        .where(NoticeRow.id.in_(notice_ids), NoticeRow.delivery == Delivery.PENDING, is_free)
        .values(tried_at=func.now(), carrier=carrier)
        .returning(NoticeRow)
    ).all()
    return read_contents(session, sorted(rows, key=lambda row: row.id))


def let_go(session: Session, notice_ids: Sequence[int]) -> None:
    """Nobody is about these any more."""
    if notice_ids:
        rows = table_of(NoticeRow)
        session.execute(update(rows).where(rows.c.id.in_(notice_ids)).values(carrier=None))


def carried(session: Session, notice_id: int, gateway: str) -> None:
    """One gateway has taken it; a later try leaves that one out."""
    _note(session, notice_id, carried_by=NoticeRow.carried_by.concat([gateway]))


def sent(session: Session, notice_id: int, *last: str) -> None:
    """Every gateway it goes through has taken it, this one just now."""
    rows = table_of(NoticeRow)
    session.execute(
        update(rows)
        .where(rows.c.id == notice_id, rows.c.delivery == Delivery.PENDING)
        .values(
            delivery=Delivery.SENT,
            sent_at=func.now(),
            carried_by=rows.c.carried_by.concat(list(last)),
            **ONE_MORE_TRY,
            **NO_FAILURE,
        )
    )


def keep_inside(session: Session, notice_id: int) -> None:
    """There is no way to send it: staff read it in the pages, an outsider is told by a person."""
    row = _settle(session, notice_id, Delivery.INBOX)
    if row is not None:
        _have_it_told(session, row)


def not_taken(session: Session, notice_id: int, obstacle: Obstacle, code: str, says: str) -> None:
    """A try failed: why, what the other side calls it, and its own words."""
    error = f"{code} {says}".strip().replace("\0", "")[:500]
    _note(
        session,
        notice_id,
        obstacle=obstacle,
        failure_code=code,
        last_error=error,
        carrier=None,
        **ONE_MORE_TRY,
    )


def was_tried_before(row: NoticeRow, instant: datetime | None) -> bool:
    """Whether its last try lies before this; never before nothing."""
    tried = max(filter(None, (row.written_at, row.tried_at, row.sent_at)))
    return instant is not None and tried < instant


def put_off(session: Session, notice_id: int, wait: timedelta) -> None:
    """The next try comes when a robot can take it, and until then nobody thinks it forgotten. Who
    was only told to wait for a turn has not been tried."""
    _note(session, notice_id, tried_at=func.now() + wait, carrier=None)


def _note(session: Session, notice_id: int, **values: Any) -> None:
    rows = table_of(NoticeRow)
    session.execute(update(rows).where(rows.c.id == notice_id).values(**values))


def give_up(session: Session, notice_id: int) -> None:
    """No more tries: the notice is dead, an administrator sees it, and what an outsider is owed
    becomes a task as well."""
    row = _settle(session, notice_id, Delivery.DEAD)
    if row is None:
        return
    if row.reference is None:
        # Its readers have it in their inboxes and on the page of the report.
        row.delivery = Delivery.INBOX
        return
    _mend_by_administrator(session, row)
    _have_it_told(session, row)


def came_back(session: Session, notice_id: int, code: str, says: str) -> None:
    """A mail that its server had taken, whether or not that was noted, could not be delivered. It
    is given up like one that was never taken, and whoever tells outsiders is asked to tell this one
    another way, whatever it said: they may take it for told."""
    row: NoticeRow | None = session.scalar(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.delivery.in_([Delivery.SENT, Delivery.PENDING]))
        .values(
            delivery=Delivery.DEAD,
            carried_by=[],
            obstacle=Obstacle.CAME_BACK,
            failure_code=code,
            last_error=says.replace("\0", "")[:500],
        )
        .returning(NoticeRow)
    )
    if row is None:
        return
    if row.reference is None:
        row.delivery = Delivery.INBOX  # as above
        return
    _mend_by_administrator(session, row)
    if row.recipient in OUTSIDERS:
        _ask_to_tell(session, row, f"tell/{row.dedupe_key}/came-back/{row.round}")


def to_be_sent(session: Session, asked_for: Sequence[str], *, has_room: bool) -> list[str]:
    """Which of these messages must leave the house: not what is settled, and not what is for
    somebody of the staff without an address while no room carries word to the staff either. The
    last is settled here and now."""
    by_id = {notice_of(each): each for each in asked_for}
    pending = session.execute(
        select(NoticeRow.id, NoticeRow.reference, NoticeRow.recipient)
        .where(NoticeRow.id.in_(by_id), NoticeRow.delivery == Delivery.PENDING)
        .order_by(NoticeRow.id)
    )
    leaving = []
    for row in pending.all():
        if (
            row.recipient in OUTSIDERS
            or has_room
            or email_of(session, row.reference, row.recipient)
        ):
            leaving.append(by_id[row.id])
        else:
            keep_inside(session, row.id)
    return leaving


def remember_forgotten(session: Session, sending: Sending) -> int:
    """Ask again for pending notices that show no sign of life and have no message; says how many.

    A living one is tried every few minutes. One without a sign was lost with its workflow: by a
    Temporal restored from a backup, or by somebody who ended it. So nobody is about it any more.
    """
    silence = timedelta(seconds=sending.forgotten_after_seconds)
    forgotten = session.scalars(
        select(NoticeRow).where(_is_silent(silence)).with_for_update(skip_locked=True)
    ).all()
    for row in forgotten:
        row.tried_at, row.carrier = func.now(), None
        messages.put(session, messages.MessageKind.NOTICE, message_of(row.id, row.round))
    return len(forgotten)


def silent_notices(session: Session, silence: timedelta) -> dict[str, str]:
    """Pending notices without a message that nobody has tried for so long: the key of each, by the
    message that would send it."""
    rows = session.execute(
        select(message_in_sql().label("message"), NoticeRow.dedupe_key)
        .where(_is_silent(silence))
        .order_by(NoticeRow.id)
    )
    return {row.message: row.dedupe_key for row in rows}


def _is_silent(silence: timedelta) -> ColumnElement[bool]:
    """To be sent, and neither tried for so long nor about to be: its workflow may be lost."""
    life = func.coalesce(NoticeRow.tried_at, NoticeRow.written_at)
    waiting = exists().where(
        OutboxRow.kind == messages.MessageKind.NOTICE, OutboxRow.key == message_in_sql()
    )
    return and_(NoticeRow.delivery == Delivery.PENDING, life < func.now() - silence, ~waiting)


def message_in_sql() -> ColumnElement[str]:
    """`message_of`, as PostgreSQL says it."""
    number = cast(NoticeRow.id, Text)
    return when((NoticeRow.round == 0, number), else_=number + "/" + cast(NoticeRow.round, Text))


def _settle(session: Session, notice_id: int, delivery: Delivery) -> NoticeRow | None:
    """End the sending of a pending notice; None when it had ended already."""
    row: NoticeRow | None = session.scalar(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.delivery == Delivery.PENDING)
        .values(delivery=delivery)
        .returning(NoticeRow)
    )
    return row


def _have_it_told(session: Session, row: NoticeRow) -> None:
    """A task for the handler, or whoever stands in for one, to tell an outsider what cannot be
    sent. An anonymous complainant without a telephone number cannot be told at all."""
    if row.recipient not in OUTSIDERS or row.about not in OWED:
        return
    complaint = session.get_one(ComplaintRow, row.reference)
    if row.recipient == COMPLAINANT and not complaint.phone and not complaint.email:
        return
    _ask_to_tell(session, row, f"tell/{row.dedupe_key}")


def _ask_to_tell(session: Session, row: NoticeRow, key: str) -> None:
    case = CASE.validate_python(session.get_one(CaseRow, row.reference).state)
    concerned = case.handler, case.first_owner
    person = tells_outsiders(case, directory_above(session, case.unit, concerned))
    _open_task(session, row, TaskKind.TELL, person, Role.HANDLER, key)


def _mend_by_administrator(session: Session, row: NoticeRow) -> None:
    key = f"dead/{row.id}/{row.round}"
    _open_task(session, row, TaskKind.DEAD_NOTICE, None, Role.ADMINISTRATOR, key)


def _open_task(
    session: Session, row: NoticeRow, kind: TaskKind, person: str | None, role: Role, key: str
) -> None:
    session.execute(
        insert(TaskRow)
        .values(
            key=key,
            reference=row.reference,
            kind=kind,
            person=person,
            role=role,
            opened_at=func.now(),
            facts={
                "notice": row.id,
                "recipient": row.recipient,
                "about": row.about,
                **({"came_back": True} if row.obstacle == Obstacle.CAME_BACK else {}),
            },
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
