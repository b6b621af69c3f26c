"""Lives of complaints, each drawn from its own number: a seed always gives the same year.

A life is acted out by the rules themselves: whatever somebody does is decided as after a press of
the button, and a clock that runs out meanwhile is warned of, breached and escalated at its instant.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bench.year.bank import ENDS, Staff
from domain.acts import (
    ACTS,
    AnyAct,
    ExplainOverrun,
    Extend,
)
from domain.acts.base import ActContext, carried_out
from domain.case import Actor, Case
from domain.clocks.ledger import Clock
from domain.clocks.plan import plan
from domain.clocks.steps import next_due, next_step
from domain.errors import Refused
from domain.escalation import due_now, heard_by, receiver_of
from domain.journal import CaseState, Change
from store.cases.reception import Ground

EVERY_WORD = frozenset(name for act in ACTS for name in act.words) - {"problem"}
"""The texts that acts come with; their words themselves are left out of the generated year."""

WRITTEN_DOWN_LATER = 0.05
"""Acts of which the journal hears only days afterwards (default)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change, and when it was written down."""

    change: Change
    before: Case | None
    recorded_at: datetime


class YearIsOver(Exception):
    """What would come next lies beyond the year."""


class Life:
    """One case on its way through the year."""

    def __init__(self, first: Change, ground: Ground, staff: Staff, chance: Random) -> None:
        self.case = first.case
        self.told = [Told(first, None, first.entry.at + timedelta(seconds=2))]
        self.now = first.entry.at
        self.ground = ground
        self.refused: Refused | None = None
        """What the rules had against its last act, if anything."""
        self._staff = staff
        self._chance = chance
        self._starts = {each for limit in ground.pack.limits for each in limit.starts}
        self._clocks: tuple[Clock, ...] = ()
        self._is_planned = False
        self._plan()

    @property
    def due_at(self) -> datetime | None:
        """When the case itself is due next."""
        self._plan()
        return next_due(self._clocks)

    def clock(self, key: str) -> Clock | None:
        """The running clock of that name."""
        self._plan()
        return next((each for each in self._clocks if each.key == key and each.is_running), None)

    def does(self, act: AnyAct, by: Actor, at: datetime) -> None:
        """Let somebody act, after everything that happens by itself until then. Raises `YearIsOver`
        instead when that is beyond the year, and `Refused` as the rules do.
        """
        at = max(at, self.now + timedelta(seconds=1))
        self.passes_until(min(at, ENDS))
        if at >= ENDS:
            raise YearIsOver
        if type(act) in _ASKING_CLOCKS:
            self._plan()
        context = ActContext(
            by=by, at=at, words=EVERY_WORD, conduct=self.ground.pack.conduct, clocks=self._clocks
        )
        key = f"{self.case.reference}-{len(self.told)}"
        change = carried_out(act, self.case, context, key=key, seen_version=None)
        late = self._chance.random() < WRITTEN_DOWN_LATER
        days = self._chance.uniform(0.5, 8) if late else 0
        self._takes(change, timedelta(days=days, seconds=self._chance.randint(1, 4)))

    def passes_until(self, instant: datetime) -> None:
        """Let everything happen that happens by itself until then."""
        while (step := next_step(self._clocks)) is not None and step.fires_at <= instant:
            if not self._is_planned:
                self._plan()
                continue
            conduct = self.ground.pack.conduct
            at = max(step.fires_at, self.now)
            due = due_now(CaseState(case=self.case, clocks=self._clocks), at, conduct)
            assert due is not None
            directory = self._staff.directory_of(
                self.case.unit, self.case.handler, self.case.first_owner
            )
            receiver = receiver_of(step, due.case, directory, conduct)
            heard = {"receiver": receiver} if receiver else {}
            entry = replace(due.entry, facts={**due.entry.facts, **heard})
            case = heard_by(due.case, step, receiver)
            self._takes(Change(case=case, entry=entry, step=step), timedelta(seconds=1))
            self._plan()

    def _takes(self, change: Change, lag: timedelta) -> None:
        before, last = self.case, self.told[-1].recorded_at
        recorded_at = max(last, change.entry.at + lag)
        self.told.append(Told(change, before, recorded_at))
        self.case, self.now = change.case, change.entry.at
        self._is_planned = False
        if self._moves_clocks(before):
            self._plan()

    def _moves_clocks(self, before: Case) -> bool:
        """Whether a clock may run that did not, or until another date."""
        case = self.case
        reached = {each.milestone for each in case.milestones[len(before.milestones) :]}
        known = {each.key for each in before.tasks}
        given = any(each.is_open and each.key not in known for each in case.tasks)
        return bool(reached & self._starts) or given or _dates_of(case) != _dates_of(before)

    def _plan(self) -> None:
        if not self._is_planned:
            planned = plan(self.case, self.ground.pack, self.ground.calendar)
            self._clocks = tuple(each.clock for each in planned)
            self._is_planned = True


_ASKING_CLOCKS = frozenset({Extend, ExplainOverrun})


def _dates_of(case: Case) -> tuple[object, ...]:
    return (
        case.category, case.marks, case.amount_fen, case.pauses, case.extensions, case.commitments,
        case.plans,
    )  # fmt: skip
