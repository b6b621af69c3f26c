"""Closed histories outlive the engine's memory."""

import asyncio
import json

import pytest
from sqlalchemy import select, update
from temporalio.client import Client, WorkflowHistory

from client.archive import Archivist
from client.history import CaseHistories
from client.replay import replay
from client.temporal import TemporalConnection
from client.timeline import Happening
from domain.acts import Close, Withdraw
from domain.classification import WithdrawalKind
from store.database import Sessions
from store.histories import SealBroken, archived_of
from store.tables import AuditRow, HistoryRow
from tests.workflows.casework import Begin, Casework, given_to
from worker import WORKFLOWS

pytestmark = pytest.mark.usefixtures("working")


@pytest.fixture
async def closed(begin: Begin) -> Casework:
    """A case whose workflow has ended."""
    work = await begin()
    await work.done(given_to("han"), "sun")
    await work.done(Withdraw(withdrawal=WithdrawalKind.VOLUNTARY), "han", reason="said")
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
