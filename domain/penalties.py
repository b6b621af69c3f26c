"""Penalties: what a fault may cost whom, and what was proposed (C-31..C-33)."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """A proposed penalty: which schedule, which post, how much (C-31..C-33)."""

    schedule: str
    post: str
    amount_fen: int
