"""A history that grows long is left behind for a new one, and nothing is forgotten.

The server of these tests suggests it after thirty events instead of four thousand.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.testing import TimeSkipper

from domain.acts import Acknowledge, AskCustomer, Note, Start, TakeAnswer
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from engine.connection import EngineAway
from engine.delivery import Answered
from store.cases.commands import StoredCommand
from store.cases.journal import standing_of
from store.database import Sessions
from tests.temporal import TEST_NAMESPACE, TimeLapse, a_client
from tests.waiting import eventually
from tests.workflows.casework import Casework, given_to
from worker import THREADS, case_worker
from workflows.case import CaseWorkflow
from workflows.names import SEARCH_ATTRIBUTES

SUGGESTED_AFTER = 30

NOTES = 16
"""Enough for two runs and more."""

TOGETHER = 8
"""Acts asked for at once; a run takes ten."""

EVENTS_OF_AN_ACT = 11
"""Accepted and completed, an activity of three events, and two tasks of three."""


@pytest.fixture(scope="module")
async def skipper(engine_folder: Path, sessions: Sessions) -> AsyncIterator[TimeSkipper]:
    """A server that suggests a new run early, and a worker on it."""
    dynamic = {"limit.historyCount.suggestContinueAsNew": SUGGESTED_AFTER}
    with TemporalServer(engine_folder / "impatient", dynamic) as server:
        await prepare_namespace(server.address, TEST_NAMESPACE, SEARCH_ATTRIBUTES)
        client = await a_client(server.address)
        with ThreadPoolExecutor(THREADS) as threads:
            async with case_worker(client, sessions, threads):
                yield TimeLapse(client)


@pytest.fixture
async def work(sessions: Sessions, skipper: TimeSkipper) -> Casework:
    return await Casework.begin(sessions, skipper)


async def histories_of(work: Casework) -> list[Sequence[HistoryEvent]]:
    """The events of each run of the workflow, the last one first."""
    histories: list[Sequence[HistoryEvent]] = []
    run_id = None
    while run_id != "":
        run = work.client.get_workflow_handle(work.handle.id, run_id=run_id)
        events = (await run.fetch_history()).events
        histories.append(events)
        run_id = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return histories


async def runs_of(work: Casework) -> list[int]:
    """How many events each run of the workflow has, the last one first."""
    return [len(events) for events in await histories_of(work)]


async def runs_that_took(work: Casework, asked: StoredCommand) -> int:
    """How many runs of the workflow have let this command in."""
    taken = 0
    for run in await histories_of(work):
        accepted = [each.workflow_execution_update_accepted_event_attributes for each in run]
        taken += any(each.protocol_instance_id == asked.id for each in accepted)
    return taken


async def heard(work: Casework, asked: StoredCommand) -> Answered:
    """The answer, however often the engine must be asked, as the relay asks."""
    while True:
        try:
            return await work.delivered(asked)
        except EngineAway:
            continue


async def test_a_new_run_goes_on_from_where_the_last_one_stood(
    work: Casework, sessions: Sessions
) -> None:
    await work.until(work.due_at("reply"))
    await work.done(Acknowledge(clock="reply", step="supervisor"), "sun")
    await work.done(given_to("han"), "sun")
    await work.done(Start(), "han")
    for number in range(NOTES):
        await work.done(Note(), "hong", note=f"note {number}")

    assert len(await runs_of(work)) > 2
    with sessions() as session:
        rows = standing_of(session, work.reference)
    assert await work.handle.query(CaseWorkflow.standing) == rows
    assert rows.case.version == len(work.journal()) == NOTES + 7

    await work.until(work.clock("reply").steps[0].fires_at)
    await eventually(
        "human resources hear",
        lambda: ("reply", "hr") in [(each.clock, each.step) for each in work.case.fired],
    )
    assert work.fired("hr").receiver == "hong"


async def test_what_waits_for_somebody_waits_in_the_new_run_too(work: Casework) -> None:
    await work.done(given_to("han"), "sun")
    await work.done(AskCustomer(), "han", question="Which counter was it?")
    for number in range(NOTES):
        await work.done(Note(), "hong", note=f"note {number}")
    assert len(await runs_of(work)) > 1
    assert work.case.is_waiting
    await work.done(TakeAnswer(), "ines", answer="The second.")
    assert not work.case.is_waiting


async def test_a_command_heard_again_by_a_later_run_is_no_second_act(work: Casework) -> None:
    first = await work.asked(Note(), "hong", {"note": "the first"})
    await work.delivered(first)
    for number in range(NOTES):
        await work.done(Note(), "hong", note=f"note {number}")
    assert len(await runs_of(work)) > 1
    before = work.journal()
    assert (await work.delivered(first)).refusal is None
    assert work.journal() == before


async def test_one_command_a_hundred_times_while_runs_end_is_one_act_with_one_answer(
    work: Casework,
) -> None:
    once = await work.asked(Note(), "hong", {"note": "once"})
    others = [await work.asked(Note(), "hong", {"note": f"note {number}"}) for number in range(20)]
    wishes = [once] * 100
    for position, other in enumerate(others):
        wishes.insert(position * 6, other)
    queue = asyncio.Semaphore(TOGETHER)

    async def one(asked: StoredCommand) -> Answered:
        async with queue:
            return await heard(work, asked)

    answers = await asyncio.gather(*(one(asked) for asked in wishes))
    assert [answer.refusal for answer in answers] == [None] * 120
    assert work.journal() == ["received", *["noted"] * 21]
    assert await runs_that_took(work, once) > 1, "no run ended while it was being sent"


async def test_acts_without_pause_hold_no_run_back_and_none_is_lost_or_done_twice(
    work: Casework,
) -> None:
    wishes = [await work.asked(Note(), "hong", {"note": f"note {number}"}) for number in range(40)]
    queue = asyncio.Semaphore(TOGETHER)

    async def one(asked: StoredCommand) -> Answered:
        async with queue:
            return await heard(work, asked)

    answers = await asyncio.gather(*(one(asked) for asked in wishes))
    assert [answer.refusal for answer in answers] == [None] * 40
    assert work.journal() == ["received", *["noted"] * 40]
    # Until it hears of the suggestion, and while it lets those finish that it had begun.
    assert max(await runs_of(work)) < SUGGESTED_AFTER + 2 * TOGETHER * EVENTS_OF_AN_ACT
