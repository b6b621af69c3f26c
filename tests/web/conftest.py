"""The pages over a real PostgreSQL, with a bank in it; the engine behind the desk is away."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from temporalio.client import Client

from desk.cases import CaseDesk
from domain.complaint import Language
from embedded.temporal_namespace import prepare_namespace
from engine.connection import TemporalConnection
from relay.relay import Relay
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.outbox.wakeups import Wakeups
from store.people import passwords
from store.tables import PersonRow
from tests.builders import a_bank, a_complaint, actor
from tests.relays import running
from tests.settings import PERSONAL_KEYS, some_settings
from tests.stays import a_stay
from tests.web.browser import PASSWORD, QUICK_HASHER, Browser, Visit
from tests.web.engine import NAMESPACE, connect
from web import create_app
from worker import THREADS, case_worker
from workflows.names import SEARCH_ATTRIBUTES


@pytest.fixture(scope="package", autouse=True)
def light_hashing() -> Iterator[None]:
    """Passwords hashed for real, with the smallest figures: these tests log in often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", QUICK_HASHER)
        yield


@pytest.fixture(scope="package")
def sessions(database_with_packs: Callable[[], str], light_hashing: None) -> Iterator[Sessions]:
    """A database with a bank in it whose people can log in."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        a_bank(session)
        hashed = QUICK_HASHER.hash(PASSWORD)
        session.execute(update(PersonRow).values(password_hash=hashed, language=Language.EN))
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="package")
def desk(sessions: Sessions) -> Iterator[CaseDesk]:
    """A desk whose engine is away: whatever is asked of it is stored and waits."""

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    yield CaseDesk(sessions, connection)
    connection.close()


@pytest.fixture(scope="package")
def app(sessions: Sessions, desk: CaseDesk, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is served."""
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")))
    return create_app(settings, sessions=sessions, desk=desk)


@pytest.fixture
def visit(app: Flask, sessions: Sessions) -> Iterator[Visit]:
    """A browser of somebody who has logged in; whoever chose Chinese reads English afterwards."""

    def log_in(person: str) -> Browser:
        client = app.test_client()
        with sessions.begin() as records:
            row = records.scalars(select(PersonRow).where(PersonRow.login == person)).one()
            key = a_stay(records, row.id)
        with client.session_transaction() as session:
            session["key"] = key
        return Browser(client)

    yield log_in
    with sessions.begin() as session:
        chose = PersonRow.language != Language.EN
        session.execute(update(PersonRow).where(chose).values(language=Language.EN))


@pytest.fixture
def a_received_case(sessions: Sessions) -> Callable[..., str]:
    """Takes a complaint down and gives its reference."""

    def take(by: str = "ines", **over: Any) -> str:
        with sessions.begin() as session:
            return receive(session, a_complaint(**over), actor(by)).reference

    return take


@pytest.fixture(scope="module")
async def engine(temporal_address: str, sessions: Sessions) -> AsyncIterator[Client]:
    """The engine with a worker and a relay, as `worker.py` runs them."""
    await prepare_namespace(temporal_address, NAMESPACE, SEARCH_ATTRIBUTES)
    client = await connect(temporal_address)
    wakeups = Wakeups(sessions.kw["bind"].url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(THREADS) as threads:
        relay = Relay(sessions, client, wakeups)
        async with case_worker(client, sessions, threads), running(relay):
            yield client
    wakeups.close()
