"""A bank whose engine may go away: server, database and worker of these tests' own."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.client import Client

from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from store.database import Sessions, close_database, open_database
from store.outbox.wakeups import Wakeups
from tests.builders import a_bank
from tests.settings import PERSONAL_KEYS
from tests.temporal import a_client
from worker import THREADS, case_worker
from workflows.names import SEARCH_ATTRIBUTES

NAMESPACE = "redress"


@pytest.fixture(scope="package")
def url(database_with_packs: Callable[[], str]) -> str:
    """A database whose outbox no other test fills."""
    return database_with_packs()


@pytest.fixture(scope="package")
def sessions(url: str) -> Iterator[Sessions]:
    """A bank in it."""
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture
def wakeups(url: str) -> Iterator[Wakeups]:
    wakeups = Wakeups(url)
    yield wakeups
    wakeups.close()


@pytest.fixture(scope="package")
async def engine(engine_folder: Path) -> AsyncIterator[TemporalServer]:
    """A Temporal server that a test may kill, if it starts it again."""
    with TemporalServer(engine_folder / "engine-of-the-clients") as server:
        await prepare_namespace(server.address, NAMESPACE, SEARCH_ATTRIBUTES)
        yield server


@pytest.fixture(scope="package")
async def temporal_client(engine: TemporalServer) -> Client:
    """A client of that server, encrypting as in production."""
    return await a_client(engine.address, NAMESPACE)


@pytest.fixture(scope="package")
async def working(temporal_client: Client, sessions: Sessions) -> AsyncIterator[None]:
    """A worker for the cases of these tests."""
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(temporal_client, sessions, threads):
            yield
