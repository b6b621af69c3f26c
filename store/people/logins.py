"""Logging in: the password is checked, too many failures lock, and every try is noted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.classification import Role
from domain.complaint import Language
from store.evidence.audit import NOBODY, Action, note
from store.people.people import LONGEST_PASSWORD, actor_of, hasher, set_password
from store.tables import PersonRow

FAILURES_AT_MOST = 5
"""Wrong passwords in a row before the door stays shut for a while (default)."""

LOCK_LASTS = timedelta(minutes=15)
"""How long it stays shut (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who has logged in, as the pages know them."""

    actor: Actor
    """The same person at the moment of an act."""
    name: str
    language: Language
    session_number: int
    """A session under another number has been ended."""

    @property
    def id(self) -> str:
        return self.actor.person

    @property
    def unit(self) -> str:
        return self.actor.unit

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.actor.roles


def log_in(session: Session, login: str, password: str) -> Visitor | None:
    """The person behind a login and password; None when they do not fit, or too many did not.

    Why it failed is in the audit trail and nowhere else: a stranger learns nothing from the answer.
    """
    row = session.scalar(select(PersonRow).where(PersonRow.login == login).with_for_update())
    fits = _fits(row.password_hash if row else None, password)
    if row is None or not row.active:
        note(session, Action.LOG_IN_FAILED, by=row.id if row else NOBODY)
        return None
    if row.locked_until is not None and row.locked_until > _now(session):
        note(session, Action.LOCKED_OUT, by=row.id)
        return None
    if not fits:
        _count_failure(session, row)
        return None
    row.failed_logins, row.locked_until = 0, None
    note(session, Action.LOGGED_IN, by=row.id)
    return _visitor(session, row)


def change_password(session: Session, person: str, old: str, new: str) -> int | None:
    """Set a new password for whoever knows the old one, which ends every other session; returns
    the number of the sessions from now on. None when the old one does not fit: that counts as a
    failed log-in does. Raises `NotFit` for a new one that will not do.
    """
    row = session.scalars(select(PersonRow).where(PersonRow.id == person).with_for_update()).one()
    if row.locked_until is not None and row.locked_until > _now(session):
        note(session, Action.LOCKED_OUT, by=row.id)
        return None
    if not _fits(row.password_hash, old):
        _count_failure(session, row)
        return None
    set_password(session, person, new)
    note(session, Action.PASSWORD_CHANGED, by=person)
    session.refresh(row)
    return row.session_number


def find_visitor(session: Session, person: str, session_number: int) -> Visitor | None:
    """The person of a session, unless it was ended or the person has left."""
    row = session.scalar(
        select(PersonRow).where(
            PersonRow.id == person,
            PersonRow.session_number == session_number,
            PersonRow.active,
        )
    )
    return _visitor(session, row) if row else None


def log_out(session: Session, person: str) -> None:
    """End every session of this person."""
    session.execute(
        update(PersonRow)
        .where(PersonRow.id == person)
        .values(session_number=PersonRow.session_number + 1)
    )
    note(session, Action.LOGGED_OUT, by=person)


def remember_language(session: Session, person: str, language: Language) -> None:
    """Speak this language to the person from now on."""
    session.execute(update(PersonRow).where(PersonRow.id == person).values(language=language))


def _now(session: Session) -> datetime:
    """The instant by the database's clock, the same for every process that serves pages."""
    instant: datetime | None = session.scalar(select(func.now()))
    assert instant is not None
    return instant


def _count_failure(session: Session, row: PersonRow) -> None:
    row.failed_logins += 1
    note(session, Action.LOG_IN_FAILED, by=row.id)
    if row.failed_logins >= FAILURES_AT_MOST:
        row.failed_logins = 0
        row.locked_until = _now(session) + LOCK_LASTS


@cache
def _nobodys() -> str:
    """Checked when there is no such login, so that the answer takes as long. Made at the first
    log-in, whosever it is, and not by every command and worker that only imports this."""
    return hasher.hash("nobody has this password")


def _fits(password_hash: str | None, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        return False
    nobodys = _nobodys()
    try:
        hasher.verify(password_hash or nobodys, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def _visitor(session: Session, row: PersonRow) -> Visitor:
    return Visitor(
        actor=actor_of(session, row.id),
        name=row.name,
        language=Language(row.language),
        session_number=row.session_number,
    )
