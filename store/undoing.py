"""What somebody has done to a case a moment ago, and may take back: asked of its journal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.acts import Undo
from domain.acts.undoing import UNDOABLE
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.notices import OUTSIDERS
from domain.permission_names import Permission
from domain.relations import Reader
from rulebook.pages.limits import read_open_page_limits
from store.database import transaction_time
from store.scope import OpenedCase
from store.tables import CommandRow, JournalRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act as the journal has it."""

    key: str
    """Of the command it came from."""
    reference: str
    version: int
    event: Event
    at: datetime
    word_to: tuple[str, ...]
    """Whoever of the bank was told of it."""


def find_done(session: Session, key: str, person: str) -> Done | None:
    """What this person has done by the command of this key; None for anybody else's, and for what
    was not carried out."""
    row = session.execute(
        select(JournalRow.reference, JournalRow.version, JournalRow.event, JournalRow.at)
        .join(
            CommandRow,
            (CommandRow.reference == JournalRow.reference) & (CommandRow.id == JournalRow.key),
        )
        .where(CommandRow.id == key, JournalRow.by == person)
    ).one_or_none()
    if row is None:
        return None
    told = session.scalars(
        select(NoticeRow.recipient)
        .where(
            NoticeRow.reference == row.reference,
            NoticeRow.version == row.version,
            NoticeRow.about == row.event,
            NoticeRow.recipient.not_in(OUTSIDERS),
        )
        .order_by(NoticeRow.recipient)
    )
    return Done(
        key=key,
        reference=row.reference,
        version=row.version,
        event=Event(row.event),
        at=row.at,
        word_to=tuple(told),
    )


def undo_key(key: str) -> str:
    """Under which what was asked under this key is taken back: once, however often it is asked."""
    return str(uuid5(NAMESPACE_OID, f"{key}/undo"))


def last_to_undo(session: Session, opened: OpenedCase) -> Done | None:
    """What somebody did last to a case, if its reader has done it and may still take it back: what
    a clock, a note or the customer's mail did since is in nobody's way."""
    lasts = read_open_page_limits().undo_lasts
    row = session.execute(
        select(JournalRow.key, JournalRow.event).where(
            JournalRow.reference == opened.reference,
            JournalRow.version == opened.case.last_act_version,
            JournalRow.at > func.now() - lasts,
        )
    ).one_or_none()
    if row is None or row.event not in UNDOABLE or not opened.allows(Permission.UNDO):
        return None
    return find_done(session, row.key, opened.reader.person)


def require_undoable(
    session: Session, act: Undo, reader: Reader, reference: str, seen_version: int | None
) -> None:
    """Raises `Refused` unless whoever asks has done just this, and not too long ago; and asks on
    the version that it made."""
    done = find_done(session, act.undoes, reader.person)
    asked = (seen_version, act.undone, act.done_at)
    if (
        done is None
        or done.reference != reference
        or done.event not in UNDOABLE
        or (done.version, done.event, done.at) != asked
    ):
        raise Refused(Refusal.NOT_TO_BE_UNDONE)
    limits = read_open_page_limits()
    now = transaction_time(session)
    if now > done.at + limits.undo_lasts:
        raise Refused(Refusal.UNDO_TOO_LATE, minutes=str(limits.undo_minutes))
