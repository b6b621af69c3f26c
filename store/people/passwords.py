"""Passwords: kept as hashes, and compared in the same time whether or not there is one."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rulebook.sign_in import read_sign_in_limits
from store.people.stays import end_stays
from store.tables import PersonRow

hasher = PasswordHasher(parallelism=1)
"""Argon2id with its library's own figures, which follow RFC 9106, in one lane: the same work for
whoever guesses, and one core for us, so that the others make pages."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; where there is none, that takes as long to find out."""
    nobodys = _nobodys()
    try:
        # Longer than any password may be; cut, it costs what the longest one does.
        hasher.verify(password_hash or nobodys, password[: read_sign_in_limits().password_longest])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None and len(password) <= read_sign_in_limits().password_longest


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other figures than today's, so that it should be made anew."""
    return hasher.check_needs_rehash(password_hash)


def password_hash_of(session: Session, login: str) -> tuple[str | None, str | None]:
    """Who logs in under this name, and the hash of their password; nothing for who comes in no
    more.
    """
    row = session.execute(
        select(PersonRow.id, PersonRow.password_hash).where(
            PersonRow.login == login, PersonRow.active
        )
    ).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def is_theirs_still(session: Session, person: str, password_hash: str) -> bool:
    """Whether somebody comes in by the password of this hash now, which nobody changes before this
    transaction is over: comparing it took its time.
    """
    still = (
        select(PersonRow.id)
        .where(PersonRow.id == person, PersonRow.password_hash == password_hash, PersonRow.active)
        .with_for_update(key_share=True)
    )
    return session.scalar(still) is not None


def set_password(session: Session, person: str, password: str, *, but: str = "") -> None:
    """Set a new password that has been judged; every stay under the old one ends, but for one."""
    keep_password(session, person, hashed(password), but=but)


def keep_password(session: Session, person: str, password_hash: str, *, but: str = "") -> None:
    """The same for one that is hashed already."""
    renew_hash(session, person, password_hash)
    end_stays(session, [person], but=but)


def renew_hash(session: Session, person: str, password_hash: str) -> None:
    """Keep the same password by another hash."""
    session.execute(
        update(PersonRow).where(PersonRow.id == person).values(password_hash=password_hash)
    )


@cache
def _nobodys() -> str:
    """Compared with when there is no such login, so that the answer takes as long. Made at the
    first log-in, whosever it is, and not by every command and worker that only imports this.
    """
    return hashed("nobody has this password")
