"""Cases lived long ago, to their end, with a word in every text that people wrote."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text, update

from domain.acts import (
    ActContext,
    AnyAct,
    Assign,
    Attach,
    Close,
    CorrectContact,
    Dispose,
    Erase,
    Note,
    Reply,
    carried_out,
)
from domain.classification import Level, Responsibility, Satisfaction, Validity
from domain.customers import CustomerField
from domain.journal import CaseState
from domain.notices import COMPLAINANT, Delivery
from store.cases.commands import act_of, store_command
from store.cases.journal import record, standing_of
from store.cases.receipts import receive
from store.database import DatabaseSession, Sessions
from store.policies.packs import published_pack
from store.tables import Base, CommandRow, NoticeRow
from tests.agreement import agree
from tests.builders import a_complaint, actor

MARK = "marigold-7319"
"""Nobody says this word but where a test has it said."""

LONG_AGO = timedelta(days=6 * 365)
"""Longer than an ordinary case is kept."""

ELEMENTS = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")
A_DIGEST = "ab" * 32
"""Of the file that lies with a case, where no test lays one down."""


def a_closed_case(
    sessions: Sessions,
    *,
    word: str = MARK,
    ago: timedelta = LONG_AGO,
    digest: str = A_DIGEST,
    **over: Any,
) -> str:
    """A case that was received, handled and closed so long ago; its reference."""
    then = datetime.now(UTC) - ago
    said = dict.fromkeys(
        ("name", "phone", "address", "account", "subject", "narrative", "demand"), word
    )
    said["email"] = f"{word}@example.com"
    complaint = a_complaint(**{"received_at": then, **said, **over})
    with sessions.begin() as session:
        reference = receive(session, complaint, actor("ines")).reference
    assign = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
    reply = Reply(satisfaction=Satisfaction.NEUTRAL, handled_at=then)
    settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
    life: tuple[tuple[AnyAct, str, tuple[str, ...]], ...] = (
        (assign, "sun", ("note",)),
        (Note(), "han", ("note",)),
        (Attach(digest=digest, size=9), "han", ("file_name",)),
        (reply, "han", ELEMENTS),
        (settled, "han", ("measures",)),
        (Close(), "han", ("note",)),
    )
    for minutes, (act, by, names) in enumerate(life, start=1):
        with sessions.begin() as session:
            words = dict.fromkeys(names, word)
            done(session, reference, act, by, words, at=then + timedelta(minutes=minutes))
    sent(sessions, reference, word)
    return reference


def done(
    session: DatabaseSession,
    reference: str,
    act: AnyAct,
    by: str,
    words: Mapping[str, str],
    at: datetime | None = None,
) -> CaseState:
    """The case after somebody's act, stored and recorded as its workflow would have it."""
    key = str(uuid4())
    store_command(
        session,
        command_id=key,
        reference=reference,
        act=act,
        words=words,
        by=actor(by),
        seen_version=None,
    )
    if at is not None:
        session.execute(update(CommandRow).where(CommandRow.id == key).values(stored_at=at))
    return carried(session, reference, key, by)


def contact_corrected(
    sessions: Sessions, reference: str, word: str = MARK, *, is_carried_out: bool
) -> str:
    """Somebody corrects how the customer is reached, by its word; the id of the command."""
    key, contact = str(uuid4()), {CustomerField.EMAIL: f"{word}@example.net"}
    with sessions.begin() as session:
        store_command(
            session,
            command_id=key,
            reference=reference,
            act=CorrectContact.of(contact),
            words={"reason": word},
            by=actor("sun"),
            seen_version=None,
            contact=contact,
        )
    if is_carried_out:
        with sessions.begin() as session:
            carried(session, reference, key, "sun")
    return key


def carried(session: DatabaseSession, reference: str, key: str, by: str) -> CaseState:
    """What was stored under this key, recorded."""
    row = session.get_one(CommandRow, key, populate_existing=True)
    standing = standing_of(session, reference)
    given = ActContext(
        by=actor(by),
        at=row.stored_at,
        words=frozenset(row.words),
        conduct=published_pack(session, standing.case.policy).conduct,
        clocks=standing.clocks,
    )
    act = act_of(session, key)
    assert act is not None
    return record(session, carried_out(act, standing.case, given, key=key, seen_version=None))


def erased(
    sessions: Sessions,
    reference: str,
    *,
    by: str = "sun",
    with_: str = "hong",
    word: str = MARK,
    meanwhile: Callable[[], None] = lambda: None,
) -> CaseState:
    """The case after two have agreed that it is erased; `meanwhile` comes before it is so for
    others."""
    key = str(uuid4())
    with sessions.begin() as session:
        agree(session, key, reference, Erase(), actor(by), actor(with_), {"reason": word})
    with sessions.begin() as session:
        standing = carried(session, reference, key, by)
        meanwhile()
    sent(sessions, reference, word)
    return standing


def sent(sessions: Sessions, reference: str, word: str) -> None:
    """Word of the case has been sent, at the second try: a gateway had a word of its own to say of
    what the customer was told."""
    pending = NoticeRow.reference == reference, NoticeRow.delivery == Delivery.PENDING
    with sessions.begin() as session:
        session.execute(
            update(NoticeRow)
            .where(*pending, NoticeRow.recipient == COMPLAINANT)
            .values(delivery=Delivery.SENT, last_error=word)
        )
        session.execute(update(NoticeRow).where(*pending).values(delivery=Delivery.SENT))


def whole_dump(sessions: Sessions) -> str:
    """Every column of every row of every table, as text."""
    with sessions() as session:
        rows = [
            str(tuple(row))
            for table in Base.metadata.tables
            for row in session.execute(text(f"select t::text from {table} t"))
        ]
    return "\n".join(rows)
