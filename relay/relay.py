"""The relay: runs the errands of the outbox, so that nothing stored stays untold."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable

from temporalio.client import Client
from temporalio.service import RPCError

from crashpoints import crashpoint
from domain.errors import Refused
from engine.connection import EngineAway
from engine.delivery import deliver, start_case
from engine.repair import carry_out
from store.cases.commands import Asked, CommandStatus, answer_command, read_command
from store.database import Sessions
from store.operations import repairs
from store.outbox import messages
from store.outbox.messages import Errand, Kind
from store.outbox.wakeups import Wakeups

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Errands under way together: as many as the engine takes without queueing (measured)."""

LOOK_EVERY_SECONDS = 1.0
"""How often to look without being woken: the sweep for errands a lost wake-up left behind."""

Run = Callable[[Errand], Awaitable[None]]


class Relay:
    """Brings to Temporal what PostgreSQL holds for it. Any number of relays may run."""

    def __init__(self, sessions: Sessions, client: Client, wakeups: Wakeups) -> None:
        self._sessions = sessions
        self._client = client
        self._wakeups = wakeups
        self._runs: dict[Kind, Run] = {
            Kind.CASE: self._start_case,
            Kind.COMMAND: self._deliver,
            Kind.REPAIR: self._repair,
        }
        self._at_once = defaultdict[Kind, int](lambda: AT_ONCE)

    def also(self, kind: Kind, run: Run, *, at_once: int = AT_ONCE) -> None:
        """Run errands of another kind too, at most so many of them together."""
        self._runs[kind] = run
        self._at_once[kind] = at_once

    async def run(self) -> None:
        """Until cancelled: run what is due, then wait to be woken. No kind waits for another."""
        bells = {kind: asyncio.Event() for kind in self._runs}
        async with asyncio.TaskGroup() as watches:
            watches.create_task(self._ring(bells.values()))
            for kind, bell in bells.items():
                watches.create_task(self._run_whenever(kind, bell))

    async def _ring(self, bells: Iterable[asyncio.Event]) -> None:
        while True:
            await self._wakeups.wait(LOOK_EVERY_SECONDS)
            for bell in bells:
                bell.set()

    async def _run_whenever(self, kind: Kind, bell: asyncio.Event) -> None:
        while True:
            bell.clear()
            try:
                busy = await self._run_due(kind)
            except Exception:
                # The database is away; every errand is still in it when it comes back.
                log.exception("the relay could not read the outbox")
                busy = False
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            if not busy:
                await bell.wait()

    async def _run_due(self, kind: Kind) -> bool:
        errands = await asyncio.to_thread(self._take, kind)
        if errands:
            crashpoint("relay.taken")
        outcomes = await asyncio.gather(*(self._run_one(errand) for errand in errands))
        done = [errand.key for errand, fine in zip(errands, outcomes, strict=True) if fine]
        if done:
            await asyncio.to_thread(self._finish, kind, done)
        return bool(done)

    async def _run_one(self, errand: Errand) -> bool:
        try:
            await self._runs[errand.kind](errand)
        except (EngineAway, RPCError) as away:
            await asyncio.to_thread(self._put_off, errand, type(away).__name__)
            return False
        except Exception as problem:
            log.exception("an errand failed", extra={"kind": errand.kind, "key": errand.key})
            await asyncio.to_thread(self._put_off, errand, type(problem).__name__)
            return False
        return True

    async def _start_case(self, errand: Errand) -> None:
        await start_case(self._client, errand.key)
        crashpoint("relay.started")

    async def _deliver(self, errand: Errand) -> None:
        asked = await asyncio.to_thread(self._read, errand.key)
        if asked.status is CommandStatus.STORED:
            answered = await deliver(self._client, asked)
            crashpoint("relay.delivered")
            await asyncio.to_thread(self._answer, errand.key, answered.refusal)

    async def _repair(self, errand: Errand) -> None:
        repair = await asyncio.to_thread(self._read_repair, errand.key)
        if repair.status == repairs.APPROVED:
            run_id = await carry_out(self._client, repair)
            await asyncio.to_thread(self._finish_repair, errand.key, run_id)

    def _take(self, kind: Kind) -> list[Errand]:
        with self._sessions.begin() as session:
            return messages.take(session, kind, self._at_once[kind])

    def _finish(self, kind: Kind, keys: list[str]) -> None:
        with self._sessions.begin() as session:
            messages.done(session, kind, keys)

    def _put_off(self, errand: Errand, error: str) -> None:
        with self._sessions.begin() as session:
            messages.failed(session, errand, error)

    def _read(self, command_id: str) -> Asked:
        with self._sessions() as session:
            return read_command(session, command_id)

    def _answer(self, command_id: str, refusal: Refused | None) -> None:
        with self._sessions.begin() as session:
            answer_command(session, command_id, refusal)

    def _read_repair(self, repair_id: str) -> repairs.Repair:
        with self._sessions() as session:
            return repairs.read(session, repair_id)

    def _finish_repair(self, repair_id: str, run_id: str) -> None:
        with self._sessions.begin() as session:
            repairs.finish(session, repair_id, run_id)
