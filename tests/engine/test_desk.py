"""The desk: what a person is told about an act, whatever the engine does meanwhile."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from temporalio.client import Client

from desk.cases import ActOutcome, ActStatus, CaseDesk
from domain.acts import AnyAct, Close, Note
from domain.errors import NotFit, Refusal
from embedded.temporal_server import TemporalServer
from engine.connection import TemporalConnection
from relay.relay import Relay
from store.database import Sessions
from store.outbox.wakeups import Wakeups
from store.tables import JournalRow
from tests.builders import a_complaint, actor
from tests.relays import running
from tests.temporal import a_client
from tests.waiting import eventually

pytestmark = pytest.mark.usefixtures("working")


@pytest.fixture
def desk(sessions: Sessions, engine: TemporalServer, temporal_client: Client) -> Iterator[CaseDesk]:
    """A desk as the web has it: synchronous, with a connection of its own."""

    async def connect() -> Client:
        return await a_client(engine.address, temporal_client.namespace)

    connection = TemporalConnection(connect)
    yield CaseDesk(sessions, connection)
    connection.close()


@pytest.fixture
def reference(desk: CaseDesk) -> str:
    return desk.receive(a_complaint(), actor("ines")).reference


async def acts(
    desk: CaseDesk, reference: str, act: AnyAct, by: str, command_id: str, **words: str
) -> ActOutcome:
    """An act, asked for from a thread of the web."""
    return await asyncio.to_thread(
        desk.act,
        command_id=command_id,
        reference=reference,
        act=act,
        words=words,
        by=actor(by),
    )


def noted(sessions: Sessions, reference: str) -> int:
    with sessions() as session:
        entries = select(func.count()).where(
            JournalRow.reference == reference, JournalRow.event == "noted"
        )
        return session.scalar(entries) or 0


async def test_an_act_that_may_be_done_is_accepted_and_done(
    desk: CaseDesk, sessions: Sessions, reference: str
) -> None:
    outcome = await acts(desk, reference, Note(), "hong", str(uuid4()), note="seen")
    assert outcome == ActOutcome(status=ActStatus.ACCEPTED)
    assert noted(sessions, reference) == 1


async def test_an_act_against_a_rule_is_refused_by_its_name(desk: CaseDesk, reference: str) -> None:
    command_id = str(uuid4())
    outcome = await acts(desk, reference, Close(), "sun", command_id)
    assert outcome.status is ActStatus.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code is Refusal.NOT_IN_THIS_STATUS
    assert outcome.refusal.facts == {"status": "received"}
    later = await asyncio.to_thread(desk.outcome_of, command_id)
    assert (later.status, later.refusal and later.refusal.code) == (
        ActStatus.REFUSED,
        Refusal.NOT_IN_THIS_STATUS,
    )


async def test_the_same_command_a_hundred_times_at_once_is_one_act_with_one_answer(
    desk: CaseDesk, sessions: Sessions, reference: str
) -> None:
    command_id = str(uuid4())
    limit = asyncio.Semaphore(20)  # as many as there are connections to the database

    async def once() -> ActOutcome:
        async with limit:
            return await acts(desk, reference, Note(), "hong", command_id, note="seen")

    outcomes = await asyncio.gather(*(once() for _ in range(100)))
    assert {outcome.status for outcome in outcomes} == {ActStatus.ACCEPTED}
    assert noted(sessions, reference) == 1


async def test_words_that_will_not_do_are_sent_back_before_anything_is_stored(
    desk: CaseDesk, sessions: Sessions, reference: str
) -> None:
    with pytest.raises(NotFit):
        await acts(desk, reference, Note(), "hong", "too-long", note="x" * 100_000)
    assert noted(sessions, reference) == 0


async def test_a_case_that_is_not_there_is_refused(desk: CaseDesk) -> None:
    outcome = await acts(desk, "C-1999-000001", Note(), "hong", str(uuid4()), note="seen")
    assert outcome.refusal is not None
    assert outcome.refusal.code is Refusal.UNKNOWN_REFERENCE


async def test_an_id_under_which_something_else_was_asked_is_refused(
    desk: CaseDesk, sessions: Sessions, reference: str
) -> None:
    command_id = str(uuid4())
    first = await acts(desk, reference, Note(), "hong", command_id, note="seen")
    assert first.status is ActStatus.ACCEPTED
    outcome = await acts(desk, reference, Note(), "hong", command_id, note="seen, and more")
    assert (outcome.status, outcome.refusal and outcome.refusal.code) == (
        ActStatus.REFUSED,
        Refusal.ASKED_OTHERWISE,
    )
    assert noted(sessions, reference) == 1


async def test_while_the_engine_is_away_receipts_are_given_and_acts_wait(
    desk: CaseDesk,
    sessions: Sessions,
    engine: TemporalServer,
    temporal_client: Client,
    wakeups: Wakeups,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desk.cases.PATIENCE", timedelta(seconds=1))
    assert engine.process is not None
    engine.process.kill()
    engine.process.wait()
    command_id = str(uuid4())
    try:
        reference = desk.receive(a_complaint(), actor("ines")).reference
        outcome = await acts(desk, reference, Note(), "hong", command_id, note="seen")
        assert outcome == ActOutcome(status=ActStatus.WAITING)
        assert await asyncio.to_thread(desk.outcome_of, command_id) == outcome
        assert noted(sessions, reference) == 0
    finally:
        engine.start()
    async with running(Relay(sessions, temporal_client, wakeups)):
        await eventually(
            "it is accepted",
            lambda: desk.outcome_of(command_id) == ActOutcome(status=ActStatus.ACCEPTED),
        )
    assert noted(sessions, reference) == 1
