"""LISTEN and NOTIFY: a relay sleeps until a transaction with an outbox message has committed."""

import asyncio
import select

import psycopg2
import psycopg2.extensions
from sqlalchemy.engine import make_url

from store.database import REACHING
from store.outbox.messages import CHANNEL, MessageKind


class Wakeups:
    """Listens for messages. A lost connection only makes the relay look less promptly."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(False)
        self._connection: psycopg2.extensions.connection | None = None

    async def wait(self, at_most: float) -> set[MessageKind]:
        """Until a message is stored, or so many seconds have passed; of what kinds there are new
        ones."""
        return await asyncio.to_thread(self._wait, at_most)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _wait(self, at_most: float) -> set[MessageKind]:
        try:
            connection = self._listening()
            if select.select([connection], [], [], at_most)[0]:
                connection.poll()
            heard = {MessageKind(each.payload) for each in connection.notifies}
            connection.notifies.clear()
        except (psycopg2.Error, OSError, ValueError):
            self._connection = None
            select.select([], [], [], at_most)
            return set()
        return heard

    def _listening(self) -> psycopg2.extensions.connection:
        if self._connection is None or self._connection.closed:
            connection = psycopg2.connect(self._url, **REACHING)
            connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(f"listen {CHANNEL}")
            self._connection = connection
        return self._connection
