"""People, their first passwords and the links they set them by, on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.classification import Role
from domain.complaint import BadInput
from domain.errors import NotFit
from store.database import close_database, open_database
from store.people.passwords import fits, hashed, set_password
from store.people.people import (
    InvitationSpent,
    create_invitation,
    create_person,
    use_invitation,
)
from store.tables import InvitationRow, PersonRow, StayRow
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS
from tests.stays import a_stay

A_PASSWORD = "four plain words here"
A_HASH = hashed(A_PASSWORD)


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], str]) -> Iterator[Session]:
    """A database with a bank in it, seen from one session."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with sessions() as session:
        a_bank(session)
        yield session
    close_database(sessions)


def a_newcomer(session: Session, login: str) -> str:
    return create_person(
        session, login=login, name="A Newcomer", unit="hotline", roles=[Role.ADMINISTRATOR]
    )


def test_the_id_of_a_person_says_nothing_about_them(bank: Session) -> None:
    person = a_newcomer(bank, "nadia")
    assert "nadia" not in person


def test_a_login_is_given_to_one_person_only(bank: Session) -> None:
    a_newcomer(bank, "twice")
    with pytest.raises(NotFit) as refused:
        create_person(bank, login="twice", name="Another", unit="nowhere", roles=[])
    assert [fault.says for fault in refused.value.faults] == [
        BadInput.TAKEN,
        BadInput.NO_SUCH_UNIT,
    ]


def test_somebody_is_not_given_an_address_that_no_mail_can_be_written_to(bank: Session) -> None:
    with pytest.raises(NotFit) as refused:
        create_person(
            bank, login="nina", name="Nina", unit="hotline", roles=[], email="nina@example.com."
        )
    assert [(each.where, each.says) for each in refused.value.faults] == [
        ("email", BadInput.NOT_AN_EMAIL)
    ]


def test_a_password_is_kept_as_its_hash_and_ends_the_stays_before_it(bank: Session) -> None:
    person = a_newcomer(bank, "hash")
    a_stay(bank, person)
    set_password(bank, person, A_PASSWORD)
    row = bank.get_one(PersonRow, person, populate_existing=True)
    assert row.password_hash is not None
    assert row.password_hash.startswith("$argon2id$")
    assert fits(row.password_hash, A_PASSWORD)
    still_open = StayRow.person == person, StayRow.ended_at.is_(None)
    assert bank.scalar(select(func.count()).where(*still_open)) == 0


def test_a_link_works_once(bank: Session) -> None:
    person = a_newcomer(bank, "once")
    token = create_invitation(bank, person)
    assert use_invitation(bank, token, A_HASH) == person
    with pytest.raises(InvitationSpent):
        use_invitation(bank, token, A_HASH)


def test_a_link_runs_out_and_a_newer_one_replaces_it(bank: Session) -> None:
    person = a_newcomer(bank, "late")
    replaced = create_invitation(bank, person)
    token = create_invitation(bank, person)
    with pytest.raises(InvitationSpent):
        use_invitation(bank, replaced, A_HASH)
    bank.execute(
        update(InvitationRow)
        .where(InvitationRow.person == person)
        .values(expires_at=func.now() - timedelta(seconds=1))
    )
    with pytest.raises(InvitationSpent):
        use_invitation(bank, token, A_HASH)


def test_a_link_is_of_no_use_to_who_has_left(bank: Session) -> None:
    person = a_newcomer(bank, "gone")
    token = create_invitation(bank, person)
    bank.execute(update(PersonRow).where(PersonRow.id == person).values(active=False))
    with pytest.raises(InvitationSpent):
        use_invitation(bank, token, A_HASH)
    assert bank.scalar(select(PersonRow.password_hash).where(PersonRow.id == person)) is None


def test_a_link_cannot_be_read_out_of_the_table(bank: Session) -> None:
    token = create_invitation(bank, a_newcomer(bank, "table"))
    assert token not in bank.scalars(select(InvitationRow.token_hash)).all()
