"""A small bank of a file's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import update

from store.database import Sessions, close_database, open_database
from store.tables import PersonRow
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS


@contextmanager
def a_bank_in_english(database: str) -> Iterator[Sessions]:
    """Its people, all of whom read English."""
    sessions = open_database(database, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
        session.execute(update(PersonRow).values(language="en"))
    yield sessions
    close_database(sessions)
