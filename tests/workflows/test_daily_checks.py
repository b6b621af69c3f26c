"""The close of business as the engine keeps it: a durable timer of the chore, and nothing polls."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHandle

from activities.upkeep import UpkeepChores
from activities.verification import Verifier
from domain.events import Event
from domain.opening_hours import ONE_DAY, Segment, Weekday
from domain.upkeep import Chore
from domain.working_time import WorkingCalendar
from engine.index import TemporalEngine
from rulebook.upkeep import read_upkeep
from store.database import Sessions, close_database, open_database
from store.policies.packs import publish_all
from store.reads.inbox import inbox_of
from store.reports import duties
from store.scope import reader_of
from tests.bank import WHOLE
from tests.settings import PERSONAL_KEYS
from tests.waiting import eventually
from worker import upkeep_worker
from workflows.names import UPKEEP_QUEUE
from workflows.upkeep import UpkeepWorkflow

UNTIL_CLOSING = timedelta(seconds=15)
"""After the worker has first asked for the hours: however long it takes a busy machine to begin."""


@pytest.fixture
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A bank whose rules are in force since just now."""
    sessions = open_database(new_database(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        publish_all(session)
        WHOLE.moves_into(session)
    yield sessions
    close_database(sessions)


def closing_soon(now: datetime) -> WorkingCalendar:
    """The hours of an office that closes in a few seconds."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = (Segment(opens=timedelta(0), closes=min(now - midnight + UNTIL_CLOSING, ONE_DAY)),)
    week = {int(day): hours for day in Weekday}
    return WorkingCalendar(name="cn", version="test", time_zone="UTC", week=week)


def heard(sessions: Sessions, person: str) -> list[str]:
    """The daily checks of which somebody's inbox says that they were missed."""
    with sessions() as session:
        inbox = inbox_of(session, reader_of(session, WHOLE.actor(person)))
    return [each.report.unit for each in inbox if each.about == Event.CHECK_MISSED and each.report]


async def test_it_waits_for_closing_by_a_timer_and_a_worker_that_was_away_catches_up_once(
    sessions: Sessions, temporal_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep = read_upkeep()
    verifier = Verifier(
        sessions,
        TemporalEngine(temporal_client),
        upkeep=upkeep,
        heads=tmp_path,
        files=tmp_path,
        key=b"k" * 32,
    )
    chores = UpkeepChores(sessions, verifier, upkeep, tmp_path, b"k" * 32)
    asked_at: list[datetime] = []

    def hours() -> WorkingCalendar:
        asked_at.append(datetime.now(UTC))
        return closing_soon(asked_at[0])

    async def waits_by_a_timer(handle: WorkflowHandle[UpkeepWorkflow, str]) -> bool:
        history = await handle.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events)

    with ThreadPoolExecutor(2) as threads:
        async with upkeep_worker(temporal_client, chores, threads):
            monkeypatch.setattr(duties, "load_calendar", lambda _name: hours())
            run = await temporal_client.start_workflow(
                UpkeepWorkflow.run, Chore.CHECKS, id="checks/closing", task_queue=UPKEEP_QUEUE
            )
            await eventually("it waits", lambda: waits_by_a_timer(run))
            assert heard(sessions, "stan") == [], "the office is open still"
        # Nobody works at closing; whoever comes after finds what was due.
        closing = hours().closing(asked_at[0].date())
        await eventually("the office is closed", lambda: datetime.now(UTC) > closing)
        async with upkeep_worker(temporal_client, chores, threads):
            assert await run.result() == "told"
            assert heard(sessions, "stan") == ["station-outlet"]
            assert sorted(heard(sessions, "sun")) == ["harbour-outlet", "station-outlet"]
            again = await temporal_client.execute_workflow(
                UpkeepWorkflow.run, Chore.CHECKS, id="checks/again", task_queue=UPKEEP_QUEUE
            )
            assert again == "told"
    assert heard(sessions, "stan") == ["station-outlet"]
