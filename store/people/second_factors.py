"""Second factors: an authenticator each, whose codes open once, and codes to recover by."""

import secrets
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from store.people.stays import digest
from store.tables import PersonRow, RecoveryCodeRow, SecondFactorRow

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of recovery codes: none that is taken for another."""

PIECES = 4
"""Of four letters each: far beyond what can be guessed, so a plain digest is kept."""


def sealed_secret_of(session: Session, person: str) -> bytes | None:
    """The sealed secret of somebody's authenticator; None when they have none."""
    return session.scalar(select(SecondFactorRow.sealed).where(SecondFactorRow.person == person))


def without_one(session: Session, people: Collection[str]) -> Sequence[str]:
    """Those of these people who have no second factor."""
    have = select(SecondFactorRow.person)
    wanted = select(PersonRow.id).where(PersonRow.id.in_(people), PersonRow.id.not_in(have))
    return session.scalars(wanted).all()


def set_factor(session: Session, person: str, sealed: bytes, step: int) -> None:
    """Have this authenticator from now on, and none before it; the code of this step was used."""
    values = {"sealed": sealed, "last_step": step, "set_at": func.now()}
    session.execute(
        upsert(SecondFactorRow)
        .values(person=person, **values)
        .on_conflict_do_update(index_elements=["person"], set_=values)
    )


def use_step(session: Session, person: str, step: int) -> bool:
    """Take the code of this half minute; False when it, or a later one, was used before."""
    used = session.scalar(
        update(SecondFactorRow)
        .where(SecondFactorRow.person == person, SecondFactorRow.last_step < step)
        .values(last_step=step)
        .returning(SecondFactorRow.person)
    )
    return used is not None


def make_recovery_codes(session: Session, person: str, number: int) -> Sequence[str]:
    """New codes to recover by; those made before open nothing any more."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == person))
    codes = [_a_code() for _ in range(number)]
    session.execute(
        insert(RecoveryCodeRow),
        [{"code_hash": digest(_plain(code)), "person": person} for code in codes],
    )
    return codes


def use_recovery_code(session: Session, person: str, typed: str) -> bool:
    """Take a code to recover by, once."""
    used = session.scalar(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.code_hash == digest(_plain(typed)),
            RecoveryCodeRow.person == person,
            RecoveryCodeRow.used_at.is_(None),
        )
        .values(used_at=func.now())
        .returning(RecoveryCodeRow.person)
    )
    return used is not None


def count_recovery_codes(session: Session, person: str) -> int:
    """How many have not been used."""
    unused = select(func.count()).where(
        RecoveryCodeRow.person == person, RecoveryCodeRow.used_at.is_(None)
    )
    return session.scalar(unused) or 0


def forget_factor(session: Session, person: str) -> bool:
    """Take somebody's second factor away; False when they have none."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person == person))
    forgotten = session.scalar(
        delete(SecondFactorRow)
        .where(SecondFactorRow.person == person)
        .returning(SecondFactorRow.person)
    )
    return forgotten is not None


def _a_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(PIECES))


def _plain(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").casefold()
