"""When asking for things that are not one's own is no slip of the pen any more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkLimits:
    """How many different things that are not theirs, or not there, somebody may ask for in how long
    before it is noticed; the bank's choice (`policies/people/walking.yaml`).
    """

    references: int
    within_minutes: int
