"""A database that is quick to end what idles in a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg2.extensions
from sqlalchemy import event

from store.database import Sessions


@contextmanager
def ended_after(sessions: Sessions, idle: timedelta) -> Iterator[None]:
    """Meanwhile, each connection of these sessions that idles for longer in a transaction ends."""

    def hurry(connection: psycopg2.extensions.connection, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"set idle_in_transaction_session_timeout = '{idle.total_seconds()}s'")
        connection.commit()

    engine = sessions.kw["bind"]
    engine.dispose()
    event.listen(engine, "connect", hurry)
    yield
    event.remove(engine, "connect", hurry)
    engine.dispose()
