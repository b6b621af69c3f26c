"""What a connection to PostgreSQL promises: whoever waits notices when nobody is there any more."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from store.database import (
    MIGRATION_LOCK,
    DatabaseAway,
    Sessions,
    close_database,
    migrate,
    open_database,
)
from store.wakeups import Wakeups
from tests.store.vanishing import a_vanishing_way
from tests.waiting import eventually

NOTICED_WITHIN = 40.0
"""Seconds: several times what a connection needs, far less than the two hours of TCP itself."""


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def sessions(url: str) -> Iterator[Sessions]:
    """The straight way to the database."""
    sessions = open_database(url)
    yield sessions
    close_database(sessions)


def sleep_in(url: str) -> None:
    sessions = open_database(url)
    try:
        with sessions() as session:
            session.execute(text("select pg_sleep(600)"))
    finally:
        close_database(sessions)


async def test_a_database_that_vanishes_is_noticed_by_all_who_wait_for_it(
    url: str, sessions: Sessions
) -> None:
    def at_work(query: str) -> int:
        with sessions() as session:
            asked = "select count(*) from pg_stat_activity where datname = current_database()"
            return session.scalar(text(f"{asked} and query = :query"), {"query": query}) or 0

    straight = make_url(url)
    assert straight.port is not None
    # The way is closed first, so that a thread that noticed nothing ends all the same.
    with (
        ThreadPoolExecutor(2) as threads,
        sessions() as holder,
        a_vanishing_way(straight.port) as way,
    ):
        there = straight.set(port=way.port).render_as_string(False)
        bell = Wakeups(there)
        # A page that reads, a migration that waits for another, a relay that waits for its bell.
        holder.execute(text(f"select pg_advisory_lock({MIGRATION_LOCK})"))
        page = threads.submit(sleep_in, there)
        migration = threads.submit(migrate, there)
        await bell.wait(0.1)
        for query in (
            "select pg_sleep(600)",
            f"select pg_advisory_lock({MIGRATION_LOCK})",
            "listen outbox",
        ):
            await eventually(f"{query} is under way", partial(at_work, query))

        way.vanish()

        with pytest.raises(DatabaseAway):
            page.result(NOTICED_WITHIN)
        with pytest.raises(DatabaseAway):
            migration.result(NOTICED_WITHIN)

        async def listens_again() -> bool:
            await bell.wait(0.1)
            return at_work("listen outbox") == 2

        await eventually("the relay listens again", listens_again, NOTICED_WITHIN)
        bell.close()
