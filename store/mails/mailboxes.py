"""How the reading of mailboxes stands, for whoever looks after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case as when
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.mails import MailboxTrouble
from store.tables import MailboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mailbox."""

    name: str
    read_at: datetime | None
    """When it was last read to its end."""
    trouble: MailboxTrouble | None
    """Why it cannot be read."""
    trouble_since: datetime | None


def note_read(session: Session, name: str) -> None:
    """It was read to its end just now."""
    _forget_others(session, name)
    fine = {"read_at": func.now(), "trouble": None, "trouble_since": None}
    session.execute(
        insert(MailboxRow)
        .values(name=name, **fine)
        .on_conflict_do_update(index_elements=["name"], set_=fine)
    )


def note_trouble(session: Session, name: str, trouble: MailboxTrouble) -> None:
    """It could not be read just now; since when, stays."""
    _forget_others(session, name)
    since = when((MailboxRow.trouble.is_(None), func.now()), else_=MailboxRow.trouble_since)
    session.execute(
        insert(MailboxRow)
        .values(name=name, trouble=trouble, trouble_since=func.now())
        .on_conflict_do_update(
            index_elements=["name"], set_={"trouble": trouble, "trouble_since": since}
        )
    )


def _forget_others(session: Session, name: str) -> None:
    """Of a mailbox that was read before it was moved or renamed nobody can mend anything."""
    session.execute(delete(MailboxRow).where(MailboxRow.name != name))


def mailboxes(session: Session) -> tuple[Mailbox, ...]:
    """The mailbox that is read; none before anybody has tried."""
    return tuple(
        Mailbox(
            name=row.name,
            read_at=row.read_at,
            trouble=MailboxTrouble(row.trouble) if row.trouble else None,
            trouble_since=row.trouble_since,
        )
        for row in session.scalars(select(MailboxRow).order_by(MailboxRow.name))
    )
