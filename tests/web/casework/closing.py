"""Units that are closed down for as long as a test looks at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from store.database import Sessions
from store.people.records import read_records, save_units


@contextmanager
def closed_down(sessions: Sessions, name: str) -> Iterator[None]:
    """For as long as it lasts."""
    with sessions.begin() as session:
        before = read_records(session)
        save_units(session, [replace(before.units[name], is_closed=True)], before, by="ada")
    yield
    with sessions.begin() as session:
        save_units(session, [before.units[name]], read_records(session), by="ada")
