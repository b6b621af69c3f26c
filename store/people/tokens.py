"""Tokens: by which another system proves who it is, and what it may file.

A secret is shown once, when it is made. It is long and random, so a plain digest of it cannot be
guessed back; a slow one, as passwords have, would only slow the systems down.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from domain.case import SYSTEM, Actor, System
from domain.classification import Channel, Level
from domain.complaint import BadInput, Flaw
from domain.directory import under
from domain.errors import NotFit
from domain.permissions import FOR_A_SYSTEM
from rulebook.walking import read_walk_limits
from store.database import transaction_time
from store.evidence.audit import NOBODY, Action, note
from store.evidence.looks import note_refused
from store.people.stays import digest
from store.tables import TokenRow, UnitRow

LASTS_AT_MOST = timedelta(days=365)
"""How long a token may be used, and is unless somebody says shorter (default)."""

SECRET_BYTES = 32
"""256 bits by the machine's own chance."""

PREFIX = "redress_"
"""How every secret begins, so that one that lies about can be found and recognised."""

USE_NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept (default): a write for each request would tell no more."""

NAME_OF_A_SYSTEM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""It stands in journals and in keys, so it is small and speaks of no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token is for, and how it stands. The secret is not part of it."""

    id: str
    system: str
    units: tuple[str, ...]
    channels: tuple[Channel, ...]
    first_owner: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def actor(self) -> System:
        """The system at the moment it files something."""
        return System(
            person=f"{SYSTEM}{self.system}",
            roles=FOR_A_SYSTEM,
            unit="",
            level=Level.OUTLET,  # it has no unit, so it may promise nothing anywhere
            followed_by=self.first_owner,
        )

    def in_use(self, now: datetime) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None and now < self.expires_at


def create_token(
    session: Session,
    *,
    system: str,
    units: Sequence[str],
    channels: Sequence[Channel],
    first_owner: str,
    by: Actor,
    lasts: timedelta = LASTS_AT_MOST,
    approved_by: str | None = None,
) -> tuple[Token, str]:
    """A new token and its secret, which can never be read again.

    A system may hold several, so that one can take the place of another without a gap. Raises
    `NotFit` with everything wrong at once.
    """
    assert timedelta(0) < lasts <= LASTS_AT_MOST
    require_fit_token(session, system=system, units=units)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = TokenRow(
        id=f"t-{secrets.token_hex(6)}",
        token_hash=digest(secret),
        system=system,
        units=list(units),
        channels=[channel.value for channel in channels],
        first_owner=first_owner,
        created_by=by.person,
        expires_at=transaction_time(session) + lasts,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    agreed = {"approved_by": approved_by} if approved_by else {}
    note(session, Action.TOKEN_CREATED, by=by.person, subject=row.id, system=system, **agreed)
    return _token(row), secret


def require_fit_token(session: Session, *, system: str, units: Sequence[str]) -> None:
    """Raises `NotFit` with everything wrong with what a token is to be for."""
    units_there = session.execute(select(UnitRow.id, UnitRow.is_closed))
    closed = {row.id: row.is_closed for row in units_there}
    flaws = [Flaw.of(unit, BadInput.NO_SUCH_UNIT) for unit in units if unit not in closed]
    flaws += [Flaw.of(unit, BadInput.UNIT_CLOSED) for unit in units if closed.get(unit)]
    if not NAME_OF_A_SYSTEM.fullmatch(system):
        flaws.append(Flaw.of("system", BadInput.NOT_A_NAME))
    if flaws:
        raise NotFit(flaws)


def read_tokens(session: Session) -> tuple[Token, ...]:
    """Every token there ever was, by system, the newest first."""
    rows = session.scalars(
        select(TokenRow).order_by(TokenRow.system, TokenRow.created_at.desc(), TokenRow.id)
    )
    return tuple(_token(row) for row in rows)


def revoke_token(session: Session, token: str, by: Actor) -> bool:
    """Let a token open nothing from now on; False when there is none of that id in force."""
    revoked = session.scalar(
        update(TokenRow)
        .where(TokenRow.id == token, TokenRow.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_by=by.person)
        .returning(TokenRow.system)
    )
    if revoked is None:
        return False
    note(session, Action.TOKEN_REVOKED, by=by.person, subject=token, system=revoked)
    return True


def is_in_use(session: Session, secret: str) -> str | None:
    """The id of the token of this secret, while it opens the door."""
    return session.scalar(
        select(TokenRow.id).where(
            TokenRow.token_hash == digest(secret),
            TokenRow.revoked_at.is_(None),
            TokenRow.expires_at > func.now(),
        )
    )


def use_token(session: Session, secret: str) -> Token | None:
    """The token of this secret; None when it opens nothing (any more), which is noted.

    Why is in the audit trail and nowhere else, as with log-ins.
    """
    row = session.scalar(select(TokenRow).where(TokenRow.token_hash == digest(secret)))
    if row is None:
        note(session, Action.TOKEN_REFUSED, by=NOBODY, why="unknown")
        return None
    token, now = _token(row), transaction_time(session)
    if not token.in_use(now):
        why = "expired" if token.revoked_at is None else "revoked"
        note(session, Action.TOKEN_REFUSED, by=token.actor.person, subject=token.id, why=why)
        return None
    session.execute(
        update(TokenRow)
        .where(TokenRow.id == token.id)
        .where(or_(TokenRow.last_used_at.is_(None), TokenRow.last_used_at < now - USE_NOTED_EVERY))
        .values(last_used_at=now)
    )
    return token


def units_of(session: Session, token: Token) -> frozenset[str]:
    """The units a token is for: those it names and all below them."""
    parents = {row.id: row.parent for row in session.execute(select(UnitRow.id, UnitRow.parent))}
    return frozenset().union(*(under(parents, each) for each in token.units))


def may_file(session: Session, token: Token, channel: Channel | None, unit: str | None) -> bool:
    """Whether a token is for complaints by this channel against this unit or one above it that it
    names; if not, that is noted. What is not known says nothing against it. A unit that is not
    there is none of its units: whether there is one, a system learns of its own units alone.
    """
    fits = channel is None or channel in token.channels
    if fits and (unit is None or unit in units_of(session, token)):
        return True
    note_beyond(session, token, subject=unit or "")
    return False


def note_beyond(session: Session, token: Token, *, subject: str) -> None:
    """Write down that a system asked for what its token is not for."""
    note_refused(
        session,
        Action.BEYOND_TOKEN,
        read_walk_limits(),
        by=token.actor.person,
        subject=subject,
        token=token.id,
    )


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        system=row.system,
        units=tuple(row.units),
        channels=tuple(Channel(channel) for channel in row.channels),
        first_owner=row.first_owner,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
