"""Who acts: a person as the directory has them, by one maker."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import NoResultFound

from domain.classification import Level, Role
from rulebook.sign_in import read_sign_in_limits
from store.database import Sessions
from store.people.logins import find_visitor
from store.people.people import actor_of
from store.people.stays import find_stay
from store.tables import UnitRow
from tests.stays import a_stay


def test_an_actor_stands_where_the_directory_has_the_unit(sessions: Sessions) -> None:
    with sessions() as session:
        sun = actor_of(session, "sun")
        assert (sun.roles, sun.unit, sun.level) == ((Role.SUPERVISOR,), "east-branch", Level.TIER_1)
        session.execute(update(UnitRow).where(UnitRow.id == "east-branch").values(level="tier_2"))
        assert actor_of(session, "sun").level is Level.TIER_2


def test_nobody_acts_for_a_person_who_is_not_there(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(NoResultFound):
        actor_of(session, "nobody")


def test_whoever_has_logged_in_acts_from_the_same_place(sessions: Sessions) -> None:
    with sessions() as session:
        stay = find_stay(session, a_stay(session, "sun"), read_sign_in_limits())
        assert stay is not None
        sun = find_visitor(session, stay)
        assert sun.actor == actor_of(session, "sun")
        assert (sun.id, sun.unit, sun.roles) == ("sun", "east-branch", (Role.SUPERVISOR,))
