"""How a case comes to its end, for tests of what is before and after."""

from temporalio.client import WorkflowExecutionStatus

from domain.acts import Close, Dispose, Reply
from domain.classification import Responsibility, Satisfaction, Validity
from tests.waiting import eventually
from tests.workflows.casework import REPLY_WORDS, Casework, given_to

SETTLED = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK, redress_fen=12_00)


async def a_reply(work: Casework) -> Reply:
    return Reply(satisfaction=Satisfaction.SATISFIED, handled_at=await work.now())


async def ended(work: Casework) -> None:
    """Wait until the workflow has come to its end."""

    async def is_completed() -> bool:
        return (await work.handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await eventually("the workflow has come to its end", is_completed)


async def closed(work: Casework) -> None:
    """Assigned, answered, settled and put away."""
    await work.done(given_to("han"), "sun")
    await work.done(await a_reply(work), "han", **REPLY_WORDS)
    await work.done(SETTLED, "han", measures="a second counter at noon")
    await work.done(Close(), "han")
