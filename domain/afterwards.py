"""What a case keeps of the time after it was settled: surveys, and what customers said in them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.classification import Rating, Satisfaction
from domain.penalties import HandedOver


class AskedBy(StrEnum):
    """How a customer was asked afterwards."""

    CALL = "call"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A link by which the customer may say once how it was; the newest one alone is answered."""

    number: int
    """Counts them within their case."""
    offered_at: datetime
    closes_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """What a customer says of the five dimensions of service (S-06); None where nothing."""

    reliability: Rating | None = None
    tangibles: Rating | None = None
    responsiveness: Rating | None = None
    empathy: Rating | None = None
    professionalism: Rating | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the customer said afterwards; the words lie with the journal entry."""

    at: datetime
    asked_by: AskedBy
    satisfaction: Satisfaction
    ratings: Ratings


@dataclass(frozen=True, slots=True, kw_only=True)
class Commendation:
    """Somebody did well in this case (S-61); what, lies with the journal entry."""

    person: str
    by: str
    at: datetime
    handed_over: HandedOver | None = None
    """To the system of human resources, as a penalty is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """Cases of the same unit that were settled with the same cause shortly before (H-04)."""

    cases: tuple[str, ...]
    at: datetime
    decided_at: datetime | None = None


SAID_IN = {
    Rating.VERY_SATISFIED: Satisfaction.SATISFIED,
    Rating.SATISFIED: Satisfaction.SATISFIED,
    Rating.NEUTRAL: Satisfaction.NEUTRAL,
    Rating.DISSATISFIED: Satisfaction.DISSATISFIED,
    Rating.VERY_DISSATISFIED: Satisfaction.DISSATISFIED,
}
"""What an overall rating counts as in the three words that a reply is held to (A-53)."""
