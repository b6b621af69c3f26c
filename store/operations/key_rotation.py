"""Turning the keys of what is kept of customers: row by row under the first key of the ring, to be
broken off and begun again at any time.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.customers import FOUND_BY
from store.contacts import keys_of_waiting, turn_key_of_waiting
from store.customers import SEALED, hash_column, opened_row, sealed_row
from store.database import Sessions, personal_ring
from store.evidence.audit import Action, note
from store.mail_headers import SENDER as SEALED_OF_MAILS
from store.mail_headers import opened_sender, seal_sender
from store.tables import ComplaintRow, MailRow

ROWS_AT_ONCE = 500
"""Rows in a transaction (default): it is over before anybody waits for one of them."""

Row = TypeVar("Row", ComplaintRow, MailRow)

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
    turned = _through_all(
        sessions, ComplaintRow, ComplaintRow.reference, _turn_complaints, looked_at
    )
    _through_all(sessions, MailRow, MailRow.id, _turn_senders)
    with sessions.begin() as session:
        turn_key_of_waiting(session)
        key = personal_ring(session).current
        note(session, Action.KEYS_TURNED, by=by, key=key, complaints=str(turned))
    return turned


def _through_all(
    sessions: Sessions,
    of: type[Row],
    key: InstrumentedAttribute[Any],
    turn: Callable[[Session, Sequence[Row]], int],
    looked_at: Callable[[int], object] = lambda _gone_through: None,
) -> int:
    """Turn the keys of all rows of a table, some in each transaction; how many were turned."""
    turned, rows = 0, select(of).order_by(key).limit(ROWS_AT_ONCE).with_for_update()
    onward = rows
    while True:
        with sessions.begin() as session:
            some = session.scalars(onward).all()
            if not some:
                return turned
            turned += turn(session, some)
            onward = rows.where(key > getattr(some[-1], key.key))
        looked_at(len(some))


def _turn_complaints(session: Session, rows: Sequence[ComplaintRow]) -> int:
    """Write those rows anew that are under another key than the first."""
    ring = personal_ring(session)
    old = [row for row in rows if _keys_of(row) - {ring.current}]
    if not old:
        return 0
    kept = ({name: getattr(row, name) for name in ("reference", *WRITTEN)} for row in old)
    session.execute(update(ComplaintRow), [sealed_row(ring, opened_row(ring, row)) for row in kept])
    return len(old)


def _turn_senders(session: Session, mails: Sequence[MailRow]) -> int:
    """The same for those who wrote the mails that came in."""
    ring = personal_ring(session)
    old = [mail for mail in mails if _keys_of_sender(mail) - {ring.current}]
    for mail in old:
        seal_sender(session, mail, *opened_sender(session, mail))
    return len(old)


def _keys_of_sender(row: MailRow) -> set[str]:
    return {getattr(row, name).key for name in SEALED_OF_MAILS if getattr(row, name)}


def _keys_of(row: ComplaintRow) -> set[str]:
    sealed = {getattr(row, name).key for name in SEALED if getattr(row, name)}
    hashes = (getattr(row, hash_column(field)) or "" for field in FOUND_BY)
    return sealed | {found.partition(":")[0] for found in hashes if found}
