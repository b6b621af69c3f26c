"""The story of one case: acts, time that passes, and what follows by itself, on the real engines.

A workflow's clock only goes forward, so stories play in a November still to come, in a database
that is further on than any of them: to the product nothing in them lies in the future.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from temporalio.testing import TimeSkipper

from domain.acts import AnyAct
from domain.case import Fired, is_of_a_task
from domain.classification import Channel
from domain.clocks.ledger import Clock, Step
from domain.clocks.steps import next_step
from domain.errors import NotFit, Refusal, Refused
from domain.journal import CaseState
from domain.policy import Pack
from rulebook.packs import read_pack
from store.cases.journal import standing_of
from store.cases.receipts import check_each, receive
from store.database import Sessions
from store.policies.packs import publish_all
from store.tables import JournalRow, NoticeRow, TaskRow
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.waiting import eventually
from tests.workflows.casework import REPLY_WORDS, TOLD_TIME, Casework

__all__ = ["REPLY_WORDS"]

BEIJING = ZoneInfo("Asia/Shanghai")

YEAR = 2037
"""Its days fall on the weekdays of 2026, and no arrangement of holidays is announced for it."""

QUEUE = "stories"
PATIENCE = 20
"""Seconds in which the engines do what fell due in a story, unless they have stalled."""

FIRST_ASK = {
    "name": "somebody",
    "phone": "100",
    "subject": "the card does not work",
    "demand": "a card that works",
}
"""What a first-ask record holds beside time and unit (D-08)."""

HANDED_DOWN = {"channel": Channel.TRANSFERRED, "sender": "a bureau"}


def november(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """By the clock on a wall in Beijing; the 9th is a Monday."""
    return datetime(YEAR, 11, day, hour, minute, tzinfo=BEIJING).astimezone(UTC)


@cache
def the_pack(name: str) -> Pack:
    """A pack as it lies in the folder, read once."""
    return read_pack(name)[0]


def a_whole_bank(session: Session) -> None:
    """Every level of a bank, and somebody in every office; the packs are published."""
    publish_all(session)
    WHOLE.moves_into(session)


def after_all_stories(session: Session) -> None:
    """Let it be the end of the stories' year wherever this database is asked what time it is, and
    no transaction has been told another (`tests.workflows.casework.tell_time`)."""
    database = session.scalar(text("SELECT current_database()"))
    session.execute(text("CREATE SCHEMA ahead"))
    session.execute(
        text(
            "CREATE FUNCTION ahead.now() RETURNS timestamptz LANGUAGE sql STABLE"
            f" AS $$ SELECT coalesce(nullif(current_setting('{TOLD_TIME}', true), ''),"
            f" '{YEAR}-12-31')::timestamptz $$"
        )
    )
    path = f"ALTER DATABASE {database} SET search_path = ahead, pg_catalog, public"
    session.execute(text(path))


class Story(Casework):
    """One case, told in the time of its own workflow."""

    queue = QUEUE
    bank = WHOLE
    today: datetime
    """What time it is in the story: when acts are done, and up to when everything has happened."""

    @classmethod
    async def told(
        cls,
        sessions: Sessions,
        skipper: TimeSkipper,
        pack: str | None,
        *,
        at: datetime,
        **complaint: Any,
    ) -> Self:
        """A complaint is received at this instant, under this pack."""
        received = {"received_at": at, "policy": pack, **FIRST_ASK, **complaint}
        story = await cls.begin(sessions, skipper, **received)
        await story.until(at)
        return story

    async def dated(self) -> datetime:
        return self.today

    async def does(self, act: AnyAct, by: str, *words: str) -> None:
        """Somebody does something now; it is accepted."""
        await self.done(act, by, **dict.fromkeys(words, "said"))

    async def agree(self, act: AnyAct, by: str, with_: str, *words: str) -> None:
        """Somebody asks for what takes two, another agrees; it is accepted."""
        await self.agreed(act, by, with_, **dict.fromkeys(words, "said"))

    async def refuses(self, refusal: Refusal, act: AnyAct, by: str, *words: str) -> Refused:
        """Somebody tries something now and is refused for this reason, which is kept; nothing
        changes.
        """
        before = self.case
        try:
            asked = await self.asked(act, by, dict.fromkeys(words, "said"))
        except Refused as at_the_desk:
            met: Refused | None = at_the_desk
        else:
            met = (await self.delivered(asked)).refusal
            assert self.answer(asked).refusal is not None
        assert met is not None, "it was accepted"
        assert met.code is refusal
        assert self.case == before
        return met

    async def passes(self, **span: float) -> None:
        """Time passes; whatever falls due on the way has happened."""
        await self.until(self.today + timedelta(**span))

    async def until(self, instant: datetime) -> None:
        """Time passes until this instant; whatever falls due by then has happened."""
        self.today = instant
        if self.case.is_closed and self._next_step() is None:
            return  # The workflow is over: nothing happens by itself any more.
        for _ in ("told once", "told again"):  # seldom the server forgets to skip a wait
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await super().until(instant)
                    await eventually("nothing is owed", lambda: not self._owes(instant))
                    return
        raise AssertionError(f"at {await self.now()} nothing came of {self._next_step()}")

    @property
    def pack(self) -> Pack:
        return the_pack(self.case.policy.partition("@")[0])

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """Of the complaint itself; tasks have clocks of their own."""
        return tuple(each for each in self._all_clocks() if not each.is_of_a_task)

    def _all_clocks(self) -> tuple[Clock, ...]:
        with self._sessions() as session:
            return standing_of(session, self.reference).clocks

    @property
    def fired_for_the_complaint(self) -> list[Fired]:
        """What happened by itself to the complaint."""
        return [each for each in self.case.fired if not is_of_a_task(each.clock)]

    def steps(self) -> list[tuple[str, str]]:
        """What happened by itself, clock and step."""
        return [(each.clock, each.step) for each in self.fired_for_the_complaint]

    def breaches(self) -> dict[str, datetime]:
        """The clocks that ran out, and when, to the minute."""
        return {
            each.clock: each.at.replace(second=0, microsecond=0)
            for each in self.fired_for_the_complaint
            if each.step == "breach"
        }

    @property
    def heard(self) -> list[tuple[str, str]]:
        """Who was told, and of what, in order."""
        with self._sessions() as session:
            rows = select(NoticeRow.recipient, NoticeRow.about)
            rows = rows.where(NoticeRow.reference == self.reference).order_by(NoticeRow.id)
            return [(row.recipient, row.about) for row in session.execute(rows)]

    def offices(self) -> dict[str, str | None]:
        """The tasks that offices were given and have not done, and who is to do each."""
        return {row.facts["task"]: row.person for row in self.tasks("duty")}

    def tasks(self, kind: str) -> Sequence[TaskRow]:
        """The tasks of this kind that nobody has done."""
        with self._sessions() as session:
            rows = select(TaskRow).where(TaskRow.reference == self.reference, TaskRow.kind == kind)
            return session.scalars(rows.where(TaskRow.done_at.is_(None))).all()

    def words(self, event: str) -> dict[str, str]:
        """The texts that are kept with the last entry of this kind."""
        with self._sessions() as session:
            rows = select(JournalRow.words).where(
                JournalRow.reference == self.reference, JournalRow.event == event
            )
            return dict(session.scalars(rows.order_by(JournalRow.version)).all()[-1])

    def _next_step(self) -> Step | None:
        return next_step(self._all_clocks())

    def _owes(self, instant: datetime) -> bool:
        step = self._next_step()
        return step is not None and step.fires_at <= instant


def taken_down(
    sessions: Sessions, pack: str | None, *, at: datetime, **complaint: Any
) -> CaseState:
    """A case as it stands when its complaint has just been taken down: for what the receipt alone
    decides, no workflow need be started."""
    received = {"received_at": at, "policy": pack, **FIRST_ASK, **complaint}
    with sessions.begin() as session:
        reference = receive(session, a_complaint(**received), WHOLE.actor("ines")).reference
        return standing_of(session, reference)


def due_at(case: CaseState, key: str) -> datetime | None:
    """When a clock of a case that was just taken down is due."""
    return next(clock.due_at for clock in case.clocks if clock.key == key)


def intake_flaws(sessions: Sessions, pack: str, **over: Any) -> set[str]:
    """The fields for which a complaint is not taken down under a pack."""
    complaint = a_complaint(policy=pack, received_at=november(9), **over)
    with sessions() as session:
        (unfit,) = check_each(session, [complaint])
    return {each.where for each in unfit.faults} if isinstance(unfit, NotFit) else set()


Tell = Callable[..., Awaitable[Story]]
"""Receives a complaint under a pack and starts its case: the fixture `tell`."""
