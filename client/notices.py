"""Notices on the way to Temporal: the errands that start them, the look for forgotten ones, and
what people do about dead ones."""

import asyncio
import logging
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.case import Actor
from domain.notices import Sending
from store import notices
from store.database import Sessions
from store.outbox.messages import Errand
from workflows.messages import NoticeStart
from workflows.names import NOTICE_QUEUE, notice_workflow_id
from workflows.notice import NoticeWorkflow

log = logging.getLogger(__name__)


async def start_notice(client: Client, errand: str, sending: Sending) -> None:
    """Start the sending of a notice, unless it is under way.

    After its end it may be started again: what was sent or given up is not sent twice, since the
    notice itself knows.
    """
    await client.start_workflow(
        NoticeWorkflow.run,
        NoticeStart(notice_id=notices.notice_of(errand), sending=sending),
        id=notice_workflow_id(errand),
        task_queue=NOTICE_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeErrands:
    """Takes notices from the outbox to Temporal, and looks after those that got lost there."""

    sessions: Sessions
    client: Client
    sending: Sending
    has_chat: bool
    """Whether staff without an address are reached by a chat."""

    async def run(self, errand: Errand) -> None:
        """Start what must be sent; what stays in the pages needs no workflow."""
        if not await asyncio.to_thread(self._stays_inside, errand):
            await start_notice(self.client, errand.key, self.sending)

    async def look_for_forgotten(self) -> None:
        """Until cancelled: put forgotten notices back into the outbox."""
        while True:
            try:
                found = await asyncio.to_thread(self._remember)
                if found:
                    log.warning("%d forgotten notices are sent after all", found)
            except Exception:
                # The database is away; forgotten notices wait for the next look.
                log.exception("could not look for forgotten notices")
            await asyncio.sleep(self.sending.look_for_forgotten_every_seconds)

    def _stays_inside(self, errand: Errand) -> bool:
        with self.sessions.begin() as session:
            return notices.is_for_the_pages_only(
                session, notices.notice_of(errand.key), has_chat=self.has_chat
            )

    def _remember(self) -> int:
        with self.sessions.begin() as session:
            return notices.remember_forgotten(session, self.sending)


class NoticeDesk:
    """What a page asks about notices that could not be sent."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def try_again(self, notice_id: int, by: Actor) -> None:
        """Send a dead notice anew; raises `Refused`."""
        with self._sessions.begin() as session:
            notices.try_again(session, notice_id, by)

    def let_rest(self, notice_id: int, by: Actor) -> None:
        """Leave a dead notice dead and close its task; raises `Refused`."""
        with self._sessions.begin() as session:
            notices.let_rest(session, notice_id, by)

    def told(self, task_id: int, by: Actor) -> None:
        """Somebody has told an outsider by telephone or letter what could not be sent."""
        with self._sessions.begin() as session:
            notices.told(session, task_id, by)
