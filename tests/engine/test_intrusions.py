"""Somebody reaches Temporal's port without our keys: nothing comes of it, and it is seen."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue, WorkflowIDConflictPolicy

from config import PayloadKey
from desk.cases import ActStatus, CaseDesk
from desk.history.story import CaseHistories
from desk.repair import RepairShop
from domain.acts import Flag, Note
from domain.classification import Mark
from domain.failures import Failure, FailureCause, Intrusion
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import TemporalConnection
from engine.delivery import start_case
from engine.payloads import VALUES, encrypted_converter
from engine.repair import Retried
from relay.intrusions import Intrusions
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import JournalRow
from tests.builders import MONDAY, a_complaint, actor
from tests.failed import failures_by
from tests.temporal import KEYS
from tests.waiting import eventually, taken_up
from worker import THREADS, case_worker
from workflows.case import CaseWorkflow
from workflows.messages import CaseStart, Command
from workflows.names import SEARCH_ATTRIBUTES, TASK_QUEUE, case_workflow_id

NAMESPACE = "redress-intruded"


async def connected(address: str, keys: tuple[PayloadKey, ...] = KEYS) -> Client:
    return await Client.connect(
        address, namespace=NAMESPACE, data_converter=encrypted_converter(keys)
    )


@pytest.fixture(scope="module")
async def ours(engine: TemporalServer, sessions: Sessions) -> AsyncIterator[Client]:
    """A client with our keys, and a worker that reports what is not ours."""
    await prepare_namespace(engine.address, NAMESPACE, SEARCH_ATTRIBUTES)
    reporting = await Client.connect(
        engine.address,
        namespace=NAMESPACE,
        data_converter=encrypted_converter(KEYS, Intrusions(sessions).report),
    )
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(reporting, sessions, threads):
            yield await connected(engine.address)


@pytest.fixture(scope="module")
async def keyless(ours: Client, engine: TemporalServer) -> Client:
    """Whoever reaches the port."""
    return await Client.connect(engine.address, namespace=NAMESPACE, data_converter=VALUES)


@pytest.fixture
def connection(engine: TemporalServer) -> Iterator[TemporalConnection]:
    connection = TemporalConnection(lambda: connected(engine.address))
    yield connection
    connection.close()


@pytest.fixture
def shop(sessions: Sessions, connection: TemporalConnection) -> RepairShop:
    return RepairShop(sessions, connection)


def received(sessions: Sessions) -> str:
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC))
        return receive(session, complaint, actor("ines")).reference


def told(sessions: Sessions, reference: str) -> list[str]:
    """What the journal of the case says happened."""
    with sessions() as session:
        events = select(JournalRow.event).where(JournalRow.reference == reference)
        return list(session.scalars(events.order_by(JournalRow.version)))


def a_forged_command() -> Command:
    return Command(
        id=str(uuid4()),
        act=Flag(mark=Mark.CRIME),
        by=actor("sun"),
        at=MONDAY,
        words=("reason",),
        seen_version=None,
    )


async def is_reported(shop: RepairShop, reference: str, what: Intrusion) -> Failure:
    """Until the administrators find it among the failed cases."""

    def listed() -> Failure | None:
        failures = failures_by(shop.failed_cases(), FailureCause.INTRUSION)
        return next((e for e in failures if (e.reference, e.error) == (reference, what)), None)

    return await eventually(f"{reference}: {what} is on the list", listed)


async def is_told_as(shop: RepairShop, reference: str, causes: set[FailureCause]) -> None:
    """Until this, and nothing else, is what the administrators find wrong with a case."""

    def wrong() -> set[FailureCause]:
        found = shop.failed_cases().incidents
        return {i.cause for i in found if reference in {each.reference for each in i.failures}}

    await eventually(f"{reference}: {causes}", lambda: wrong() == causes)


async def note(connection: TemporalConnection, sessions: Sessions, reference: str) -> ActStatus:
    desk = CaseDesk(sessions, connection)
    outcome = await asyncio.to_thread(
        desk.act,
        command_id=str(uuid4()),
        reference=reference,
        act=Note(),
        words={"note": "said"},
        by=actor("hong"),
    )
    return outcome.status


@pytest.fixture
async def case(ours: Client, sessions: Sessions) -> str:
    reference = received(sessions)
    await start_case(ours, reference)
    await taken_up(ours, reference)
    return reference


async def test_an_act_in_the_clear_is_rejected_and_reported_and_the_case_goes_on(
    case: str, keyless: Client, sessions: Sessions, shop: RepairShop, connection: TemporalConnection
) -> None:
    handle = keyless.get_workflow_handle(case_workflow_id(case))
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(CaseWorkflow.act, a_forged_command())
    assert told(sessions, case) == ["received"]
    await is_reported(shop, case, Intrusion.NOT_ENCRYPTED)
    assert await note(connection, sessions, case) is ActStatus.ACCEPTED
    # Whoever has looked into it takes it off the list.
    await asyncio.to_thread(shop.retry, case, actor("ada"))
    found = await asyncio.to_thread(shop.failed_cases)
    assert case not in {e.reference for e in failures_by(found, FailureCause.INTRUSION)}


async def test_a_signal_in_the_clear_is_dropped_and_the_history_can_still_be_read(
    case: str, keyless: Client, sessions: Sessions, shop: RepairShop, connection: TemporalConnection
) -> None:
    handle = keyless.get_workflow_handle(case_workflow_id(case))
    await handle.signal("look_again", "something")
    await is_reported(shop, case, Intrusion.NOT_ENCRYPTED)
    assert await note(connection, sessions, case) is ActStatus.ACCEPTED
    story = await asyncio.to_thread(CaseHistories(sessions, connection).story_of, case)
    assert not story.engine.is_away
    assert "signal_heard" in [moment.what for moment in story.moments]


async def test_our_own_words_of_another_case_are_nothing_here(
    case: str, ours: Client, keyless: Client, sessions: Sessions, shop: RepairShop
) -> None:
    other = received(sessions)
    await start_case(ours, other)
    await taken_up(ours, other)
    start = (await ours.get_workflow_handle(case_workflow_id(other)).fetch_history()).events[0]
    [copied] = start.workflow_execution_started_event_attributes.input.payloads
    handle = keyless.get_workflow_handle(case_workflow_id(case))
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update("act", RawValue(copied))
    await is_reported(shop, case, Intrusion.NOT_FROM_HERE)
    assert told(sessions, case) == ["received"]


async def test_with_our_key_and_without_a_command_nothing_is_written(
    case: str, ours: Client, sessions: Sessions, shop: RepairShop, connection: TemporalConnection
) -> None:
    handle = ours.get_workflow_handle(case_workflow_id(case))
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(CaseWorkflow.act, a_forged_command())
    assert told(sessions, case) == ["received"]
    await is_reported(shop, case, Intrusion.NO_COMMAND)
    assert await note(connection, sessions, case) is ActStatus.ACCEPTED


async def test_a_workflow_that_somebody_else_started_gives_its_place_back(
    ours: Client, keyless: Client, sessions: Sessions, shop: RepairShop
) -> None:
    reference = received(sessions)
    await keyless.start_workflow(
        CaseWorkflow.run,
        CaseStart(reference=reference),
        id=case_workflow_id(reference),
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await is_told_as(shop, reference, {FailureCause.RUN_OF_SOMEBODY_ELSE})
    assert await asyncio.to_thread(shop.retry, reference, actor("ada")) is Retried.RESTARTED
    await taken_up(ours, reference)


async def test_a_command_under_a_key_the_worker_lacks_stays_stored_and_is_told_later(
    case: str, engine: TemporalServer, sessions: Sessions
) -> None:
    other_ring = (PayloadKey(id="other", key=bytes(range(7, 39))),)
    connection = TemporalConnection(lambda: connected(engine.address, other_ring))
    try:
        assert await note(connection, sessions, case) is ActStatus.WAITING
    finally:
        await asyncio.to_thread(connection.close)
