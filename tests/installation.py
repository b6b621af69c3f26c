"""An installation of its own: an empty database, a namespace, and the settings that name them."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from temporalio.client import Client

from cli.up.first_secrets import ensure_secrets
from config import Settings
from desk.cases import CaseDesk
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import TemporalConnection, connect
from relay.relay import Relay
from store.database import Sessions, close_database, open_database
from store.outbox.wakeups import Wakeups
from tests.builders import a_bank
from tests.relays import running
from worker import THREADS, case_worker
from workflows.names import SEARCH_ATTRIBUTES


@pytest.fixture(scope="module")
async def settings(
    database_with_packs: Callable[[], str],
    temporal: TemporalServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Settings:
    """The settings of a fresh trial installation, whose policies are published."""
    namespace = request.module.__name__.replace(".", "-")
    await prepare_namespace(temporal.address, namespace, SEARCH_ATTRIBUTES)
    return _settings(
        database_with_packs(), temporal.address, namespace, tmp_path_factory.mktemp("var")
    )


def _settings(database_url: str, address: str, namespace: str, var_dir: Path) -> Settings:
    return Settings.from_env(
        {
            **ensure_secrets(var_dir),
            "DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": address,
            "TEMPORAL_NAMESPACE": namespace,
            "REDRESS_VAR_DIR": str(var_dir),
            "REDRESS_TRIAL": "yes",
        }
    )


@pytest.fixture(scope="module")
def sessions(settings: Settings) -> Iterator[Sessions]:
    """The installation's database."""
    sessions = open_database(
        settings.database_url,
        journal_key=settings.journal_key,
        personal_keys=settings.personal_keys,
    )
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="module")
async def client(settings: Settings) -> Client:
    """A client of its namespace."""
    return await connect(settings)


@asynccontextmanager
async def at_work(settings: Settings, client: Client, sessions: Sessions) -> AsyncIterator[None]:
    """Its worker with its relay, as `worker.py` runs them."""
    wakeups = Wakeups(settings.database_url)
    with ThreadPoolExecutor(THREADS) as threads:
        relay = Relay(sessions, client, wakeups)
        async with case_worker(client, sessions, threads), running(relay):
            yield
    wakeups.close()


@pytest.fixture(scope="module")
async def working(settings: Settings, client: Client, sessions: Sessions) -> AsyncIterator[None]:
    """At work for all tests of the module."""
    async with at_work(settings, client, sessions):
        yield


@pytest.fixture(scope="module")
def desk(settings: Settings, sessions: Sessions) -> Iterator[CaseDesk]:
    """What its pages ask."""
    temporal = TemporalConnection(lambda: connect(settings))
    yield CaseDesk(sessions, temporal)
    temporal.close()


@pytest.fixture(scope="module")
def bank(sessions: Sessions) -> None:
    """A bank in its database."""
    with sessions.begin() as session:
        a_bank(session)


@pytest.fixture
def terminal(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A second terminal in its folder."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def environment(settings: Settings) -> dict[str, str]:
    """What a terminal in its folder hands to a command."""
    return {
        "REDRESS_VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
    }
