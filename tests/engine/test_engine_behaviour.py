"""What a real Temporal does that one would not guess, and how Redress lives with it."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from sqlalchemy import func, select
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import (
    RegisterNamespaceRequest,
    ResetWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.worker import Worker

import engine.delivery
from activities.case_records import CaseRecords
from desk.repair import RepairShop
from domain.acts import AnyAct, Close, Note, Withdraw
from domain.classification import WithdrawalKind
from domain.failures import Failure, FailureCause, Intrusion
from domain.journal import CaseState, Change
from domain.statuses import CommandStatus
from embedded import temporal_namespace
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import EngineAway, TemporalConnection
from engine.delivery import Answered, deliver, start_case
from engine.index import TemporalEngine
from engine.reset_points import reset_points
from engine.runs import described, runs_of
from relay.sweeper import Sweeper
from rulebook.upkeep import read_upkeep
from store.cases.commands import StoredCommand, read_command, store_command
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import JournalRow, NoticeRow
from tests.agreement import agree
from tests.architecture.code import ROOT, modules
from tests.builders import a_complaint, actor
from tests.failed import failures_by
from tests.temporal import a_client
from tests.waiting import eventually, taken_up
from worker import THREADS, case_worker
from workflows.case import CaseWorkflow
from workflows.names import SEARCH_ATTRIBUTES, case_workflow_id

NAMESPACE = "redress-behaviour"
FORGETFUL = "redress-forgetful"


class Slow(CaseRecords):
    """The rows of a case, which are written when the test lets them be."""

    may_go_on = threading.Event()
    is_asked = threading.Event()

    @activity.defn(name="record")
    def record(self, change: Change) -> CaseState:
        self.is_asked.set()
        assert self.may_go_on.wait(60)
        return CaseRecords.record(self, change)


@pytest.fixture(scope="module")
async def server(engine_folder: Path) -> AsyncIterator[TemporalServer]:
    """A server that may forget a closed workflow after a second, where a namespace asks for it."""
    dynamic = {
        "system.namespaceMinRetentionLocal": "1s",
        "history.retentionTimerJitterDuration": "0s",
    }
    with TemporalServer(engine_folder / "engine-of-behaviour", dynamic) as server:
        await prepare_namespace(server.address, NAMESPACE, SEARCH_ATTRIBUTES)
        yield server


@pytest.fixture(scope="module")
async def client(server: TemporalServer) -> Client:
    return await a_client(server.address, NAMESPACE)


@pytest.fixture(scope="module")
async def forgetful(server: TemporalServer, client: Client) -> Client:
    """A client of a namespace whose closed workflows are gone at once."""
    retention = Duration()
    retention.FromTimedelta(timedelta(seconds=1))
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=FORGETFUL, workflow_execution_retention_period=retention)
    )
    there = await a_client(server.address, FORGETFUL)
    await temporal_namespace._ensure_search_attributes(there, FORGETFUL, SEARCH_ATTRIBUTES)
    await temporal_namespace._wait_until_known(there, FORGETFUL, SEARCH_ATTRIBUTES)
    return there


def received(sessions: Sessions) -> str:
    with sessions.begin() as session:
        complaint = a_complaint(received_at=datetime.now(UTC))
        return receive(session, complaint, actor("ines")).reference


def asked(sessions: Sessions, reference: str, act: AnyAct, by: str, **words: str) -> StoredCommand:
    with sessions.begin() as session:
        return store_command(
            session,
            command_id=str(uuid4()),
            reference=reference,
            act=act,
            words=words,
            by=actor(by),
            seen_version=None,
        )


def agreed(sessions: Sessions, reference: str, act: AnyAct) -> StoredCommand:
    with sessions.begin() as session:
        agree(session, reference, reference, act, actor("sun"), actor("hong"), {"reason": "said"})
        return read_command(session, reference)


def a_note(sessions: Sessions, reference: str) -> StoredCommand:
    return asked(sessions, reference, Note(), "hong", note="said")


def told(sessions: Sessions, reference: str) -> tuple[list[str], int]:
    """What the journal of the case says happened, and how many were sent word."""
    with sessions() as session:
        events = select(JournalRow.event).where(JournalRow.reference == reference)
        notices = select(func.count()).where(NoticeRow.reference == reference)
        journal = list(session.scalars(events.order_by(JournalRow.version)))
        return journal, session.scalar(notices) or 0


@asynccontextmanager
async def a_worker(client: Client, sessions: Sessions) -> AsyncIterator[None]:
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(client, sessions, threads):
            yield


async def test_what_was_at_work_while_its_case_was_taken_back_is_answered_once_and_right(
    client: Client, sessions: Sessions
) -> None:
    """E2: the server calls it failed, and the new run then carries it out."""
    reference, rows = received(sessions), Slow(sessions)
    Slow.may_go_on.clear()
    with ThreadPoolExecutor(THREADS) as threads:
        async with Worker(
            client,
            task_queue="cases",
            workflows=[CaseWorkflow],
            activities=[rows.open_case, rows.record],
            activity_executor=threads,
        ):
            await start_case(client, reference)
            await taken_up(client, reference)
            note = a_note(sessions, reference)
            answering = asyncio.create_task(deliver(client, note))
            await asyncio.to_thread(Slow.is_asked.wait, 60)
            (run,) = await runs_of(client, reference)
            await client.workflow_service.reset_workflow_execution(
                ResetWorkflowExecutionRequest(
                    namespace=NAMESPACE,
                    workflow_execution=WorkflowExecution(
                        workflow_id=case_workflow_id(reference), run_id=run.run_id
                    ),
                    reason="a repair",
                    workflow_task_finish_event_id=reset_points(run)[-1].event_id,
                    request_id=str(uuid4()),
                )
            )
            Slow.may_go_on.set()
            assert await answering == Answered(refusal=None)
    assert told(sessions, reference)[0] == ["received", "noted"]


async def test_what_nobody_waits_for_any_more_is_still_carried_out_once(
    client: Client, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E4: whoever gave up waiting has stored it, and a worker that comes later hears it."""
    reference = received(sessions)
    async with a_worker(client, sessions):
        await start_case(client, reference)
        await taken_up(client, reference)
    note = a_note(sessions, reference)
    monkeypatch.setattr(engine.delivery, "ANSWER_WITHIN", timedelta(seconds=1))
    with pytest.raises(EngineAway):
        await deliver(client, note)
    with sessions() as session:
        assert read_command(session, note.id).status is CommandStatus.STORED
    monkeypatch.undo()
    async with a_worker(client, sessions):
        await eventually(
            "it is carried out", lambda: told(sessions, reference)[0] == ["received", "noted"]
        )
        assert await deliver(client, note) == Answered(refusal=None)
    assert told(sessions, reference)[0] == ["received", "noted"]


async def test_a_case_the_engine_has_forgotten_lives_no_second_life(
    forgetful: Client, sessions: Sessions
) -> None:
    """E5: after retention the id of a workflow is free again, and only our rows know better."""
    reference = received(sessions)
    async with a_worker(forgetful, sessions):
        await start_case(forgetful, reference)
        withdraw = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)
        for step in (
            agreed(sessions, reference, withdraw),
            asked(sessions, reference, Close(), "sun"),
        ):
            assert await deliver(forgetful, step) == Answered(refusal=None)
        before = told(sessions, reference)

        async def is_forgotten() -> bool:
            return await described(forgetful, reference) is None

        await eventually("the engine has forgotten the case", is_forgotten)
        await start_case(forgetful, reference)  # a message that is told a second time
        handle = forgetful.get_workflow_handle(case_workflow_id(reference))
        await handle.result(follow_runs=False)
    assert told(sessions, reference) == before


async def test_a_run_that_was_ended_is_taken_up_again_and_the_administrators_hear_of_it(
    client: Client, server: TemporalServer, sessions: Sessions
) -> None:
    """E3: an operator ends it, or the server by itself, which says nothing to us."""
    reference = received(sessions)
    connection = TemporalConnection(lambda: a_client(server.address, NAMESPACE))
    async with a_worker(client, sessions):
        await start_case(client, reference)
        await taken_up(client, reference)
        await client.get_workflow_handle(case_workflow_id(reference)).terminate()
        sweeper = Sweeper(sessions, client, replace(read_upkeep(), sweep_every=timedelta(0)))

        async def is_swept() -> bool:
            return reference in await sweeper.sweep()

        await eventually("the sweeper takes it up", is_swept)
        assert await TemporalEngine(client).is_running(reference)

    def listed() -> Failure | None:
        found = RepairShop(sessions, connection).failed_cases()
        failures = failures_by(found, FailureCause.INTRUSION)
        return next((each for each in failures if each.reference == reference), None)

    failure = await eventually("it is among the failed cases", listed)
    assert failure.error == Intrusion.RUN_ENDED
    await asyncio.to_thread(connection.close)


RESERVED = {
    "all", "and", "as", "by", "case", "date", "default", "desc", "end", "from", "group", "in",
    "is", "key", "language", "level", "like", "limit", "not", "null", "or", "order", "select",
    "status", "time", "type", "unit", "user", "value", "values", "when", "where",
}  # fmt: skip


def test_what_is_asked_of_all_workflows_has_names_that_are_no_words_of_sql() -> None:
    """E9: a label called Status or Case is taken, filled, and cannot be asked for."""
    for name in SEARCH_ATTRIBUTES:
        words = [each.lower() for each in split(name)]
        assert len(words) >= 2, name
        assert name.lower() not in RESERVED


NOT_TRUSTED = {
    "E7": ("start_batch_operation", "StartBatchOperationRequest"),
    "E10": ("deployment_config", "use_worker_versioning", "build_id"),
    "E11": ("fairness_key", "fairness_weight"),
}
"""What the server offers and does otherwise than its name says, by the calls that ask for it: its
batches count what they did not touch, a version that is set once starves every worker without one,
fairness is off unless an operator has switched it on."""


@pytest.mark.parametrize("behaviour", NOT_TRUSTED)
def test_what_does_otherwise_than_it_says_is_not_asked_for(behaviour: str) -> None:
    program = modules("activities", "engine", "relay", "workflows", "desk", "cli", "embedded")
    asked = {name for path in (*program, ROOT / "worker.py") for name in words_of(path)}
    assert asked.isdisjoint(NOT_TRUSTED[behaviour])


def words_of(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(encoding="utf-8")))


def split(name: str) -> list[str]:
    return "".join(f" {each}" if each.isupper() else each for each in name).split()
