"""Both engines of this installation, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from config import load_settings
from engine.connection import TemporalConnection, connect
from store.database import Sessions, close_database, open_database


@contextmanager
def both_engines() -> Iterator[tuple[Sessions, TemporalConnection]]:
    """PostgreSQL and Temporal as the settings name them; both are given back at the end."""
    settings = load_settings()
    sessions = open_database(
        settings.database_url,
        journal_key=settings.journal_key,
        personal_keys=settings.personal_keys,
    )
    temporal = TemporalConnection(lambda: connect(settings))
    try:
        yield sessions, temporal
    finally:
        temporal.close()
        close_database(sessions)
