"""The relay: runs the messages of the outbox, so that nothing stored stays untold."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.service import RPCError

from crashpoints import crashpoint
from domain.statuses import CommandStatus, RepairStatus
from engine.connection import EngineAway
from engine.delivery import deliver, start_case
from engine.repair import carry_out
from store.cases.commands import answer_command, read_command
from store.database import DatabaseSession, Sessions, read_in_thread, write_in_thread
from store.operations import repairs
from store.outbox import messages
from store.outbox.messages import MessageKind, OutboxMessage
from store.outbox.wakeups import Wakeups

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Messages under way together: as many as the engine takes without queueing (measured)."""

LOOK_EVERY_SECONDS = 1.0
"""How often to look without being woken (default), for messages whose wake-up was lost."""

Run = Callable[..., Awaitable[None]]
"""Runs a message, or several of its kind that go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """How messages of a kind go together."""

    at_most: int
    seconds_apart: float
    """The first one goes at once; what comes so soon after it goes with the next."""
    seconds_apart_in_a_rush: float
    """The same while cases are being written that go first."""


def never() -> bool:
    """There is no rush."""
    return False


class Relay:
    """Brings to Temporal what PostgreSQL holds for it. Any number of relays may run."""

    def __init__(
        self,
        sessions: Sessions,
        client: Client,
        wakeups: Wakeups,
        is_in_a_rush: Callable[[], bool] = never,
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._wakeups = wakeups
        self._runs: dict[MessageKind, Run] = {
            MessageKind.CASE: self._start_case,
            MessageKind.COMMAND: self._deliver,
            MessageKind.REPAIR: self._repair,
        }
        self._batches = dict[MessageKind, Batches]()
        self._is_in_a_rush = is_in_a_rush

    def also(self, kind: MessageKind, run: Run, batches: Batches) -> None:
        """Run messages of another kind too, in batches, fewer of them in a rush."""
        self._runs[kind] = run
        self._batches[kind] = batches

    async def run(self) -> None:
        """Until cancelled: run what is due, then wait to be woken. No kind waits for another."""
        bells = {kind: asyncio.Event() for kind in self._runs}
        async with asyncio.TaskGroup() as watches:
            watches.create_task(self._ring(bells))
            for kind, bell in bells.items():
                watches.create_task(self._run_whenever(kind, bell))

    async def _ring(self, bells: Mapping[MessageKind, asyncio.Event]) -> None:
        look_at = time.monotonic()
        while True:
            due = await self._wakeups.wait(max(0.0, look_at - time.monotonic()))
            if time.monotonic() >= look_at:
                due, look_at = set(bells), time.monotonic() + LOOK_EVERY_SECONDS
            for kind in due & bells.keys():
                bells[kind].set()

    async def _run_whenever(self, kind: MessageKind, bell: asyncio.Event) -> None:
        while True:
            bell.clear()
            try:
                busy = await self._run_due(kind)
            except Exception:
                # The database is away; every message is still in it when it comes back.
                log.exception("the relay could not read the outbox")
                busy = False
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            if not busy:
                await bell.wait()
            elif (batches := self._batches.get(kind)) is not None:
                rush = self._is_in_a_rush()
                apart = batches.seconds_apart_in_a_rush if rush else batches.seconds_apart
                await asyncio.sleep(apart)

    async def _run_due(self, kind: MessageKind) -> bool:
        batches = self._batches.get(kind)
        at_most = batches.at_most if batches else AT_ONCE
        due = await write_in_thread(self._sessions, messages.take, kind, at_most)
        if due:
            crashpoint("relay.taken")
        groups = [due] if due and batches else [[message] for message in due]
        outcomes = await asyncio.gather(*(self._run_together(kind, group) for group in groups))
        told = [group for group, fine in zip(groups, outcomes, strict=True) if fine]
        done = [message.key for group in told for message in group]
        if done:
            await write_in_thread(self._sessions, messages.done, kind, done)
        return bool(done)

    async def _run_together(self, kind: MessageKind, group: Sequence[OutboxMessage]) -> bool:
        try:
            await self._runs[kind](*group)
        except (EngineAway, RPCError) as away:
            await write_in_thread(self._sessions, _put_off, group, type(away).__name__)
            return False
        except Exception as problem:
            keys = [message.key for message in group]
            log.exception("a message failed", extra={"kind": kind, "keys": keys})
            await write_in_thread(self._sessions, _put_off, group, type(problem).__name__)
            return False
        return True

    async def _start_case(self, message: OutboxMessage) -> None:
        await start_case(self._client, message.key)
        crashpoint("relay.started")

    async def _deliver(self, message: OutboxMessage) -> None:
        asked = await read_in_thread(self._sessions, read_command, message.key)
        # An accepted one too: its workflow may have forgotten it before it answered.
        if asked.status is not CommandStatus.REFUSED:
            answered = await deliver(self._client, asked)
            crashpoint("relay.delivered")
            if answered.refusal is not None:
                await write_in_thread(self._sessions, answer_command, message.key, answered.refusal)

    async def _repair(self, message: OutboxMessage) -> None:
        repair = await read_in_thread(self._sessions, repairs.read, message.key)
        if repair.status is RepairStatus.APPROVED:
            run_id = await carry_out(self._client, repair)
            await write_in_thread(self._sessions, repairs.finish, message.key, run_id)


def _put_off(session: DatabaseSession, group: Sequence[OutboxMessage], error: str) -> None:
    for message in group:
        messages.failed(session, message, error)
