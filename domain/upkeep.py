"""What an installation does to look after itself, and how patient it is: the bank's choice."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

HEARD_WITHIN = timedelta(seconds=90)
"""A worker that has not asked for work for longer is not there (default). One waits a minute for
its answer, and asks again."""


class Chore(StrEnum):
    """Work that comes back by the clock."""

    VERIFY = "verify"
    """Hold PostgreSQL, Temporal and the journals against each other."""
    HEADS = "heads"
    """Sign the heads of all journals into a file outside the database."""
    CHECKS = "checks"
    """Tell of the reports and daily checks that units owe: announced, overdue, missed."""
    WARNINGS = "warnings"
    """Tell of units and causes that have left their usual range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long something may be under way before it counts as lost."""

    start: timedelta
    """From receipt to a running workflow."""
    step: timedelta
    """From the instant a step was planned for to its journal entry."""
    answer: timedelta
    """From a stored command to its answer."""
    notice: timedelta
    """Between two tries of a notice; one that shows no try for longer is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The figures of upkeep, each with its source in `policies/upkeep/`."""

    every: dict[Chore, timedelta]
    sweep_every: timedelta
    """How often cases without a running workflow are looked for."""
    sweep_whole_every: timedelta
    """How often each of them is, even when there are as many workflows as there should be."""
    patience: Patience
    announced_working_days: int
    """So many working days before a report is due, whoever owes it hears of it."""
    standings_at_most: int
    """Workflows asked in one verification how their case stands; those changed last come first."""
