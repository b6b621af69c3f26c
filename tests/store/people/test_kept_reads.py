"""Everybody who works here is read again when somebody changes, and not before."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

from rulebook.staffing import today_in_the_bank
from store.database import Sessions, close_database, open_database
from store.people import directory
from store.people.bank import read_bank
from store.people.directory import read_directory
from store.tables import PersonRow
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def sessions(url: str) -> Iterator[Sessions]:
    """A process that has read its bank."""
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
    with sessions() as session:
        assert read_bank(session).people["han"].name
    yield sessions
    close_database(sessions)


@pytest.fixture
def elsewhere(url: str) -> Iterator[Sessions]:
    """Another process."""
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


def test_what_has_not_changed_is_not_read_again(sessions: Sessions) -> None:
    with sessions() as first, sessions() as second:
        assert read_bank(first) is read_bank(second)
        assert read_directory(first) is read_directory(second)


def test_a_change_made_elsewhere_is_seen_by_the_next_page(
    sessions: Sessions, elsewhere: Sessions
) -> None:
    with elsewhere.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "han").values(name="Han Mei"))
    with sessions() as session:
        assert read_bank(session).people["han"].name == "Han Mei"


def test_one_who_has_gone_and_one_who_came_are_seen(
    sessions: Sessions, elsewhere: Sessions
) -> None:
    with elsewhere.begin() as session:
        session.execute(delete(PersonRow).where(PersonRow.id == "han"))
        session.add(PersonRow(id="new", login="new", name="New", unit="harbour-outlet", roles=[]))
    with sessions() as session:
        people = read_bank(session).people.keys()
    assert "han" not in people
    assert "new" in people


def test_changes_of_a_transaction_that_goes_on_are_seen_in_it_and_nowhere_else(
    sessions: Sessions,
) -> None:
    with sessions() as changing, sessions() as looking:
        for name in ("Han Yi", "Han Er"):
            changing.execute(update(PersonRow).where(PersonRow.id == "han").values(name=name))
            assert read_bank(changing).people["han"].name == name
        before = read_bank(looking).people["han"].name
        changing.rollback()
        assert read_bank(changing).people["han"].name == before


def test_who_is_away_from_today_is_away_though_no_row_has_changed(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = today_in_the_bank() + timedelta(days=1)
    with sessions.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.id == "han").values(absent_from=tomorrow))
        assert not read_directory(session).people["han"].away

    def the_day_after() -> date:
        return tomorrow

    monkeypatch.setattr(directory, "today_in_the_bank", the_day_after)
    with sessions() as session:
        assert read_directory(session).people["han"].away
