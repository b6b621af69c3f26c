"""Notices on the way to Temporal: the messages that start them, and the look for forgotten ones."""

import logging
from dataclasses import dataclass

from temporalio.client import Client

from domain.notices import Sending
from engine.notices import start_batch
from relay.periodically import periodically
from store.database import Sessions, write_in_thread
from store.notices import remember_forgotten, to_be_sent
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
        keys = [each.key for each in messages]
        to_send = await write_in_thread(self.sessions, to_be_sent, keys, has_room=self.has_room)
        if to_send:
            await start_batch(self.client, to_send, self.sending)

    async def look_for_forgotten(self) -> None:
        """Until cancelled: put forgotten notices back into the outbox."""
        seconds = self.sending.look_for_forgotten_every_seconds
        await periodically(self._remember, seconds, "the notice dispatch")

    async def _remember(self) -> None:
        found = await write_in_thread(self.sessions, remember_forgotten, self.sending)
        if found:
            log.warning("%d forgotten notices are sent after all", found)
