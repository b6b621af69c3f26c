"""What is looked at again and again beside the worker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from temporalio.service import RPCError

from store.database import DatabaseAway

log = logging.getLogger(__name__)


async def periodically(look: Callable[[], Awaitable[object]], seconds: float, who: str) -> None:
    """Until cancelled: look, then rest. Nothing that goes wrong with one look ends the looking, for
    the worker ends with it: PostgreSQL or Temporal is away, or the fault is ours and is logged."""
    while True:
        try:
            await look()
        except (RPCError, OSError, *DatabaseAway) as away:
            log.warning("%s could not look: %s", who, type(away).__name__)
        except Exception:
            log.exception("%s stumbled", who)
        await asyncio.sleep(seconds)
