"""Notices on the way to Temporal: the messages that start them, and the look for forgotten ones."""

import asyncio
import logging
from dataclasses import dataclass

from temporalio.client import Client

from domain.notices import Sending
from engine.notices import start_batch
from store import notices
from store.database import Sessions
from store.outbox.messages import OutboxMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDispatch:
    """Takes notices from the outbox to Temporal, and looks after those that got lost there."""

    sessions: Sessions
    client: Client
    sending: Sending
    has_room: bool
    """Whether staff without an address may be reached by a room."""

    async def run(self, *messages: OutboxMessage) -> None:
        """Start what must be sent, as one batch; what stays in the pages needs no workflow."""
        to_send = await asyncio.to_thread(self._to_be_sent, [each.key for each in messages])
        if to_send:
            await start_batch(self.client, to_send, self.sending)

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

    def _to_be_sent(self, messages: list[str]) -> list[str]:
        with self.sessions.begin() as session:
            return notices.to_be_sent(session, messages, has_room=self.has_room)

    def _remember(self) -> int:
        with self.sessions.begin() as session:
            return notices.remember_forgotten(session, self.sending)
