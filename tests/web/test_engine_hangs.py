"""The engine takes a connection and says nothing: whoever acts waits, and PostgreSQL does not."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from temporalio.client import Client

from desk.cases import CaseDesk
from engine.connection import NotReached, TemporalConnection
from store.database import Sessions
from store.tables import CommandRow
from tests.settings import some_settings
from tests.waiting import PATIENCE, eventually
from tests.web.browser import Taker, Visit, hidden
from web import create_app


@pytest.fixture
def gives_up() -> Iterator[Event]:
    """Until this is said, the engine hangs."""
    gives_up = Event()
    yield gives_up
    gives_up.set()


@pytest.fixture
def app(
    sessions: Sessions, tmp_path: Path, gives_up: Event, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application as it is served, with an engine that hangs, and as patient as it takes."""

    async def hangs() -> Client:
        await asyncio.to_thread(gives_up.wait)
        raise NotReached

    monkeypatch.setattr("desk.cases.PATIENCE", timedelta(seconds=PATIENCE))
    connection = TemporalConnection(hangs)
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path))
    yield create_app(settings, sessions=sessions, desk=CaseDesk(sessions, connection))
    gives_up.set()
    connection.close()


async def test_a_page_that_waits_for_the_engine_keeps_no_transaction_open(
    visit: Visit, a_received_case: Taker, sessions: Sessions, gives_up: Event
) -> None:
    reference, sun = a_received_case(), visit("sun")
    url = f"/cases/{reference}"
    typed = {"command_id": hidden(sun.get(url).text, "command_id"), "note": "x"}

    def is_stored() -> bool:
        with sessions() as session:
            stored = select(func.count()).where(CommandRow.reference == reference)
            return session.scalar(stored) == 1

    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(lambda: sun.send(f"{url}/acts/note", **typed))
        await eventually("the act is stored", is_stored)
        with sessions() as session:
            idle = "select count(*) from pg_stat_activity where state = 'idle in transaction'"
            assert session.scalar(text(f"{idle} and datname = current_database()")) == 0
        assert not sending.done(), "the engine has said nothing yet"
        gives_up.set()
        assert sending.result().status_code == 302
