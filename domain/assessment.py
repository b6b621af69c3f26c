"""Assessment: by which figures units and people are judged, each a count over another.

Folds over cases as they stand, so that what is taken back counts no more. The formulas are the
bank's data (`policies/assessment/`); what they are made of is here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

from domain.case import BREACH, Case, Milestone, is_of_a_task
from domain.classification import Counting, Mark, Satisfaction
from domain.policy import CaseRules
from domain.reporting import is_justified
from domain.statistics import counting_of


class CaseSet(StrEnum):
    """A set of the complaints of a period, which a formula may count."""

    RECEIVED = "received"
    COUNTED = "counted"
    """Those that go into the statistics as complaints (D-19)."""
    SETTLED = "settled"
    SETTLED_IN_TIME = "settled_in_time"
    """Settled, and no time limit of the complaint ran out."""
    WITHIN_LIMITS = "within_limits"
    """No time limit of the complaint has run out, settled or not."""
    OWN_FAULT = "own_fault"
    """Found valid, and the bank not without fault (A-10, D-20); of a person, that person found
    responsible."""
    ASKED = "asked"
    """The customer was asked afterwards and answered."""
    SATISFIED = "satisfied"
    """And was satisfied, the last time."""
    RECURRING = "recurring"
    """Complained about again after an answer, or taken up again (A-51)."""


class Basis(StrEnum):
    """What a count may be set against that is no set of complaints."""

    OUTLETS = "outlets"
    PERSONAL_CUSTOMERS = "personal_customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure by which somebody is assessed, and its formula: counts ÷ of × per."""

    name: str
    title: Mapping[str, str]
    counts: CaseSet
    of: CaseSet | Basis | None
    """None where the number itself is the figure."""
    per: int
    rule: str
    """The rule that asks for it."""
    formula: str
    """The rule that gives the formula, or `default`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRules:
    """The bank's indicators, as one version of its file says them."""

    indicators: tuple[Indicator, ...]
    fewest: int
    """Rates over fewer are not shown: they would say who it was."""
    personal_customers: Mapping[str, int]
    """Of a unit with those below it."""
    version: str


class Standing(StrEnum):
    """Whether there is a figure, and if not, why."""

    THERE = "there"
    NOTHING = "nothing"
    """There is nothing to divide by: no such case in the period."""
    TOO_FEW = "too_few"
    """So few that a rate would say who it was."""
    NOT_ENTERED = "not_entered"
    """The bank has not said how many customers the unit has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One indicator of one unit or person in one period."""

    indicator: Indicator
    standing: Standing
    value: Decimal | None
    """None unless there is one."""
    counted: int | None
    of: int | None
    """None of both where there are too few: the rate could be worked out from them."""
    cases: tuple[str, ...]
    """References of the complaints that were counted; none of a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """A case with the sets that it belongs to."""

    reference: str
    sets: frozenset[CaseSet]


def sets_of(case: Case, conduct: CaseRules, *, person: str | None = None) -> frozenset[CaseSet]:
    """The sets that a case belongs to; as one of somebody's, own fault is that they were found
    responsible.
    """
    late = any(each.step == BREACH and not is_of_a_task(each.clock) for each in case.fired)
    said = case.verdicts[-1].satisfaction if case.verdicts else None
    answers = any(each.person == person and each.stands for each in case.findings)
    again = Mark.REPEAT in case.marks or case.reached(Milestone.REOPENED) is not None
    belongs = {
        CaseSet.RECEIVED: True,
        CaseSet.COUNTED: counting_of(case, conduct) is Counting.COUNTED,
        CaseSet.SETTLED: case.is_settled,
        CaseSet.SETTLED_IN_TIME: case.is_settled and not late,
        CaseSet.WITHIN_LIMITS: not late,
        CaseSet.OWN_FAULT: is_justified(case) and (person is None or answers),
        CaseSet.ASKED: said is not None,
        CaseSet.SATISFIED: said is Satisfaction.SATISFIED,
        CaseSet.RECURRING: again,
    }
    return frozenset(each for each, is_one in belongs.items() if is_one)


def sorted_cases(
    cases: Iterable[Case], conduct_of: Callable[[Case], CaseRules], person: str | None = None
) -> tuple[Sorted, ...]:
    """These cases, each with its sets by its own rules."""
    return tuple(
        Sorted(reference=case.reference, sets=sets_of(case, conduct_of(case), person=person))
        for case in cases
    )


def measured(
    indicator: Indicator,
    cases: Sequence[Sorted],
    bases: Mapping[Basis, int | None],
    fewest: int,
) -> Measurement:
    """One figure over these cases: never a division by nothing, and no rate of a few."""
    counted = tuple(each.reference for each in cases if indicator.counts in each.sets)
    of = _of(indicator, cases, bases)
    standing = _standing(indicator, of, fewest)
    if standing is Standing.TOO_FEW:
        return Measurement(
            indicator=indicator, standing=standing, value=None, counted=None, of=None, cases=()
        )
    value = None
    if standing is Standing.THERE:
        value = Decimal(len(counted) * (indicator.per if of else 1)) / (of or 1)
    return Measurement(
        indicator=indicator,
        standing=standing,
        value=value,
        counted=len(counted),
        of=of,
        cases=counted,
    )


def median_of(measurements: Iterable[Measurement], fewest: int) -> Decimal | None:
    """The middle of what there is of units of one kind; None of fewer than may be shown."""
    values = [each.value for each in measurements if each.value is not None]
    return median(values) if len(values) >= fewest else None


def _of(
    indicator: Indicator, cases: Sequence[Sorted], bases: Mapping[Basis, int | None]
) -> int | None:
    match indicator.of:
        case CaseSet() as wanted:
            return sum(wanted in each.sets for each in cases)
        case Basis() as basis:
            return bases.get(basis)
        case None:
            return None


def _standing(indicator: Indicator, of: int | None, fewest: int) -> Standing:
    if indicator.of is None:
        return Standing.THERE
    if of is None:
        return Standing.NOT_ENTERED
    if of == 0:
        return Standing.NOTHING
    is_rate_of_cases = isinstance(indicator.of, CaseSet)
    return Standing.TOO_FEW if is_rate_of_cases and of < fewest else Standing.THERE
