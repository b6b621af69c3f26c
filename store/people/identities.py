"""Who somebody of an identity provider is here, by the provider's own name for them for good."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store.tables import IdentityRow


def person_behind(session: Session, issuer: str, subject: str) -> str | None:
    """Who this is; None for somebody who comes for the first time."""
    return session.scalar(
        select(IdentityRow.person).where(
            IdentityRow.issuer == issuer, IdentityRow.subject == subject
        )
    )


def is_somebody_elses(session: Session, issuer: str, person: str) -> bool:
    """Whether somebody of this issuer is this person already."""
    taken = select(IdentityRow.subject).where(
        IdentityRow.issuer == issuer, IdentityRow.person == person
    )
    return session.scalar(taken) is not None


def link(session: Session, issuer: str, subject: str, person: str) -> None:
    """Know them from now on."""
    session.execute(insert(IdentityRow).values(issuer=issuer, subject=subject, person=person))
