"""Reports that units owe again and again: who owes which, for which stretch of time, and when.

Folds over what happened. A report with nothing in it is a report all the same: units without
complaints say so (D-39).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.case import Case
from domain.classification import Category, Cause, Counting, Level, Responsibility, Validity
from domain.counting import counting_of
from domain.directory import BankUnit
from domain.policy import Conduct, Periodical

ONE_DAY = timedelta(days=1)


class Cadence(StrEnum):
    """How often something is owed, as a pack writes it."""

    DAY = "day"
    WORKING_DAY = "working-day"
    HALF_MONTH = "half-month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One report that one unit owes for one stretch of time, both days included."""

    periodical: str
    unit: str
    to: str
    begins: date
    ends: date
    rule: str

    def is_overdue(self, on: date, submitted: Iterable["Owed"]) -> bool:
        """Whether the stretch has passed and the report is not there."""
        return on > self.ends and self not in tuple(submitted)


def stretch_of(cadence: Cadence, day: date) -> tuple[date, date]:
    """The stretch of time that a day lies in: its first and its last day."""
    match cadence:
        case Cadence.DAY | Cadence.WORKING_DAY:
            return day, day
        case Cadence.HALF_MONTH if day.day <= 15:
            return day.replace(day=1), day.replace(day=15)
        case Cadence.HALF_MONTH:
            return day.replace(day=16), _end_of_month(day)
        case _:
            months = _MONTHS[cadence]
            first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
            return first, _end_of_month(first.replace(month=first.month + months - 1))


_MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6, Cadence.YEAR: 12}


def _end_of_month(day: date) -> date:
    beyond = day.replace(day=28) + timedelta(days=4)
    return beyond - timedelta(days=beyond.day)


def owed(
    periodicals: Iterable[Periodical],
    units: Mapping[str, BankUnit],
    on: date,
    *,
    key_units: frozenset[str] = frozenset(),
) -> Iterator[Owed]:
    """What every unit owes for the stretch that `on` lies in."""
    for periodical in periodicals:
        begins, ends = stretch_of(Cadence(periodical.cadence), on)
        for unit in units.values():
            if _sends(periodical.senders, unit, key_units):
                yield Owed(
                    periodical=periodical.name,
                    unit=unit.id,
                    to=periodical.to,
                    begins=begins,
                    ends=ends,
                    rule=periodical.rule,
                )


def _sends(senders: str, unit: BankUnit, key_units: frozenset[str]) -> bool:
    """Whether a unit is meant: `key` and `ordinary` are tier-1 branches (A-56), else a level."""
    match senders:
        case "every":
            return True
        case "key":
            return unit.id in key_units
        case "ordinary":
            return unit.level is Level.TIER_1 and unit.id not in key_units
        case level:
            return unit.level == level


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """The classified report of one unit: how many cases, counted and by what (A-12, D-39)."""

    unit: str
    received: int
    counted: int
    by_category: Mapping[Category | None, int]
    staff_errors: int
    """Cases with a business error among their causes."""
    process_causes: Mapping[Cause, int]
    """The causes that lie with waiting and windows, which no single person answers for."""


def classified(cases: Iterable[Case], unit: str, conduct: Conduct) -> Classified:
    """The report of a unit over its cases; all zero when there were none."""
    own = [case for case in cases if case.unit == unit]
    causes = Counter(cause for case in own if case.disposition for cause in case.disposition.causes)
    return Classified(
        unit=unit,
        received=len(own),
        counted=sum(counting_of(case, conduct) is Counting.COUNTED for case in own),
        by_category=Counter(case.category for case in own),
        staff_errors=causes[Cause.BUSINESS_ERROR],
        process_causes={cause: number for cause, number in causes.items() if cause in PROCESS},
    )


PROCESS = frozenset(
    {Cause.LONG_WAIT_SIMPLE, Cause.LONG_WAIT_DURING, Cause.NOT_CALLED, Cause.WINDOWS_CLOSED}
)
"""Causes three to six of the analysis: the process, not the person (S-12, S-15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalItem:
    """Something for the plus and minus part of a person's appraisal (S-41)."""

    person: str
    reference: str
    points_at_most: int = 20


def appraisal_items(cases: Iterable[Case]) -> tuple[AppraisalItem, ...]:
    """Justified complaints about a person: found valid, and the bank not without fault."""
    return tuple(
        AppraisalItem(person=case.person_complained_about, reference=case.reference)
        for case in cases
        if case.person_complained_about is not None
        and case.disposition is not None
        and case.disposition.validity is Validity.VALID
        and case.disposition.responsibility is not Responsibility.NOT_BANK
    )
