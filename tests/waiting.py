"""Waiting for what must come, and saying what did not."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TYPE_CHECKING, TypeVar, overload

from sqlalchemy import text
from temporalio.client import Client

from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id

if TYPE_CHECKING:
    from store.database import Sessions

Answer = TypeVar("Answer")

PATIENCE = 120.0
"""Seconds: far more than anything takes on a busy machine, less than a test may take in all."""

LOOK_EVERY = 0.05


@overload
async def eventually(
    what: str, ask: Callable[[], Awaitable[Answer | None]], within: float = PATIENCE
) -> Answer: ...
@overload
async def eventually(
    what: str, ask: Callable[[], Answer | None], within: float = PATIENCE
) -> Answer: ...
async def eventually(
    what: str,
    ask: Callable[[], Awaitable[Answer | None]] | Callable[[], Answer | None],
    within: float = PATIENCE,
) -> Answer:
    """Ask until the answer is neither empty nor no, and give it; `what` is awaited, in words.

    What blocks does so in a thread, and holds up neither a worker nor a relay of this loop.
    """

    async def asked() -> Answer | None:
        answer = await asyncio.to_thread(ask)
        return await answer if isawaitable(answer) else answer

    try:
        async with asyncio.timeout(within):
            while not (answer := await asked()):
                await asyncio.sleep(LOOK_EVERY)
            return answer
    except TimeoutError:
        raise AssertionError(f"waited {within:.0f} s in vain: {what}") from None


def somebody_waits(sessions: "Sessions") -> bool:
    """Whether somebody waits for what another one holds in this database."""
    with sessions() as session:
        waiting = "select count(*) from pg_locks where not granted"
        return bool(session.scalar(text(waiting)))


async def taken_up(client: Client, reference: str) -> None:
    """Wait until the workflow of a case has read its record."""
    handle = client.get_workflow_handle(case_workflow_id(reference))
    await eventually(
        f"{reference} is taken up by its workflow", lambda: handle.query(CaseWorkflow.standing)
    )
