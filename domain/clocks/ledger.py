"""The values of the clock ledger: clocks, their steps, and the proof of each date."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from domain.case import (
    Milestone,
    Pause,
    is_of_a_task,
    step_key,
)
from domain.classification import Role
from domain.findings import is_of_a_finding
from domain.labels import TimerLabel
from domain.policy import Nature

FINAL = "final"
"""The one step of the clock of a finding: the time to appeal is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens by itself at an instant unless the clock stops before."""

    clock: str
    name: str
    """`warning-1`, `breach`, or the name of a rung."""
    fires_at: datetime
    role: Role
    """Who is to hear of it."""
    rule: str
    drafts_report: bool = False
    wants_acknowledgement: bool = False
    tells_customer: bool = False
    number: int = 1
    """Counts up when the clock's date was moved after the step had been carried out."""

    @property
    def key(self) -> str:
        """Names this carrying-out within its case: what it does is done once."""
        return step_key(self.clock, self.name, self.number)

    @property
    def label(self) -> str:
        """What the engine's timer for it is called, by which its history can be read."""
        return str(TimerLabel(clock=self.clock, step=self.name, rule=self.rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of one case."""

    key: str
    """`reply`, or `reply.2` when the clock was started a second time."""
    limit: str
    rule: str
    nature: Nature
    anchor: Milestone
    anchor_at: datetime
    due_at: datetime | None
    """None while the clock stands still for the customer."""
    due_on: date | None
    """The day the bank would name in a letter, in the calendar's time zone."""
    stopped_at: datetime | None
    superseded: bool
    """The clock was started again before it stopped, so another now counts in its place."""
    breached: bool
    pausable: bool
    extendable: bool
    extendable_until: datetime | None = None
    """How late an extension may reach; None where no rule bounds it."""
    steps: tuple[Step, ...]
    """What is still to come, soonest first, as things stand."""
    proof: str
    """SHA-256 of the derivation stored beside the journal entry."""

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and not self.superseded

    @property
    def is_of_a_task(self) -> bool:
        """Whether it runs for a task, and says nothing of the complaint's own limits."""
        return is_of_a_task(self.key)

    @property
    def is_of_the_case(self) -> bool:
        """Whether it is one of the complaint's own limits."""
        return not (is_of_a_task(self.key) or is_of_a_finding(self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounted:
    """One line of a derivation: a day, how much of it counted, and why."""

    on: date
    amount: int
    """Days (0 or 1) for limits in days; seconds for limits in hours or seconds."""
    why: str
    """`working`, `weekend`, `holiday:国庆节`, `make-up:春节`, `receipt`, `waiting`, `calendar`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Why a clock is due when it is: everything needed to compute the date again."""

    clock: str
    limit: str
    rule: str
    policy: str
    calendar: str
    """Name and version of the calendar the days were counted in."""
    anchor: Milestone
    anchor_at: datetime
    within: str
    days: tuple[DayCounted, ...]
    pauses: tuple[Pause, ...]
    extended_to: datetime | None
    extended_by: str | None
    due_at: datetime | None
    due_on: date | None

    def digest(self) -> str:
        """A fingerprint that changes when any part of the derivation does."""
        said = {name: getattr(self, name) for name in _SAID}
        said["days"] = [{name: getattr(day, name) for name in _OF_A_DAY} for day in self.days]
        said["pauses"] = [asdict(pause) for pause in self.pauses]
        text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


_SAID = tuple(each.name for each in fields(Derivation))
_OF_A_DAY = tuple(each.name for each in fields(DayCounted))
"""Named by hand: copying all of it deeply took half of the time of planning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A clock together with its proof."""

    clock: Clock
    derivation: Derivation
