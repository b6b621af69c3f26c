"""The story of a case, told from the rows and the engine's own history."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from temporalio.client import Client

from desk.cases import ActStatus, CaseDesk
from desk.history.story import CaseHistories
from domain.acts import Assign, Close, Note
from domain.classification import Level, Role
from domain.events import Event
from engine.connection import EngineAway, TemporalConnection
from engine.delivery import start_case
from engine.timeline import Happening, Lane
from store.cases.receipts import receive
from store.database import Sessions
from tests.builders import a_complaint, actor

pytestmark = pytest.mark.usefixtures("working")


@pytest.fixture
async def connection(temporal_client: Client) -> AsyncIterator[TemporalConnection]:
    """The way pages reach Temporal."""

    async def connect() -> Client:
        service = temporal_client.service_client
        return await Client.connect(
            service.config.target_host,
            namespace=temporal_client.namespace,
            data_converter=temporal_client.data_converter,
        )

    connection = TemporalConnection(connect)
    yield connection
    await asyncio.to_thread(connection.close)


ASSIGN = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


def received(sessions: Sessions, **over: object) -> str:
    """The reference of a complaint received just now."""
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC), **over)
        return receive(session, complaint, actor("ines")).reference


async def test_a_story_tells_people_clocks_and_engine_and_what_comes_next(
    temporal_client: Client, sessions: Sessions, connection: TemporalConnection
) -> None:
    reference = received(sessions)
    await start_case(temporal_client, reference)
    desk = CaseDesk(sessions, connection)

    def done(act: Assign | Close | Note, by: str, **words: str) -> ActStatus:
        command = f"{reference}-{act.kind}-{by}"
        return desk.act(
            command_id=command, reference=reference, act=act, words=words, by=actor(by)
        ).status

    assert await asyncio.to_thread(done, ASSIGN, "sun") is ActStatus.ACCEPTED
    refused = await asyncio.to_thread(done, Close(), "han")
    assert refused is ActStatus.REFUSED

    story = await asyncio.to_thread(CaseHistories(sessions, connection).story_of, reference)

    told = [moment.what for moment in story.moments]
    assert told.index(Event.RECEIVED) < told.index(Event.ASSIGNED)
    assert {Happening.RUN_STARTED, Happening.STEP_DONE, Happening.TIMER_SET} <= set(told)
    assert Happening.COMMAND_REFUSED in told
    assert {moment.lane for moment in story.moments} == set(Lane) - {Lane.CLOCKS}
    following = story.upcoming[0]
    assert story.is_armed(following)
    assert following.receiver == "han"
    assert not following.at < datetime.now(UTC)
    assert [each.role for each in story.upcoming if each.what is Event.ESCALATED][-1] is (
        Role.REGULATOR_LIAISON
    )
    timer = story.engine.timers[0]
    assert abs(timer.fires_at - following.at).total_seconds() < 1


async def test_without_the_engine_the_story_is_told_from_the_rows(sessions: Sessions) -> None:
    async def nobody_answers() -> Client:
        raise EngineAway

    reference = received(sessions)
    connection = TemporalConnection(nobody_answers)
    story = await asyncio.to_thread(CaseHistories(sessions, connection).story_of, reference)
    await asyncio.to_thread(connection.close)

    assert story.engine.is_away
    assert [moment.what for moment in story.moments] == [
        Event.RECEIVED,
        Happening.NOTICE_WRITTEN,
    ]
    assert story.upcoming
    assert not any(story.is_armed(each) for each in story.upcoming)
