"""The bank's directory as the domain sees it: people who left are not in it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from store.database import close_database, open_database
from store.directory import read_directory
from store.tables import PersonRow
from tests.builders import PEOPLE, UNITS, a_bank


@pytest.fixture
def session(new_database: Callable[[], str]) -> Iterator[Session]:
    """A bank that nobody else sees."""
    sessions = open_database(new_database())
    with sessions() as session:
        a_bank(session)
        yield session
    close_database(sessions)


def test_units_and_people_come_as_they_are(session: Session) -> None:
    directory = read_directory(session)
    assert directory.units.keys() == UNITS.keys()
    assert directory.people.keys() == PEOPLE.keys()
    assert directory.units["harbour-outlet"].level is Level.OUTLET
    assert directory.people["sun"].roles == (Role.SUPERVISOR,)
    assert list(directory.line_of("harbour-outlet")) == [
        "harbour-outlet", "east-branch", "head-office",
    ]  # fmt: skip


def test_somebody_who_left_cannot_be_told(session: Session) -> None:
    session.get_one(PersonRow, "hong").active = False
    session.flush()
    assert read_directory(session).receiver(Role.HR, "harbour-outlet") is None


def test_the_deputy_hears_for_somebody_who_is_away(session: Session) -> None:
    hong = session.get_one(PersonRow, "hong")
    hong.away, hong.deputy = True, "ada"
    session.flush()
    assert read_directory(session).receiver(Role.HR, "harbour-outlet") == "ada"


def test_the_duty_roster_hears_when_nobody_holds_the_role(session: Session) -> None:
    session.get_one(PersonRow, "hong").away = True
    session.get_one(PersonRow, "ines").on_duty = True
    session.flush()
    assert read_directory(session).receiver(Role.HR, "harbour-outlet") == "ines"
