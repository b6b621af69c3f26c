"""A bank on the real engines: rows in PostgreSQL, cases on a real Temporal server."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from client.payloads import encrypted_converter
from config import PayloadKey
from engines.temporal_server import TemporalServer
from store.database import Sessions, close_database, open_database
from store.packs import publish_all
from tests.builders import a_bank
from tests.conftest import TEST_NAMESPACE
from worker import THREADS, case_worker


@pytest.fixture(scope="session")
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A database with a bank in it."""
    sessions = open_database(new_database())
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="session")
async def temporal_client(temporal: TemporalServer) -> Client:
    """A client of the real server, encrypting as in production."""
    keys = (PayloadKey(id="test", key=b"0" * 32),)
    return await Client.connect(
        temporal.address, namespace=TEST_NAMESPACE, data_converter=encrypted_converter(keys)
    )


@pytest.fixture(scope="session")
async def skipper(temporal_client: Client) -> TimeSkipper:
    """Days of policy in a moment, on the same server."""
    return TimeSkipper(temporal_client)


@pytest.fixture(scope="session")
async def working(temporal_client: Client, sessions: Sessions) -> AsyncIterator[None]:
    """A worker carrying out cases, as `worker.py` runs it."""
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(temporal_client, sessions, threads):
            yield
