"""One case on the real server, worked on by people, in a time of its own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from domain.acts import AnyAct, Assign
from domain.case import Case, Fired
from domain.clocks.ledger import Clock
from domain.errors import Refusal, Refused
from engine.delivery import Answered, deliver, start_case
from store.cases.approved_acts import ask_for_act
from store.cases.commands import StoredCommand, answer_command, read_command, store_command
from store.cases.journal import standing_of
from store.cases.receipts import receive
from store.database import Sessions
from store.tables import CommandRow, JournalRow
from tests.agreement import agree
from tests.bank import SMALL, Bank
from tests.builders import a_complaint, actor
from tests.waiting import eventually, taken_up
from workflows.names import TASK_QUEUE, case_workflow_id

_ELEMENTS = ("letter", "findings", "persons", "lessons", "handler_name", "handler_phone")
REPLY_WORDS = dict.fromkeys(_ELEMENTS, "said")
"""Every text that the head office's pack wants in a reply (A-53)."""

TOLD_TIME = "ahead.now"
"""The setting of a transaction that tells a story's database what time it is."""


def given_to(person: str) -> Assign:
    """The act of giving a case to somebody of the bank."""
    handler = actor(person)
    return Assign(handler=person, handler_unit=handler.unit, handler_level=handler.level)


def tell_time(session: Session, at: datetime) -> None:
    """Until this transaction is over, it is as late in the records of a story as for its case."""
    session.execute(select(func.set_config(TOLD_TIME, at.isoformat(), True)))


class Casework:
    """A case with its workflow running. Time stands still until the test lets it pass."""

    queue: ClassVar[str] = TASK_QUEUE
    bank: ClassVar[Bank] = SMALL

    def __init__(self, reference: str, sessions: Sessions, skipper: TimeSkipper) -> None:
        self.reference = reference
        self._sessions = sessions
        self._skipper = skipper

    @classmethod
    async def begin(
        cls, sessions: Sessions, skipper: TimeSkipper, *, by: str = "ines", **complaint: Any
    ) -> Self:
        """Receive a complaint this moment and start its workflow."""
        over = {"received_at": datetime.now(UTC), **complaint}
        with sessions.begin() as session:
            reference = receive(session, a_complaint(**over), cls.bank.actor(by)).reference
        work = cls(reference, sessions, skipper)
        with skipper.with_time_skipping_disabled():
            await start_case(work.client, reference, cls.queue)
        await taken_up(work.client, reference)
        return work

    @property
    def client(self) -> Client:
        return self._skipper.client

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The workflow of the case, whichever of its runs is the last."""
        return self.client.get_workflow_handle(case_workflow_id(self.reference))

    async def now(self) -> datetime:
        """What time it is for this case."""
        return await self._skipper.get_current_time(self.handle)

    async def dated(self) -> datetime:
        """How the acts of people are dated that are done now."""
        return await self.now()

    async def passes(self, **span: float) -> None:
        """Let so much time pass for this case; whatever falls due on the way happens."""
        await self._skipper.fast_forward(self.handle, timedelta(**span))
        await eventually(f"{self.reference} is at rest", self._is_at_rest)

    async def until(self, instant: datetime) -> None:
        """Let time pass to a moment just after this instant; whatever was due then has happened."""
        left = instant - await self.now() + timedelta(seconds=1)
        if left > timedelta(0):
            await self._skipper.fast_forward(self.handle, left)
        await eventually(f"{self.reference} is at rest", self._is_at_rest)

    async def _is_at_rest(self) -> bool:
        """Whether nobody works on it. A busy machine may still write down what was due when time
        has passed."""
        now = (await self.handle.describe()).raw_description
        return not (now.pending_activities or now.HasField("pending_workflow_task"))

    async def done(self, act: AnyAct, by: str, **words: str) -> None:
        """Somebody does something, at the time it is for this case; it is accepted."""
        answered = await self.delivered(await self.asked(act, by, words))
        assert answered.refusal is None, answered.refusal

    async def agreed(self, act: AnyAct, by: str, with_: str, **words: str) -> None:
        """Somebody asks for something that takes two, another agrees; it is accepted."""
        answered = await self.delivered(await self.asked_of_two(act, by, with_, words))
        assert answered.refusal is None, answered.refusal

    async def asked_of_two(
        self, act: AnyAct, by: str, with_: str, words: Mapping[str, str]
    ) -> StoredCommand:
        """The command that two people have agreed on, not yet delivered."""
        at, id = await self.dated(), str(uuid4())
        with self._sessions.begin() as session:
            tell_time(session, at)
            agree(session, id, self.reference, act, self.bank.actor(by), self.bank.actor(with_),
                  words)  # fmt: skip
            session.execute(update(CommandRow).where(CommandRow.id == id).values(stored_at=at))
            return replace(read_command(session, id), at=at)

    async def refused(self, act: AnyAct, by: str, **words: str) -> Refused:
        """The refusal this act meets, at the desk already or by the workflow."""
        try:
            asked = await self.asked(act, by, words)
        except Refused as refused:
            return refused
        answered = await self.delivered(asked)
        assert answered.refusal is not None, "it was accepted"
        return answered.refusal

    async def asked(
        self,
        act: AnyAct,
        by: str,
        words: Mapping[str, str] = {},
        *,
        seen_version: int | None = None,
    ) -> StoredCommand:
        """The command stored, not yet delivered."""
        at = await self.dated()
        with self._sessions.begin() as session:
            tell_time(session, at)
            command: dict[str, Any] = {
                "command_id": str(uuid4()),
                "reference": self.reference,
                "act": act,
                "words": words,
                "by": self.bank.actor(by),
                "seen_version": seen_version,
            }
            try:
                asked = store_command(session, **command)
            except Refused as refused:
                if refused.code is Refusal.TAKES_TWO:
                    # As the desk does it: what no two could do is told before that.
                    ask_for_act(session, **command)
                raise
            moved = update(CommandRow).where(CommandRow.id == asked.id).values(stored_at=at)
            session.execute(moved)
        return replace(asked, at=at)

    async def delivered(self, asked: StoredCommand) -> Answered:
        """The workflow's answer to a stored command, written down as the relay does."""
        with self._skipper.with_time_skipping_disabled():
            answered = await deliver(self.client, asked, self.queue)
        with self._sessions.begin() as session:
            answer_command(session, asked.id, answered.refusal)
        return answered

    @property
    def case(self) -> Case:
        """The case as its row has it."""
        with self._sessions() as session:
            return standing_of(session, self.reference).case

    def clock(self, key: str) -> Clock:
        """One clock of the case."""
        with self._sessions() as session:
            clocks = standing_of(session, self.reference).clocks
        return next(clock for clock in clocks if clock.key == key)

    def due_at(self, key: str) -> datetime:
        """When this clock is due; it must not stand still."""
        due_at = self.clock(key).due_at
        assert due_at is not None
        return due_at

    def fired(self, step: str, clock: str = "reply") -> Fired:
        """What became of a step that was carried out."""
        return next(each for each in self.case.fired if (each.clock, each.step) == (clock, step))

    def journal(self) -> list[str]:
        """What happened to the case."""
        with self._sessions() as session:
            rows = select(JournalRow.event).where(JournalRow.reference == self.reference)
            return list(session.scalars(rows.order_by(JournalRow.version)))

    def answer(self, asked: StoredCommand) -> StoredCommand:
        """A command as it stands in the store now."""
        with self._sessions() as session:
            return read_command(session, asked.id)

    async def events(self) -> list[str]:
        """The kinds of event in the history of the last run."""
        history = await self.handle.fetch_history()
        return [type_name(event.event_type) for event in history.events]


def type_name(event_type: EventType.ValueType) -> str:
    """An event type as the server names it, without its common beginning."""
    return EventType.Name(event_type).removeprefix("EVENT_TYPE_")


Begin = Callable[..., Awaitable[Casework]]
"""Receives a complaint and starts its case: the fixture `begin`."""
