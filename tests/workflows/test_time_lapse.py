"""E8: the server lets time leap two hundred times and then stands still, without a word."""

from datetime import timedelta

import pytest
from temporalio.client import Client

from store.database import Sessions
from tests.temporal import TimeLapse, TimeStandsStill
from tests.workflows.casework import Casework


async def test_whoever_lets_time_pass_hears_when_it_stands_still(
    temporal_client: Client, sessions: Sessions, working: None
) -> None:
    work = await Casework.begin(sessions, TimeLapse(temporal_client, skips=2))
    began = await work.now()
    with pytest.raises(TimeStandsStill):
        await work.passes(days=40)
    assert await work.now() - began < timedelta(days=40)
    work = await Casework.begin(sessions, TimeLapse(temporal_client))
    began = await work.now()
    await work.passes(days=40)
    assert await work.now() - began >= timedelta(days=40)
