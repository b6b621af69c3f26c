"""What the scenarios stand on: a bank, a time and a worker of their own."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from store.database import Sessions, close_database, open_database
from tests.retelling import require_retold
from tests.scenarios.story import (
    QUEUE,
    Story,
    Tell,
    a_whole_bank,
    after_all_stories,
    november,
)
from tests.settings import PERSONAL_KEYS
from worker import THREADS, case_worker


@pytest.fixture(scope="session")
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """The database of the stories' bank."""
    url = new_database()
    before = open_database(url, personal_keys=PERSONAL_KEYS)
    with before.begin() as session:
        after_all_stories(session)
    close_database(before)
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_whole_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="session")
async def working(temporal_client: Client, sessions: Sessions) -> AsyncIterator[None]:
    """The worker of the stories' cases."""
    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(temporal_client, sessions, threads, QUEUE):
            yield


@pytest.fixture
def tell(sessions: Sessions, skipper: TimeSkipper, working: None) -> Iterator[Tell]:
    """Receives a complaint and starts its case, on Monday the 9th at ten unless said otherwise.
    Whatever becomes of it can be told again from its journal."""
    monday = november(9)
    told: list[str] = []

    async def tell(pack: str | None, *, at: datetime = monday, **complaint: Any) -> Story:
        story = await Story.told(sessions, skipper, pack, at=at, **complaint)
        told.append(story.reference)
        return story

    yield tell
    for reference in told:
        require_retold(sessions, reference)
