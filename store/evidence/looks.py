"""What is noted of looking: searches, lists and reports, with what they showed; and whoever walks
through references that are not theirs.

What somebody searched for is never written down. A keyed digest of it tells whether two searches
were for the same, and nothing else.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from domain.walking import WalkLimits
from store.database import journal_key
from store.evidence.audit import NOBODY, Action, note
from store.tables import AuditRow

SUBJECT_AT_MOST = 64
"""Characters of what was asked for that are kept in the audit (default); no reference is longer."""

REFUSED = (Action.LOOK_REFUSED, Action.BEYOND_TOKEN)
"""What counts as a step of a walk."""


class SearchKind(StrEnum):
    """What was searched for."""

    REFERENCE = "reference"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Somebody has asked, in a short time, for many things that are not theirs or not there."""

    id: int
    by: str
    at: datetime
    references: int
    address: str


def note_shown(session: Session, *, by: str, where: str, references: Sequence[str]) -> None:
    """Write down of which cases a list has shown words; nothing when of none."""
    if references:
        shown = sorted(set(references))
        note(session, Action.LISTED, by=by, where=where, shown=shown)


def note_search(
    session: Session, *, by: str, kind: SearchKind, text: str, references: Sequence[str]
) -> None:
    """Write down that somebody searched, and what was found."""
    key = hmac.digest(journal_key(session), b"search/" + _same(text), "sha256").hex()[:32]
    note(session, Action.SEARCHED, by=by, kind=kind, key=key, shown=sorted(set(references)))


def note_refused(
    session: Session, action: Action, limits: WalkLimits, *, by: str, subject: str, **facts: str
) -> None:
    """Write down that something was asked for that is not there or not theirs; and, when it is one
    of many in a short time, that somebody walks.
    """
    told = "".join(each for each in subject[:SUBJECT_AT_MOST] if each.isprintable())
    note(session, action, by=by, subject=told, **facts)
    if by != NOBODY:
        _notice_walking(session, by, limits)


def open_walks(session: Session, reader: str) -> tuple[Walk, ...]:
    """The walks that nobody has looked into yet, oldest first; nobody is told of their own."""
    looked_into = aliased(AuditRow)
    seen = exists().where(
        looked_into.action == Action.WALK_LOOKED_INTO,
        looked_into.subject == cast(AuditRow.id, String),
    )
    rows = session.scalars(
        select(AuditRow)
        .where(AuditRow.action == Action.WALKED, AuditRow.by != reader, ~seen)
        .order_by(AuditRow.id)
    )
    return tuple(
        Walk(
            id=row.id, by=row.by, at=row.at, references=row.facts["asked_for"], address=row.address
        )
        for row in rows
    )


def look_into(session: Session, walk: int, by: str) -> bool:
    """Write down that somebody has looked into a walk; False when there is none open of that id
    that they were told of.
    """
    if walk not in {each.id for each in open_walks(session, by)}:
        return False
    note(session, Action.WALK_LOOKED_INTO, by=by, subject=str(walk))
    return True


def _notice_walking(session: Session, by: str, limits: WalkLimits) -> None:
    since = func.now() - timedelta(minutes=limits.within_minutes)
    recent = (AuditRow.by == by, AuditRow.at > since)
    if session.scalar(select(exists().where(*recent, AuditRow.action == Action.WALKED))):
        return
    steps = select(func.count(AuditRow.subject.distinct()))
    asked_for = session.scalar(steps.where(*recent, AuditRow.action.in_(REFUSED))) or 0
    if asked_for >= limits.references:
        note(session, Action.WALKED, by=by, asked_for=asked_for)


def _same(text: str) -> bytes:
    """What two searches for the same have in common."""
    return " ".join(text.casefold().split()).encode("utf-8", "surrogatepass")
