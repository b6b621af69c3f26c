"""What the clocks of a case have done, as they stand or as they stood."""

from dataclasses import dataclass

from domain.case import Case, Fired
from domain.clocks.ledger import Clock, Derivation


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStory:
    """One clock with the proof of its date and the steps it has carried out."""

    clock: Clock
    derivation: Derivation
    fired: tuple[Fired, ...]


def clock_story(case: Case, clock: Clock, derivation: Derivation) -> ClockStory:
    """What one clock of a case has done."""
    fired = tuple(each for each in case.fired if each.clock == clock.key)
    return ClockStory(clock=clock, derivation=derivation, fired=fired)
