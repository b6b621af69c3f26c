"""The engines of this installation, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from config import Settings, load_settings
from store.database import Sessions, close_database, open_database

if TYPE_CHECKING:
    from engine.connection import TemporalConnection


@contextmanager
def records(settings: Settings) -> Iterator[Sessions]:
    """PostgreSQL as the settings name it, with the keys to journals and customers; given back at
    the end.
    """
    sessions = open_database(
        settings.database_url,
        journal_key=settings.journal_key,
        personal_keys=settings.personal_keys,
    )
    try:
        yield sessions
    finally:
        close_database(sessions)


@contextmanager
def both_engines() -> Iterator[tuple[Sessions, "TemporalConnection"]]:
    """PostgreSQL and Temporal as the settings name them; both are given back at the end."""
    # Here: a command that asks the records alone need not load Temporal's SDK.
    from engine.connection import TemporalConnection, connect

    settings = load_settings()
    with records(settings) as sessions:
        temporal = TemporalConnection(lambda: connect(settings))
        try:
            yield sessions, temporal
        finally:
            temporal.close()
