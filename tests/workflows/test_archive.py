"""Closed histories outlive the engine's memory."""

import asyncio
import json

import pytest
from sqlalchemy import select, update
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHistory

from config import PayloadKey
from desk.history.story import CaseHistories
from domain.acts import Close, Withdraw
from domain.classification import WithdrawalKind
from embedded.postgres import EmbeddedPostgres
from engine.connection import TemporalConnection
from engine.payloads import encrypted_converter
from engine.replay import replay
from engine.timeline import Happening
from relay.archive import Archivist
from store.database import Sessions, close_database, open_database
from store.operations.histories import SealBroken, archived_of
from store.tables import AuditRow, HistoryRow
from tests.settings import PERSONAL_KEYS
from tests.waiting import eventually
from tests.workflows.casework import Begin, Casework, given_to
from worker import WORKFLOWS
from workflows.messages import CaseStart
from workflows.names import CLOSED_CASES, case_workflow_id

pytestmark = pytest.mark.usefixtures("working")


@pytest.fixture
async def closed(begin: Begin) -> Casework:
    """A case whose workflow has ended."""
    work = await begin()
    await work.done(given_to("han"), "sun")
    withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
    await work.agreed(withdraw, "han", "sun", reason="said")
    await work.done(Close(), "han")
    await work.handle.result()
    return work


@pytest.fixture
async def archivist(sessions: Sessions, temporal_client: Client) -> Archivist:
    return Archivist(sessions, temporal_client)


async def archived(archivist: Archivist, sessions: Sessions, reference: str) -> None:
    """Sweep until the engine's lists know that the case is over."""
    while True:
        await archivist.sweep()
        with sessions() as session:
            if archived_of(session, reference):
                return


async def test_a_closed_history_is_archived_once_sealed_and_still_replays(
    closed: Casework, archivist: Archivist, sessions: Sessions
) -> None:
    await archived(archivist, sessions, closed.reference)
    await archivist.sweep()

    with sessions() as session:
        (kept,) = archived_of(session, closed.reference)
        seals = session.scalars(
            select(AuditRow.facts["sha256"].astext).where(
                AuditRow.subject == closed.reference, AuditRow.action == "history_archived"
            )
        ).all()
    assert seals == [kept.seal]
    assert kept.outcome == "completed"
    assert kept.events == len(json.loads(kept.json)["events"])
    history = WorkflowHistory.from_json(closed.handle.id, kept.json)
    assert (await replay(history, WORKFLOWS, strictly=True)).is_fine


async def test_a_history_that_cannot_be_read_holds_up_no_other(
    closed: Casework, archivist: Archivist, sessions: Sessions, temporal_client: Client
) -> None:
    lost_key = (PayloadKey(id="lost", key=bytes(reversed(range(32)))),)
    config = temporal_client.config()
    config["data_converter"] = encrypted_converter(lost_key)
    reference = f"{closed.reference}-unreadable"
    unreadable = await Client(**config).start_workflow(
        "Case", CaseStart(reference=reference), id=case_workflow_id(reference), task_queue="none"
    )
    await unreadable.terminate()
    ended = f"{CLOSED_CASES} AND WorkflowId = '{unreadable.id}'"

    async def is_listed() -> bool:
        return (await temporal_client.count_workflows(ended)).count == 1

    await eventually("the engine lists what nobody can read", is_listed)
    await archived(archivist, sessions, closed.reference)
    await temporal_client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=temporal_client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=unreadable.id),
        )
    )


async def test_the_archivist_goes_on_after_any_failure(
    postgres: EmbeddedPostgres, temporal_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    without_tables = open_database(postgres.url, personal_keys=PERSONAL_KEYS)
    sweeping = asyncio.create_task(Archivist(without_tables, temporal_client).run())
    await eventually("it stumbled", lambda: "the archivist stumbled" in caplog.text)
    assert not sweeping.done()
    sweeping.cancel()
    close_database(without_tables)


async def test_the_story_is_told_from_the_archive_when_the_engine_has_forgotten(
    closed: Casework, archivist: Archivist, sessions: Sessions
) -> None:
    await archived(archivist, sessions, closed.reference)

    async def nobody() -> Client:
        raise RuntimeError("nobody answers")

    connection = TemporalConnection(nobody)
    story = await asyncio.to_thread(CaseHistories(sessions, connection).story_of, closed.reference)
    await asyncio.to_thread(connection.close)
    assert story.engine.is_away
    assert [run.is_archived for run in story.engine.runs] == [True]
    assert Happening.RUN_COMPLETED in {moment.what for moment in story.moments}


async def test_a_history_altered_in_the_archive_is_not_believed(
    closed: Casework, archivist: Archivist, sessions: Sessions
) -> None:
    await archived(archivist, sessions, closed.reference)
    with sessions.begin() as session:
        session.execute(
            update(HistoryRow)
            .where(HistoryRow.reference == closed.reference)
            .values(sha256="0" * 64)
        )
    with sessions() as session, pytest.raises(SealBroken):
        archived_of(session, closed.reference)

    async def nobody() -> Client:
        raise RuntimeError("nobody answers")

    connection = TemporalConnection(nobody)
    story = await asyncio.to_thread(CaseHistories(sessions, connection).story_of, closed.reference)
    await asyncio.to_thread(connection.close)
    assert story.archive_was_altered
    assert story.engine.runs == ()
