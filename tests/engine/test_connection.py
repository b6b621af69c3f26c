"""One loop, one client, many threads: how synchronous callers reach Temporal."""

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from temporalio.client import Client

from domain.acts import Note
from domain.statuses import CommandStatus
from embedded.temporal_server import TemporalServer
from engine.connection import EngineAway, TemporalConnection
from engine.delivery import deliver
from store.cases.commands import StoredCommand
from tests.builders import MONDAY, actor

SOON = timedelta(seconds=30)
AT_ONCE = timedelta(milliseconds=100)
SHORTLY = timedelta(seconds=1)


@pytest.fixture
def connects() -> list[threading.Thread]:
    """The threads on which a client was made."""
    return []


@pytest.fixture
def connection(
    engine: TemporalServer, connects: list[threading.Thread]
) -> Iterator[TemporalConnection]:
    async def connect() -> Client:
        connects.append(threading.current_thread())
        return await Client.connect(engine.address, namespace="redress")

    connection = TemporalConnection(connect)
    yield connection
    connection.close()


async def namespace_of(client: Client) -> str:
    await client.service_client.check_health()
    return client.namespace


async def all_has_ended(client: Client) -> None:
    """Of whatever was asked before and broken off."""
    mine = asyncio.current_task()
    while others := [task for task in asyncio.all_tasks() if task is not mine]:
        await asyncio.wait(others)


async def hangs(client: Client) -> None:
    await asyncio.Event().wait()


async def hangs_and_will_not_be_cancelled(client: Client) -> None:
    """As the SDK does, which gives an error of its own when a call is broken off."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError as broken_off:
        raise EngineAway from broken_off


async def waits_for_an_update_that_nobody_answers(client: Client) -> None:
    """There is no worker behind this queue."""
    asked = StoredCommand(
        id=str(uuid4()),
        reference=f"C-{uuid4()}",
        act=Note(),
        by=actor("han"),
        at=MONDAY,
        words=("note",),
        seen_version=1,
        status=CommandStatus.STORED,
        refusal=None,
    )
    await deliver(client, asked, queue=f"nobodys-{uuid4()}")


def test_many_threads_share_one_client_on_one_loop(
    connection: TemporalConnection, connects: list[threading.Thread]
) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: connection.call(namespace_of, within=SOON), range(64)))
    assert answers == ["redress"] * 64
    assert [thread.name for thread in connects] == ["temporal"]


def test_an_engine_that_does_not_answer_in_time_is_away(connection: TemporalConnection) -> None:
    connection.call(namespace_of, within=SOON)
    with pytest.raises(EngineAway):
        connection.call(hangs, within=AT_ONCE)
    assert connection.call(namespace_of, within=SOON) == "redress"


def test_an_engine_that_is_not_there_is_away_and_asked_again_next_time(
    engine: TemporalServer,
) -> None:
    addresses = iter(["127.0.0.1:1", engine.address])
    connection = TemporalConnection(lambda: Client.connect(next(addresses), namespace="redress"))
    with pytest.raises(EngineAway):
        connection.call(namespace_of, within=SOON)
    assert connection.call(namespace_of, within=SOON) == "redress"
    connection.close()


@pytest.mark.parametrize("failure", [OSError, TimeoutError, ValueError])
def test_whatever_a_connection_failed_of_it_is_tried_anew(
    engine: TemporalServer, failure: type[Exception]
) -> None:
    attempts = count()

    async def connect() -> Client:
        if next(attempts) == 0:
            raise failure
        return await Client.connect(engine.address, namespace="redress")

    connection = TemporalConnection(connect)
    with pytest.raises(EngineAway):
        connection.call(namespace_of, within=SOON)
    assert connection.call(namespace_of, within=SOON) == "redress"
    connection.close()


def test_an_error_of_the_question_reaches_the_one_who_asked(
    connection: TemporalConnection,
) -> None:
    async def asks_wrongly(client: Client) -> None:
        raise LookupError("no such case")

    with pytest.raises(LookupError, match="no such case"):
        connection.call(asks_wrongly, within=SOON)


def test_it_can_be_closed_at_any_time_and_used_again(
    connection: TemporalConnection, connects: list[threading.Thread]
) -> None:
    connection.close()
    connection.call(namespace_of, within=SOON)
    connection.close()
    connection.close()
    assert connection.call(namespace_of, within=SOON) == "redress"
    assert len(connects) == 2


@pytest.mark.parametrize(
    "ask", [hangs_and_will_not_be_cancelled, waits_for_an_update_that_nobody_answers]
)
def test_nothing_is_logged_of_a_call_nobody_waits_for_any_more(
    connection: TemporalConnection,
    caplog: pytest.LogCaptureFixture,
    ask: Callable[[Client], Awaitable[None]],
) -> None:
    """Neither of the call nor of what the SDK keeps beside it."""
    connection.call(namespace_of, within=SOON)
    with pytest.raises(EngineAway):
        connection.call(ask, within=SHORTLY)
    connection.call(all_has_ended, within=SOON)
    gc.collect()
    assert caplog.text == ""
