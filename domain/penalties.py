"""Penalties: what a fault may cost whom, what was proposed, and what was imposed on somebody
(C-31..C-33).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Sanction(StrEnum):
    """What a penalty does to its person."""

    FINE = "fine"
    """A sum within the range of its rule."""
    PAY_WITHHELD = "pay_withheld"
    """Performance pay; the rule gives no sum (C-33)."""
    HELD_RESPONSIBLE = "held_responsible"
    """A leader is held responsible, without a sum (C-33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltySchedule:
    """What a fault may cost each of the named posts (C-31..C-33)."""

    name: str
    posts: tuple[str, ...]
    at_least_fen: int
    at_most_fen: int
    withholds_pay_of: tuple[str, ...]
    """Posts whose performance pay is withheld, whatever is fined (C-33)."""
    holds_responsible: tuple[str, ...]
    """Leaders to whom accountability goes up, without a sum (C-33)."""
    rule: str

    @property
    def reaches(self) -> Mapping[str, Sanction]:
        """Every post that the rule names, and what it does to whoever holds it."""
        return {
            **dict.fromkeys(self.holds_responsible, Sanction.HELD_RESPONSIBLE),
            **dict.fromkeys(self.withholds_pay_of, Sanction.PAY_WITHHELD),
            **dict.fromkeys(self.posts, Sanction.FINE),
        }

    def allows(self, amount_fen: int) -> bool:
        """Whether a fine of so much lies within the range of the rule, both ends included."""
        return self.at_least_fen <= amount_fen <= self.at_most_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """A proposed penalty: which schedule, which post, how much (C-31..C-33)."""

    schedule: str
    post: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """That something decided about somebody went to the system of human resources."""

    file: int
    """The number of the file it went in."""
    at: datetime
    received_at: datetime | None = None
    """When human resources said that they have it; their receipt lies with the journal entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposedPenalty:
    """What was imposed on somebody who was found responsible; it falls with that finding."""

    number: int
    """Counts them within their case."""
    person: str
    schedule: str
    post: str
    """What they had to do with the event, as it was found."""
    measure: Sanction
    amount_fen: int
    """Nothing unless it is a fine."""
    rule: str
    imposed_by: str
    approved_by: str | None
    """The second person, where it took one."""
    imposed_at: datetime
    undone_at: datetime | None = None
    handed_over: HandedOver | None = None
    undoing: HandedOver | None = None
    """The same of its being undone, which is handed over where the penalty was."""

    @property
    def stands(self) -> bool:
        """Whether it was not undone."""
        return self.undone_at is None


def undone_for(
    penalties: Iterable[ImposedPenalty], persons: frozenset[str], at: datetime
) -> tuple[ImposedPenalty, ...]:
    """These penalties once those on these persons have nothing to rest on any more."""
    return tuple(
        replace(each, undone_at=at) if each.stands and each.person in persons else each
        for each in penalties
    )
