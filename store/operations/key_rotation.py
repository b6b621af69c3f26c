"""Turning the keys of what is kept of customers: row by row under the first key of the ring, to be
broken off and begun again at any time.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.customers import FOUND_BY
from store.contacts import keys_of_waiting, turn_key_of_waiting
from store.customers import SEALED, hash_column, opened_row, sealed_row
from store.database import Sessions, personal_ring
from store.evidence.audit import Action, note
from store.mail_headers import SENDER as SEALED_OF_MAILS
from store.mail_headers import opened_sender, seal_sender
from store.tables import ComplaintRow, MailRow

ROWS_AT_ONCE = 500
"""Complaints in a transaction (default): it is over before anybody waits for one of them."""

WRITTEN = (*SEALED, *(hash_column(field) for field in FOUND_BY))


def count_complaints(session: Session) -> int:
    """How many there are to look at."""
    return session.scalar(select(func.count()).select_from(ComplaintRow)) or 0


def complaints_by_key(session: Session) -> Counter[str]:
    """Under how many complaints, corrections and mails each key still lies; one whose number is 0
    may leave the ring."""
    complaints = select(ComplaintRow).execution_options(yield_per=ROWS_AT_ONCE)
    mails = select(MailRow).execution_options(yield_per=ROWS_AT_ONCE)
    of_complaints = Counter(key for row in session.scalars(complaints) for key in _keys_of(row))
    of_mails = Counter(key for row in session.scalars(mails) for key in _keys_of_sender(row))
    return of_complaints + of_mails + keys_of_waiting(session)


def rotate_keys(sessions: Sessions, by: str, looked_at: Callable[[int], object]) -> int:
    """Bring every complaint under the first key of the ring; returns how many were under another.
    `looked_at` is told how many were gone through. What was done stays done when it is broken off.
    """
    turned, after = 0, ""
    while True:
        with sessions.begin() as session:
            some = session.scalars(
                select(ComplaintRow)
                .where(ComplaintRow.reference > after)
                .order_by(ComplaintRow.reference)
                .limit(ROWS_AT_ONCE)
                .with_for_update()
            ).all()
            if not some:
                break
            turned += _turn(session, some)
            after = some[-1].reference
        looked_at(len(some))
    _turn_senders(sessions)
    with sessions.begin() as session:
        turn_key_of_waiting(session)
        key = personal_ring(session).current
        note(session, Action.KEYS_TURNED, by=by, key=key, complaints=str(turned))
    return turned


def _turn(session: Session, rows: Sequence[ComplaintRow]) -> int:
    """Write those rows anew that are under another key than the first."""
    ring = personal_ring(session)
    old = [row for row in rows if _keys_of(row) - {ring.current}]
    if not old:
        return 0
    kept = ({name: getattr(row, name) for name in ("reference", *WRITTEN)} for row in old)
    session.execute(update(ComplaintRow), [sealed_row(ring, opened_row(ring, row)) for row in kept])
    return len(old)


def _turn_senders(sessions: Sessions) -> None:
    """The same for those who wrote the mails that came in."""
    after = 0
    while True:
        with sessions.begin() as session:
            some = session.scalars(
                select(MailRow)
                .where(MailRow.id > after)
                .order_by(MailRow.id)
                .limit(ROWS_AT_ONCE)
                .with_for_update()
            ).all()
            if not some:
                return
            ring = personal_ring(session)
            for row in some:
                if _keys_of_sender(row) - {ring.current}:
                    seal_sender(session, row, *opened_sender(session, row))
            after = some[-1].id


def _keys_of_sender(row: MailRow) -> set[str]:
    return {getattr(row, name).key for name in SEALED_OF_MAILS if getattr(row, name)}


def _keys_of(row: ComplaintRow) -> set[str]:
    sealed = {getattr(row, name).key for name in SEALED if getattr(row, name)}
    hashes = (getattr(row, hash_column(field)) or "" for field in FOUND_BY)
    return sealed | {found.partition(":")[0] for found in hashes if found}
