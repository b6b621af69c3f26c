"""Stays: from one log-in until its end. The cookie holds a key to one and says nothing itself, so a
stay ends where it is kept, at once and for good.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.sign_in import SignInLimits, Stage
from store.tables import KnownBrowserRow, PersonRow, StayRow

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last page asked for is kept (default): a write for each would tell no more."""

KEPT_AFTER_THE_END = timedelta(days=7)
"""How long one can still tell whose stay a cookie was the key to (default)."""

LONGEST_BROWSER = 80
"""Characters of what a browser says it is (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody comes from."""

    address: str
    browser: str = ""
    """Its name and system, as it says itself."""
    token: str = ""
    """The token of a browser somebody has logged in from; empty for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One stay, as its owner sees it in the list."""

    id: str
    person: str
    stage: Stage
    address: str
    browser: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


_GOING_ON = select(StayRow).where(
    StayRow.ended_at.is_(None),
    StayRow.ends_at > func.now(),
    StayRow.seen_at > func.now() - bindparam("idle", type_=Interval),
)
"""Stays in which somebody has asked for something within the time `idle`."""

_BY_ITS_KEY = _GOING_ON.join(PersonRow, PersonRow.id == StayRow.person).where(
    StayRow.key_hash == bindparam("key_hash"), PersonRow.active
)
"""Written once: every page asks."""


def begin_stay(
    session: Session, person: str, place: Place, stage: Stage, limits: SignInLimits
) -> str:
    """Begin a stay; returns its key, which is kept nowhere."""
    key = secrets.token_urlsafe(32)
    lasts = limits.stay if stage is Stage.IN else timedelta(minutes=limits.code_minutes)
    session.execute(
        insert(StayRow).values(
            id=f"l-{secrets.token_hex(6)}",
            key_hash=digest(key),
            person=person,
            stage=stage,
            address=place.address,
            browser=place.browser[:LONGEST_BROWSER],
            ends_at=func.now() + lasts,
        )
    )
    session.execute(delete(StayRow).where(StayRow.ends_at < func.now() - KEPT_AFTER_THE_END))
    return key


def find_stay(session: Session, key: str, limits: SignInLimits) -> Stay | None:
    """The stay a key opens; None when it is over, or its person comes in no more."""
    row = session.scalar(_BY_ITS_KEY, {"key_hash": digest(key), "idle": limits.idle})
    return _stay(row) if row else None


def whose_stay(session: Session, key: str) -> str | None:
    """Whose stay this was the key to, also when it is over; None when nobody knows any more."""
    return session.scalar(select(StayRow.person).where(StayRow.key_hash == digest(key)))


def was_seen(session: Session, stay: Stay) -> None:
    """Something was asked for in it just now."""
    session.execute(update(StayRow).where(StayRow.id == stay.id).values(seen_at=func.now()))


def must_note_seen(stay: Stay, now: datetime) -> bool:
    """Whether that is worth a write."""
    return now - stay.seen_at >= SEEN_EVERY


def stays_of(session: Session, person: str, limits: SignInLimits) -> Sequence[Stay]:
    """Where somebody is logged in, the last seen first."""
    rows = session.scalars(
        _GOING_ON.where(StayRow.person == person, StayRow.stage == Stage.IN).order_by(
            StayRow.seen_at.desc(), StayRow.id
        ),
        {"idle": limits.idle},
    )
    return [_stay(row) for row in rows]


def end_stay(session: Session, person: str, stay: str) -> bool:
    """End one stay of this person; False when there is none of that id."""
    ended = session.scalar(
        update(StayRow)
        .where(StayRow.person == person, StayRow.id == stay, StayRow.ended_at.is_(None))
        .values(ended_at=func.now())
        .returning(StayRow.id)
    )
    return ended is not None


def end_stays(session: Session, people: Sequence[str], *, but: str = "") -> None:
    """Log these people out wherever they are logged in, but for one stay."""
    session.execute(
        update(StayRow)
        .where(StayRow.person.in_(people), StayRow.ended_at.is_(None), StayRow.id != but)
        .values(ended_at=func.now())
    )


def know_browser(session: Session, person: str, place: Place, limits: SignInLimits) -> str:
    """Know this browser as one this person has logged in from; returns its token, a new one for a
    new browser.
    """
    token = place.token or secrets.token_urlsafe(32)
    used = {"address": place.address, "used_at": func.now()}
    session.execute(
        insert(KnownBrowserRow)
        .values(token_hash=digest(token), person=person, **used)
        .on_conflict_do_update(index_elements=["token_hash", "person"], set_=used)
    )
    too_old = func.now() - timedelta(days=limits.known_browser_days)
    session.execute(delete(KnownBrowserRow).where(KnownBrowserRow.used_at < too_old))
    return token


def knows(session: Session, login: str, place: Place, limits: SignInLimits) -> tuple[bool, bool]:
    """Whether whoever logs in under this name has done so from this browser, and whether from this
    address. One question, whether or not there is such a name.
    """
    known = (
        select(KnownBrowserRow.token_hash, KnownBrowserRow.address, KnownBrowserRow.used_at)
        .join(PersonRow, PersonRow.id == KnownBrowserRow.person)
        .where(PersonRow.login == login)
        .subquery()
    )
    since = func.now() - timedelta(days=limits.known_address_days)
    browser, address = session.execute(
        select(
            func.count().filter(known.c.token_hash == digest(place.token)),
            func.count().filter(known.c.address == place.address, known.c.used_at >= since),
        ).select_from(known)
    ).one()
    return bool(place.token and browser), bool(address)


def digest(secret: str) -> str:
    """Secrets of ours are long and random, so a plain digest cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _stay(row: StayRow) -> Stay:
    return Stay(
        id=row.id,
        person=row.person,
        stage=Stage(row.stage),
        address=row.address,
        browser=row.browser,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
    )
