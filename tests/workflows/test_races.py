"""Again and again two people want something of one case at the same moment: whoever is told yes
finds it in the journal once, whoever is told no changed nothing, and the case is what it says.
"""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.testing import TimeSkipper

from domain.acts import (
    AnyAct,
    Close,
    ExplainOverrun,
    Extend,
    Note,
    Reopen,
    Withdraw,
)
from domain.case import Milestone, Status
from domain.classification import WithdrawalKind
from domain.errors import Refusal
from domain.statuses import CommandStatus
from engine.connection import EngineAway
from store.cases.commands import StoredCommand
from store.database import Sessions
from store.tables import CommandRow, JournalRow
from tests.workflows.casework import Casework, given_to

pytestmark = pytest.mark.usefixtures("working")

ROUNDS = {"two assign": 13, "a note at the close": 5, "extend or withdraw": 7}
"""Races on each case."""

CASES = int(os.environ.get("RACES", "50")) // sum(ROUNDS.values())
"""Worked on side by side: fifty races in every run of the tests, as many as one likes by hand."""

WITHDRAW = Withdraw(withdrawal=WithdrawalKind.VOLUNTARY)


class Race(Casework):
    """A case that two people act on at once."""

    async def between(self, *wishes: tuple[AnyAct, str, dict[str, str]]) -> list[Refusal | None]:
        """What each is told who sends this from the page that both have before them."""
        seen = self.case.version
        asked = [
            await self.asked_of_two(act, by, "hong", words)
            if isinstance(act, Withdraw | Extend)
            else await self.asked(act, by, words, seen_version=seen)
            for act, by, words in wishes
        ]
        barrier = asyncio.Barrier(len(asked))

        async def sent(wish: StoredCommand) -> Refusal | None:
            await barrier.wait()
            while True:
                try:
                    await self.delivered(wish)
                except EngineAway:
                    continue
                refusal = self.answer(wish).refusal
                return refusal.code if refusal else None

        return list(await asyncio.gather(*(sent(wish) for wish in asked)))

    def running_reply(self) -> str:
        """The reply clock that runs; each reopening starts one more."""
        reopened = [each.milestone for each in self.case.milestones].count(Milestone.REOPENED)
        return f"reply.{reopened + 1}" if reopened else "reply"

    def require_nothing_lost(self, sessions: Sessions) -> None:
        """Each accepted command is in the journal once, no refused one is, and nothing else."""
        with sessions() as session:
            commands = session.execute(
                select(CommandRow.id, CommandRow.status).where(
                    CommandRow.reference == self.reference
                )
            ).all()
            entries = session.execute(
                select(JournalRow.version, JournalRow.key)
                .where(JournalRow.reference == self.reference)
                .order_by(JournalRow.version)
            ).all()
        assert {row.status for row in commands} <= {CommandStatus.ACCEPTED, CommandStatus.REFUSED}
        accepted = [row.id for row in commands if row.status == CommandStatus.ACCEPTED]
        assert sorted(row.key for row in entries) == sorted(["received", *accepted])
        assert [row.version for row in entries] == list(range(1, len(entries) + 1))
        assert self.case.version == len(entries)


async def two_assign(work: Race) -> None:
    others = [who for who in ("han", "hugo", "sun") if who != work.case.handler]
    told = await work.between((given_to(others[0]), "sun", {}), (given_to(others[1]), "ines", {}))
    assert sorted(told, key=str) == [None, Refusal.CHANGED_MEANWHILE]
    assert work.case.handler == others[told.index(None)]


async def a_note_at_the_close(work: Race) -> None:
    await work.agreed(WITHDRAW, "ines", "hong", reason="settled by telephone")
    told = await work.between((Close(), "sun", {}), (Note(), "hong", {"note": "the footage"}))
    assert told == [None, None]
    assert work.case.status is Status.CLOSED
    await work.done(Reopen(), "sun", reason="it happened again")


async def extend_or_withdraw(work: Race) -> None:
    if work.case.handler is None:
        await work.done(given_to("han"), "sun")
    clock = work.running_reply()
    later = work.due_at(clock) + timedelta(days=7)
    await work.done(ExplainOverrun(overrun=clock), "han", reason="the footage", letter="soon")
    told = await work.between(
        (Extend(clock=clock, until_at=later), "han", {"reason": "the footage"}),
        (WITHDRAW, "ines", {"reason": "settled by telephone"}),
    )
    [refusal] = [each for each in told if each is not None]
    assert refusal in {Refusal.CHANGED_MEANWHILE, Refusal.NOT_IN_THIS_STATUS}
    extends = told[0] is None
    assert (clock in {each.clock for each in work.case.extensions}) is extends
    assert (work.case.status is Status.DISPOSED) is not extends
    if extends:
        await work.agreed(WITHDRAW, "ines", "hong", reason="settled by telephone")
    await work.done(Close(), "sun")
    await work.done(Reopen(), "sun", reason="it happened again")


RACES: dict[str, Any] = {
    "two assign": two_assign,
    "a note at the close": a_note_at_the_close,
    "extend or withdraw": extend_or_withdraw,
}


@pytest.mark.parametrize("race", RACES)
async def test_of_two_at_once_nobodys_act_is_lost_or_done_twice(
    sessions: Sessions, skipper: TimeSkipper, race: str
) -> None:
    async def raced() -> None:
        work = await Race.begin(sessions, skipper)
        for _ in range(ROUNDS[race]):
            await RACES[race](work)
        work.require_nothing_lost(sessions)

    assert CASES > 0
    await asyncio.gather(*(raced() for _ in range(CASES)))
