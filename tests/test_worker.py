"""The worker ends when it is told to, and when something in it has ended that should go on."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from config import SettingsRefused
from embedded.postgres import EmbeddedPostgres
from engine.connection import NotReached
from store.database import Sessions
from tests.activities.letters import gateways_to
from tests.settings import some_settings
from tests.waiting import eventually
from worker import WatchEnded, refuse_rooms_of_nobody, run, until


class Going:
    """Something that goes on until it is cancelled."""

    has_ended = False

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.has_ended = True


async def loses_its_way() -> None:
    await asyncio.sleep(0)
    raise LookupError("no such table")


async def just_ends() -> None:
    await asyncio.sleep(0)


async def test_told_to_stop_it_lets_go_of_everything() -> None:
    stop, going = asyncio.Event(), Going()
    asyncio.get_running_loop().call_soon(stop.set)
    await until(stop, going.run())
    await asyncio.sleep(0)
    assert going.has_ended


async def test_a_relay_that_died_does_not_leave_a_worker_that_looks_alive() -> None:
    going = Going()
    async with asyncio.timeout(10):
        with pytest.raises(WatchEnded) as ended:
            await until(asyncio.Event(), going.run(), loses_its_way())
    assert isinstance(ended.value.__cause__, LookupError)
    await asyncio.sleep(0)
    assert going.has_ended


async def test_nor_does_one_that_just_ended() -> None:
    async with asyncio.timeout(10):
        with pytest.raises(WatchEnded):
            await until(asyncio.Event(), Going().run(), just_ends())


async def test_a_worker_that_finds_no_engine_gives_its_connections_back(
    new_database: Callable[[], str], postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database()
    settings = some_settings(DATABASE_URL=url)  # whose engine is nowhere
    monkeypatch.setattr("worker.load_settings", lambda: settings)
    with pytest.raises(NotReached, match="does not answer"):
        await run()
    database = make_url(url).database
    await eventually(
        "the server has let go of the worker's connections",
        lambda: connections_to(database, postgres.url) == 0,
    )


def connections_to(database: str | None, server: str) -> int:
    """How many connections of programs the server holds to this database: one that was closed goes
    a moment later, and the server's own housekeeping comes and goes as it likes."""
    counted = text(
        "select count(*) from pg_stat_activity"
        " where datname = :database and backend_type = 'client backend'"
    )
    with create_engine(server, poolclass=NullPool).connect() as connection:
        found: int = connection.scalar(counted, {"database": database}) or 0
    return found


def test_a_room_of_a_unit_that_the_bank_does_not_have_is_refused_by_name(
    sessions: Sessions,
) -> None:
    refuse_rooms_of_nobody(sessions, gateways_to("wecombot://k", "east-branch=wecombot://k"))
    with pytest.raises(SettingsRefused, match="does not have: atlantis, lemuria") as refused:
        refuse_rooms_of_nobody(
            sessions, gateways_to("lemuria=slack://T/B/key", "atlantis=wecombot://key")
        )
    assert "key" not in str(refused.value)
