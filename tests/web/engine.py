"""The real engine behind the pages, in a namespace of their own."""

from datetime import UTC, datetime

from temporalio.client import Client

from engine.delivery import start_case
from tests.temporal import a_client
from tests.waiting import taken_up
from tests.web.browser import Taker

NAMESPACE = "redress-pages"


async def connect(address: str) -> Client:
    """As the pages do."""
    return await a_client(address, NAMESPACE)


async def opened(client: Client, take: Taker) -> str:
    """A case its workflow has taken up."""
    reference = take(received_at=datetime.now(UTC))
    await start_case(client, reference)
    await taken_up(client, reference)
    return reference
