"""Forms that were not taken: sent when a stay was over, sealed under a key that only the browser
has; or not sent yet, kept while somebody types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.approvals import ApprovalOutcome
from domain.statuses import CommandStatus
from store.people.stays import digest
from store.tables import ApprovalRow, CommandRow, ComplaintRow, KeptFormRow, table_of


def keep_form(
    session: Session,
    key: str,
    person: str,
    sealed: bytes,
    lasts: timedelta,
    *,
    reference: str | None,
) -> None:
    """Keep one that was sent, which may be about a case; those whose time is over go."""
    let_go_of_what_is_over(session)
    session.execute(
        insert(KeptFormRow).values(
            key_hash=digest(key),
            person=person,
            sealed=sealed,
            reference=reference,
            ends_at=func.now() + lasts,
        )
    )


def find_form(session: Session, key: str, person: str) -> bytes | None:
    """What this person's browser has the key to."""
    return session.scalar(
        select(KeptFormRow.sealed).where(
            KeptFormRow.key_hash == digest(key), KeptFormRow.person == person, _goes_on()
        )
    )


def is_kept(session: Session, key: str) -> bool:
    """Whether a form is kept under this key, for whomever."""
    wanted = select(KeptFormRow.key_hash).where(KeptFormRow.key_hash == digest(key), _goes_on())
    return session.scalar(wanted) is not None


def forget_form(session: Session, key: str) -> None:
    """It was sent, or is not wanted any more."""
    session.execute(delete(KeptFormRow).where(KeptFormRow.key_hash == digest(key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAt:
    """When a form was kept last while somebody typed, and how often."""

    reference: str | None
    """The case it is about, if it is."""
    kept_at: datetime
    revision: int


def keep_typed(
    session: Session,
    name: str,
    person: str,
    sealed: bytes,
    lasts: timedelta,
    *,
    reference: str | None,
    typed_on: str,
    shown: int,
    at_most: int,
) -> TypedAt | None:
    """Keep a form that is being typed, in place of what was kept of it before; None when that is
    something else than what its page showed or kept itself, and stays. Beyond so many of one person
    the oldest go.

    :param name: whose it is and which, as a digest
    :param typed_on: the key of the page it is typed on
    :param shown: the revision that page began with; 0 for none
    """
    let_go_of_what_is_over(session)
    now = {
        "sealed": sealed,
        "kept_at": func.now(),
        "ends_at": func.now() + lasts,
        "typed_on": typed_on,
    }
    row = session.execute(
        insert(KeptFormRow)
        .values(key_hash=name, person=person, reference=reference, **now)
        .on_conflict_do_update(
            index_elements=["key_hash"],
            set_={**now, "revision": KeptFormRow.revision + 1},
            where=or_(KeptFormRow.typed_on == typed_on, KeptFormRow.revision == shown),
        )
        .returning(KeptFormRow.kept_at, KeptFormRow.revision)
    ).one_or_none()
    if row is None:
        return None
    newest = (
        select(KeptFormRow.key_hash)
        .where(_is_typed_by(person))
        .order_by(KeptFormRow.kept_at.desc(), KeptFormRow.key_hash)
        .limit(at_most)
    )
    session.execute(
        delete(KeptFormRow).where(_is_typed_by(person), KeptFormRow.key_hash.not_in(newest))
    )
    return TypedAt(reference=reference, kept_at=row.kept_at, revision=row.revision)


def typed_by(session: Session, person: str) -> Mapping[str, TypedAt]:
    """What is kept of forms that somebody has begun and not sent, by name."""
    rows = session.execute(
        select(
            KeptFormRow.key_hash, KeptFormRow.reference, KeptFormRow.kept_at, KeptFormRow.revision
        )
        .where(_is_typed_by(person), _goes_on())
        .order_by(KeptFormRow.kept_at, KeptFormRow.key_hash)
    )
    return {
        row.key_hash: TypedAt(reference=row.reference, kept_at=row.kept_at, revision=row.revision)
        for row in rows
    }


def find_typed(session: Session, name: str, person: str) -> bytes | None:
    """One of them."""
    return session.scalar(
        select(KeptFormRow.sealed).where(
            KeptFormRow.key_hash == name, _is_typed_by(person), _goes_on()
        )
    )


def forget_typed(session: Session, name: str, person: str) -> None:
    """It was sent, or thrown away."""
    forms = table_of(KeptFormRow)
    session.execute(delete(forms).where(forms.c.key_hash == name, _is_typed_by(person)))


def was_taken(session: Session, key: str) -> bool:
    """Whether what was sent under this key was taken: registered, done, or waiting for the engine
    or for a second person. What was refused may be typed on."""
    asked = select(literal(1)).where(
        or_(
            select(CommandRow.id)
            .where(CommandRow.id == key, CommandRow.status != CommandStatus.REFUSED)
            .exists(),
            select(ApprovalRow.id).where(ApprovalRow.id == key, _may_come_of_it()).exists(),
            select(ComplaintRow.reference).where(ComplaintRow.intake_key == key).exists(),
        )
    )
    return session.scalar(asked) is not None


def _may_come_of_it() -> ColumnElement[bool]:
    return or_(ApprovalRow.outcome.is_(None), ApprovalRow.outcome == ApprovalOutcome.APPROVED.value)


def _is_typed_by(person: str) -> ColumnElement[bool]:
    return (KeptFormRow.person == person) & KeptFormRow.typed_on.is_not(None)


def _goes_on() -> ColumnElement[bool]:
    return KeptFormRow.ends_at > func.now()


def let_go_of_what_is_over(session: Session) -> None:
    """Delete what nobody can come back to any more."""
    session.execute(delete(KeptFormRow).where(~_goes_on()))
