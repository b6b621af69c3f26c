"""Pages behind which no engine listens: what is asked of them is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
