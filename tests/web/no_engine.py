"""Pages behind which no engine listens: what is asked of them is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from temporalio.client import Client

from desk.cases import CaseDesk
from engine.connection import TemporalConnection
from store.database import Sessions
from tests.settings import some_settings
from web import create_app


@contextmanager
def pages_without_engine(sessions: Sessions, folder: Path) -> Iterator[Flask]:
    """The application as it is served, with its files in `folder`."""

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    settings = some_settings(REDRESS_VAR_DIR=str(folder))
    yield create_app(settings, sessions=sessions, desk=CaseDesk(sessions, connection))
    connection.close()


@pytest.fixture(scope="module", name="app")
def app_without_engine(
    sessions: Sessions, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application over the records of a module that says `app = app_without_engine`."""
    with pages_without_engine(sessions, tmp_path_factory.mktemp("var")) as app:
        yield app
