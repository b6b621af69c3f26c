"""Cases for the tests of their workflow."""

from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.testing import TimeSkipper

from store.database import Sessions
from tests.retelling import require_retold
from tests.workflows.casework import Begin, Casework


@pytest.fixture
def begin(sessions: Sessions, skipper: TimeSkipper) -> Iterator[Begin]:
    """Receives a complaint and starts its case. Whatever becomes of it can be told again from its
    journal."""
    begun: list[str] = []

    async def begin(**complaint: Any) -> Casework:
        work = await Casework.begin(sessions, skipper, **complaint)
        begun.append(work.reference)
        return work

    yield begin
    for reference in begun:
        require_retold(sessions, reference)
