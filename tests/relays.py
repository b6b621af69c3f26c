"""Relays at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from relay.relay import Relay


@asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[None]:
    """Relays at work, as in the worker."""
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
