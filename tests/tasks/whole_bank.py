"""The bank that the tasks of every pack happen in."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import update

from domain.complaint import Language
from store.database import Sessions, close_database, open_database
from store.tables import PersonRow
from tests.bank import WHOLE
from tests.settings import PERSONAL_KEYS


@contextmanager
def a_whole_bank(database: str) -> Iterator[Sessions]:
    """Somebody in every office of it, each with an address; the packs are published."""
    sessions = open_database(database, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        WHOLE.moves_into(session)
        address = PersonRow.id + "@bank.example"
        session.execute(update(PersonRow).values(language=Language.EN, email=address))
    yield sessions
    close_database(sessions)
