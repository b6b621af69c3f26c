"""Reports and checks that units owe, as a pack writes them (rules.md 1.J.3)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPart:
    """What people write in a report beside its figures, such as proposals (A-58)."""

    name: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodical:
    """A report or a check that units owe again and again, or write when there is cause."""

    name: str
    senders: str
    """`key` or `ordinary` branches, a level of the bank, or every unit."""
    to: str
    """A role, a level, the regulator, or the whole bank."""
    cadence: str
    rule: str
    title: Mapping[str, str]
    form: str = "classified"
    """What it is made of: `domain.reporting.Form`."""
    due_working_days: int = 0
    """Due at closing of the so-many-th working day after the period; 0: with its last day."""
    written: tuple[WrittenPart, ...] = ()
    """What whoever submits it writes, part by part; each is required."""
