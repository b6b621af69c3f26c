"""Cases for the tests of their workflow."""

from typing import Any

import pytest
from temporalio.testing import TimeSkipper

from store.database import Sessions
from tests.workflows.casework import Begin, Casework


@pytest.fixture
def begin(sessions: Sessions, skipper: TimeSkipper) -> Begin:
    """Receives a complaint and starts its case."""

    async def begin(**complaint: Any) -> Casework:
        return await Casework.begin(sessions, skipper, **complaint)

    return begin
