"""What a connection to PostgreSQL promises: what it commits is on the disk, and whoever waits
notices when nobody is there any more.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

import embedded.postgres
from embedded.postgres import EmbeddedPostgres
from store.database import (
    LOGS_NO_WORDS,
    AdvisoryLock,
    DatabaseAway,
    Sessions,
    UnsafeDatabase,
    close_database,
    migrate,
    open_database,
    refuse_unsafe,
    refuse_unsafe_connection,
)
from store.outbox.wakeups import Wakeups
from tests.settings import PERSONAL_KEYS
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
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


def test_a_server_that_does_not_sync_is_refused(
    engine_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedded.postgres._SETTINGS, "fsync", "off")
    with EmbeddedPostgres(engine_folder / "unsafe") as server:
        for way in (
            migrate,
            lambda url: refuse_unsafe(open_database(url, personal_keys=PERSONAL_KEYS)),
        ):
            with pytest.raises(UnsafeDatabase, match="PostgreSQL runs with fsync = off"):
                way(server.url)


TALKATIVE = {
    "log_min_error_statement": "error",
    "log_error_verbosity": "default",
    "log_parameter_max_length_on_error": "-1",
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "0",
    "log_transaction_sample_rate": "1",
}


def test_a_server_that_would_log_what_customers_said_is_refused(
    postgres: EmbeddedPostgres, sessions: Sessions, url: str
) -> None:
    assert TALKATIVE.keys() == LOGS_NO_WORDS.keys()
    refuse_unsafe(sessions)
    close_database(sessions)
    database = make_url(url).database
    server = postgres._connect("postgres", "postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        for setting, value in TALKATIVE.items():
            cursor.execute(f"alter database {database} set {setting} = '{value}'")
            sentence = f"PostgreSQL runs with {setting} = {value}: what customers said would stand"
            with pytest.raises(UnsafeDatabase, match=sentence):
                refuse_unsafe(sessions)
            cursor.execute(f"alter database {database} reset {setting}")
    server.close()
    refuse_unsafe(sessions)


@pytest.fixture
def role_that_does_not_wait(url: str, sessions: Sessions) -> None:
    """Somebody has told our role not to wait for the disk."""
    database = make_url(url).database
    alter = f"alter role current_user in database {database} set synchronous_commit = off"
    with sessions.begin() as session:
        session.execute(text(alter))
    close_database(sessions)


@pytest.mark.usefixtures("role_that_does_not_wait")
def test_a_commit_waits_for_the_disk_whatever_the_role_was_told(sessions: Sessions) -> None:
    with sessions() as session:
        assert session.scalar(text("show synchronous_commit")) == "on"


@pytest.mark.usefixtures("role_that_does_not_wait")
def test_where_our_options_get_lost_on_the_way_the_connection_is_refused(url: str) -> None:
    without_options = psycopg2.connect(url.replace("+psycopg2", ""))  # as through some poolers
    with pytest.raises(UnsafeDatabase, match="PostgreSQL runs with synchronous_commit = off"):
        refuse_unsafe_connection(without_options)
    without_options.close()


def sleep_in(url: str) -> None:
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
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
        holder.execute(text(f"select pg_advisory_lock({AdvisoryLock.MIGRATING})"))
        page = threads.submit(sleep_in, there)
        migration = threads.submit(migrate, there)
        await bell.wait(0.1)
        waits = (
            "select pg_sleep(600)",
            f"select pg_advisory_lock({AdvisoryLock.MIGRATING})",
            "listen outbox",
        )
        await eventually("all three wait", lambda: all(map(at_work, waits)))

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
