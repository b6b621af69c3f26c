"""The real engine behind the pages, in a namespace of their own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from temporalio.client import Client

from desk.cases import CaseDesk
from engine.connection import TemporalConnection
from engine.delivery import start_case
from store.database import Sessions
from tests.settings import some_settings
from tests.temporal import a_client
from tests.waiting import taken_up
from tests.web.browser import Taker
from web import create_app

NAMESPACE = "redress-pages"


async def connect(address: str) -> Client:
    """As the pages do."""
    return await a_client(address, NAMESPACE)


def pages_of(sessions: Sessions, address: str, folder: Path) -> Flask:
    """The application as it is served, with the engine in reach."""
    desk = CaseDesk(sessions, TemporalConnection(lambda: connect(address)))
    settings = some_settings(REDRESS_VAR_DIR=str(folder))
    return create_app(settings, sessions=sessions, desk=desk)


@pytest.fixture(scope="module", name="app")
def app_with_engine(
    engine: Client,
    sessions: Sessions,
    temporal_address: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """The application with the engine in reach, for a module that says `app = app_with_engine`."""
    return pages_of(sessions, temporal_address, tmp_path_factory.mktemp("var"))


async def opened(client: Client, take: Taker) -> str:
    """A case its workflow has taken up."""
    reference = take(received_at=datetime.now(UTC))
    await start_case(client, reference)
    await taken_up(client, reference)
    return reference
