"""How near open cases are to their dates: where a supervisor looks first."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SOON = timedelta(hours=24)
"""What is due within this time stands out (default)."""

BURNS_FROM = 4
"""With one case in so many past its date, something burns (default)."""


class DueIn(StrEnum):
    """When the next date of a case comes."""

    PAST = "past"
    """It has passed, and its clock still runs."""
    SOON = "soon"
    """Within `SOON`."""
    LATER = "later"
    NONE = "none"
    """No date runs, or it stands still for the customer."""


class Heat(StrEnum):
    """How many of some cases are past their dates, or near them."""

    CALM = "calm"
    WARM = "warm"
    """A date comes soon, and none has passed."""
    HOT = "hot"
    """A date has passed."""
    BURNING = "burning"
    """So many have, that it is no single case any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Open cases in somebody's hands, and where they stand."""

    cases: int = 0
    past: int = 0
    """Whose next date has passed."""
    soon: int = 0
    """Whose next date comes soon."""
    late: int = 0
    """Of which a time limit ran out, whatever runs now."""
    escalated: int = 0
    """Of which somebody above has heard."""

    @property
    def heat(self) -> Heat:
        """How hot it is there."""
        if self.past * BURNS_FROM >= self.cases > 0:
            return Heat.BURNING
        if self.past:
            return Heat.HOT
        return Heat.WARM if self.soon else Heat.CALM
