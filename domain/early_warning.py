"""Early warning: a unit, a business or a cause that leaves its usual range.

The method is a control chart for counts, with limits of the Poisson distribution around the mean of
the months before (Shewhart's c-chart with exact limits).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, lgamma, log

from domain.analysis import Dimension, months_before


class WarningMethod(StrEnum):
    """How the usual range is told from the unusual."""

    POISSON = "poisson"


WATCHED = (Dimension.UNIT, Dimension.BUSINESS, Dimension.CAUSE)
"""What is watched: where complaints lie, what they are about, and what they were caused by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRules:
    """The bank's choices about early warning."""

    method: WarningMethod
    months: int
    """Before the one that is looked at: what they have on average is usual."""
    known_months: int
    """Of these, with any complaint of which that was told, or nothing is said: a bank that has just
    begun, or has just begun to say which business a complaint is about."""
    fewest: int
    """Of a month; fewer alarm nobody."""
    one_in: int
    """By chance alone, one month in so many would have more than the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    """A month in which a unit, a business or a cause has more complaints than usual."""

    dimension: Dimension
    key: str
    month: date
    """Its first day."""
    number: int
    mean: float
    """Of the months before."""
    usual_at_most: int


def usual_at_most(mean: float, one_in: int) -> int:
    """The highest number of a usual month; by chance, less than one month in so many has more."""
    if mean <= 0:
        return 0
    below, number = exp(-mean), 0
    while 1 - below >= 1 / one_in:
        number += 1
        below += exp(number * log(mean) - mean - lgamma(number + 1))
    return number


def warnings_in(
    counts: Mapping[tuple[Dimension, str], Mapping[date, int]], month: date, rules: WarningRules
) -> tuple[EarlyWarning, ...]:
    """What left its usual range in a month, the farthest from it first. A month that is not over is
    held against the limit of a whole one, so that it warns early and never falsely for being short.
    """
    before = [months_before(month, each) for each in range(1, rules.months + 1)]
    known = {
        watched: _months_with_any(months for (of, _), months in counts.items() if of is watched)
        for watched in WATCHED
    }
    found = []
    for (dimension, key), by_month in counts.items():
        if sum(each in known[dimension] for each in before) < rules.known_months:
            continue
        number = by_month.get(month, 0)
        mean = sum(by_month.get(each, 0) for each in before) / rules.months
        limit = usual_at_most(mean, rules.one_in)
        if number >= rules.fewest and number > limit:
            found.append(
                EarlyWarning(
                    dimension=dimension,
                    key=key,
                    month=month,
                    number=number,
                    mean=mean,
                    usual_at_most=limit,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.usual_at_most - each.number, each.key)))


def _months_with_any(counts: Iterable[Mapping[date, int]]) -> frozenset[date]:
    return frozenset(month for each in counts for month, number in each.items() if number)
