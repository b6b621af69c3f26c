"""The bank's directory as the domain sees it: people who left are not in it."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from domain.classification import Level, Role
from domain.directory import Directory
from store.database import close_database, open_database
from store.people.directory import directory_above, read_directory
from store.tables import PersonRow
from tests.bank import SMALL
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def session(new_database: Callable[[], str]) -> Iterator[Session]:
    """A bank that nobody else sees."""
    sessions = open_database(new_database(), personal_keys=PERSONAL_KEYS)
    with sessions() as session:
        a_bank(session)
        yield session
    close_database(sessions)


def above_the_outlet(session: Session) -> Directory:
    return directory_above(session, "harbour-outlet")


LONG_AGO = date(2026, 1, 5)
"""The first day of an absence whose end nobody knows."""

both_ways = pytest.mark.parametrize("read", [read_directory, above_the_outlet])
"""Who hears must not depend on whether the whole directory was read or the part that matters."""

Read = Callable[[Session], Directory]


def test_units_and_people_come_as_they_are(session: Session) -> None:
    directory = read_directory(session)
    assert directory.units.keys() == SMALL.units.keys()
    assert directory.people.keys() == SMALL.people.keys()
    assert directory.units["harbour-outlet"].level is Level.OUTLET
    assert directory.people["sun"].roles == (Role.SUPERVISOR,)


def test_the_part_above_a_unit_holds_its_line_and_no_plain_handler(session: Session) -> None:
    directory = above_the_outlet(session)
    assert directory.units.keys() == {"harbour-outlet", "east-branch", "head-office"}
    assert directory.people.keys() == {"sun", "hong", "lin", "ada", "alma"}


@both_ways
def test_the_line_of_a_unit_ends_at_the_head_office(session: Session, read: Read) -> None:
    line = ["harbour-outlet", "east-branch", "head-office"]
    assert list(read(session).line_of("harbour-outlet")) == line


@both_ways
def test_somebody_who_left_cannot_be_told(session: Session, read: Read) -> None:
    session.get_one(PersonRow, "hong").active = False
    session.flush()
    assert read(session).receiver(Role.HR, "harbour-outlet") is None


@both_ways
def test_the_deputy_hears_for_somebody_who_is_away(session: Session, read: Read) -> None:
    hong = session.get_one(PersonRow, "hong")
    hong.absent_from, hong.deputy = LONG_AGO, "han"
    session.flush()
    assert read(session).receiver(Role.HR, "harbour-outlet") == "han"


@both_ways
def test_the_deputy_of_a_deputy_hears_when_both_are_away(session: Session, read: Read) -> None:
    hong, han = session.get_one(PersonRow, "hong"), session.get_one(PersonRow, "han")
    hong.absent_from, hong.deputy = LONG_AGO, "han"
    han.absent_from, han.deputy = LONG_AGO, "hugo"
    session.flush()
    assert read(session).receiver(Role.HR, "harbour-outlet") == "hugo"


@both_ways
def test_deputies_in_a_circle_are_no_endless_search(session: Session, read: Read) -> None:
    hong, han = session.get_one(PersonRow, "hong"), session.get_one(PersonRow, "han")
    hong.absent_from, hong.deputy = LONG_AGO, "han"
    han.absent_from, han.deputy = LONG_AGO, "hong"
    session.flush()
    assert read(session).receiver(Role.HR, "harbour-outlet") is None


@both_ways
def test_the_duty_roster_hears_when_nobody_holds_the_role(session: Session, read: Read) -> None:
    session.get_one(PersonRow, "hong").absent_from = LONG_AGO
    session.get_one(PersonRow, "ines").on_duty = True
    session.flush()
    assert read(session).receiver(Role.HR, "harbour-outlet") == "ines"
