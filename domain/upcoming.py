"""What happens to a case by itself, and when, unless somebody acts before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case, Milestone
from domain.classification import Role
from domain.clocks.ledger import Clock
from domain.directory import Directory
from domain.escalation import event_of, receiver_of
from domain.events import Event
from domain.policy import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """Something that will happen by itself unless one of its clock's ends is reached before."""

    at: datetime
    what: Event
    clock: str
    step: str
    rule: str
    role: Role
    receiver: str | None
    """Who hears as the directory stands now; None when nobody holds the role."""
    unless: tuple[Milestone, ...]
    """What stops the clock."""
    label: str
    """What the engine's timer for it is called. It arms one at a time: the next."""


def upcoming_of(
    case: Case, clocks: Iterable[Clock], pack: Pack, directory: Directory
) -> tuple[Upcoming, ...]:
    """All that is planned of a case's clocks, soonest first: what comes if nobody does anything."""
    return tuple(sorted(_steps(case, clocks, pack, directory), key=lambda each: each.at))


def _steps(
    case: Case, clocks: Iterable[Clock], pack: Pack, directory: Directory
) -> Iterator[Upcoming]:
    stops = {limit.name: limit.stops for limit in pack.limits}
    for clock in clocks:
        for step in clock.steps:
            yield Upcoming(
                at=step.fires_at,
                what=event_of(step),
                clock=step.clock,
                step=step.name,
                rule=step.rule,
                role=step.role,
                receiver=receiver_of(step, case, directory, pack.conduct),
                unless=stops.get(clock.limit, ()),
                label=step.label,
            )
