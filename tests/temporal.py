"""Temporal as the tests speak to it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio.api.workflowservice.v1 import (
    PauseWorkflowExecutionRequest,
    UnpauseWorkflowExecutionRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from config import PayloadKey
from workflows.names import case_workflow_id

TEST_NAMESPACE = "redress-test"
"""Where time can be skipped."""

KEYS = (PayloadKey(id="test", key=bytes(range(32))),)


async def a_client(
    address: str, namespace: str = TEST_NAMESPACE, identity: str | None = None
) -> Client:
    """A client of a real server, encrypting as in production."""
    from engine.payloads import encrypted_converter
    from engine.program import identity as ours

    converter = encrypted_converter(KEYS)
    return await Client.connect(
        address, namespace=namespace, identity=identity or ours(), data_converter=converter
    )


async def pause(client: Client, reference: str, *, by: str) -> None:
    """As an operator does with the engine's own tools."""
    await client.workflow_service.pause_workflow_execution(
        PauseWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_id=case_workflow_id(reference),
            identity=by,
            reason="to have a look",
            request_id=str(uuid4()),
        )
    )


async def unpause(client: Client, reference: str, *, by: str) -> None:
    """Let it go on, with the same tools."""
    await client.workflow_service.unpause_workflow_execution(
        UnpauseWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_id=case_workflow_id(reference),
            identity=by,
            reason="seen",
            request_id=str(uuid4()),
        )
    )


SKIPS = 10_000
"""Leaps at a time: more than the steps of any case. By itself the server makes two hundred."""

LOOK_EVERY_SECONDS = 1.0

STANDS_AFTER_LOOKS = 5
"""In a row. It stands, too, once it has passed and whoever waits for that is yet to hear of it."""


class TimeStandsStill(Exception):
    """The server has made as many leaps as it may, and waits for the clock on the wall."""


class TimeLapse(TimeSkipper):
    """Lets time pass for one workflow at a time, and says when it does not pass any more: by itself
    the server says nothing, and whoever waits for the end waits for ever.
    """

    def __init__(self, client: Client, skips: int = SKIPS) -> None:
        super().__init__(client, config=TimeSkippingConfig(max_session_skip_count=skips))

    async def fast_forward(
        self, handle: WorkflowHandle[Any, Any], duration: timedelta | float | None = None, /
    ) -> bool:
        """As the SDK's own; raises `TimeStandsStill` as soon as it does."""
        passing = asyncio.ensure_future(super().fast_forward(handle, duration))
        stood = 0
        try:
            while not (await asyncio.wait([passing], timeout=LOOK_EVERY_SECONDS))[0]:
                stood = 0 if await self._passes(handle) else stood + 1
                if stood == STANDS_AFTER_LOOKS:
                    raise TimeStandsStill(handle.id)
            return passing.result()
        finally:
            passing.cancel()

    async def _passes(self, handle: WorkflowHandle[Any, Any]) -> bool:
        info = await self.get_time_skipping_info(handle)
        return info is None or info.effective_config.enabled
