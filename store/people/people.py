"""People who log in: who they are, and the one-time links they set a password by."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from domain.addresses import is_address
from domain.case import Actor
from domain.classification import Level, Role
from domain.complaint import BadInput, Flaw, Language
from domain.errors import NotFit
from store.people.passwords import keep_password
from store.people.stays import digest
from store.tables import InvitationRow, PersonRow, UnitRow

LINK_LASTS = timedelta(days=3)
"""How long an invitation may be used (default)."""


class InvitationSpent(LookupError):
    """The link was used, has run out, never was one, or is for somebody who has left."""


def create_person(
    session: Session,
    *,
    login: str,
    name: str,
    unit: str,
    roles: Sequence[Role],
    email: str = "",
    language: Language = Language.ZH,
    on_duty: bool = False,
) -> str:
    """Somebody new, without a password yet; returns the person's id.

    The id says nothing about the person, since it travels where names may not: into workflow
    histories and logs. Raises `NotFit` when the login is taken,
    there is no such unit, or no mail can be written to the address.
    """
    flaws = []
    if not login.strip():
        flaws.append(Flaw.of("login", BadInput.EMPTY))
    if session.scalar(select(PersonRow.id).where(PersonRow.login == login)) is not None:
        flaws.append(Flaw.of("login", BadInput.TAKEN))
    if session.get(UnitRow, unit) is None:
        flaws.append(Flaw.of("unit", BadInput.NO_SUCH_UNIT))
    if email and not is_address(email):
        flaws.append(Flaw.of("email", BadInput.NOT_AN_EMAIL))
    if flaws:
        raise NotFit(flaws)
    person = PersonRow(
        id=f"p-{secrets.token_hex(6)}",
        login=login,
        name=name,
        email=email,
        unit=unit,
        roles=[role.value for role in roles],
        language=language,
        on_duty=on_duty,
    )
    session.add(person)
    session.flush()
    return person.id


def find_person(session: Session, login: str, units: Collection[str] | None = None) -> str | None:
    """The id of whoever logs in, or did, under this name; of these units, where any are named."""
    wanted = select(PersonRow.id).where(PersonRow.login == login)
    if units is not None:
        wanted = wanted.where(PersonRow.unit.in_(units))
    return session.scalar(wanted)


def find_colleague(session: Session, login: str) -> str | None:
    """The id of whoever logs in under this name and works here still."""
    return session.scalar(select(PersonRow.id).where(PersonRow.login == login, PersonRow.active))


def actor_of(session: Session, person: str) -> Actor:
    """Somebody as the directory has them now, ready to act. Raises `NoResultFound` for nobody."""
    return actor_in(session.execute(SOMEBODY, {"person": person}).one())


SOMEBODY = (
    select(PersonRow.id, PersonRow.roles, PersonRow.unit, UnitRow.level)
    .join(UnitRow, UnitRow.id == PersonRow.unit)
    .where(PersonRow.id == bindparam("person"))
)
"""Whoever `person` names, as `actor_in` reads them. Written once: every page asks."""


def actor_in(row: Row[*tuple[Any, ...]]) -> Actor:
    """Somebody whom `SOMEBODY` has found."""
    return Actor(
        person=row.id,
        roles=tuple(Role(role) for role in row.roles),
        unit=row.unit,
        level=Level(row.level),
    )


def create_invitation(session: Session, person: str) -> str:
    """The secret of a new one-time link; links made before for the same person stop working.

    Only its hash is kept, so whoever reads the table can use none.
    """
    session.execute(
        delete(InvitationRow).where(InvitationRow.person == person, InvitationRow.used_at.is_(None))
    )
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(InvitationRow).values(
            token_hash=digest(token), person=person, expires_at=func.now() + LINK_LASTS
        )
    )
    return token


def without_a_password(session: Session) -> Sequence[PersonRow]:
    """Who works here and has never set a password, by login."""
    newcomers = select(PersonRow).where(PersonRow.active, PersonRow.password_hash.is_(None))
    return session.scalars(newcomers.order_by(PersonRow.login)).all()


def invited(session: Session, token: str, *, for_use: bool = False) -> str:
    """The person an unused link is for, who works here; raises `InvitationSpent`."""
    unused = (
        select(InvitationRow.person)
        .join(PersonRow, PersonRow.id == InvitationRow.person)
        .where(
            InvitationRow.token_hash == digest(token),
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > func.now(),
            PersonRow.active,
        )
    )
    person = session.scalar(unused.with_for_update(of=InvitationRow) if for_use else unused)
    if person is None:
        raise InvitationSpent
    return person


def use_invitation(session: Session, token: str, password_hash: str) -> str:
    """Keep a first password by a one-time link; returns the person's id. Raises `InvitationSpent`.

    It comes judged and hashed, since whatever is done from here on holds the link.
    """
    # Held until the commit, so of two who use the link at once the second finds it used.
    person = invited(session, token, for_use=True)
    keep_password(session, person, password_hash)
    session.execute(
        update(InvitationRow)
        .where(InvitationRow.token_hash == digest(token))
        .values(used_at=func.now())
    )
    return person
