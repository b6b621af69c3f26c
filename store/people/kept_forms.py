"""Forms that were sent when a stay was over: sealed, each under a key that only the browser has."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store.people.stays import digest
from store.tables import KeptFormRow


def keep_form(
    session: Session,
    key: str,
    person: str,
    sealed: bytes,
    lasts: timedelta,
    *,
    reference: str | None,
) -> None:
    """Keep one, which may be about a case; those that nobody came back for in that time go."""
    session.execute(delete(KeptFormRow).where(KeptFormRow.kept_at < func.now() - lasts))
    session.execute(
        insert(KeptFormRow).values(
            key_hash=digest(key), person=person, sealed=sealed, reference=reference
        )
    )


def find_form(session: Session, key: str, person: str, lasts: timedelta) -> bytes | None:
    """What this person's browser has the key to."""
    return session.scalar(
        select(KeptFormRow.sealed).where(
            KeptFormRow.key_hash == digest(key),
            KeptFormRow.person == person,
            KeptFormRow.kept_at >= func.now() - lasts,
        )
    )


def forget_form(session: Session, key: str) -> None:
    """It was sent, or is not wanted any more."""
    session.execute(delete(KeptFormRow).where(KeptFormRow.key_hash == digest(key)))
