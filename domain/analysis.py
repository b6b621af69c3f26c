"""Analysis: where complaints come from, how they move, and where their time goes.

What is counted of which complaints is said here; the store counts. A figure is of complaints as
they stand now, so that what is taken back counts no more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.events import Event


class Measure(StrEnum):
    """A number that an analysis counts of complaints."""

    RECEIVED = "received"
    SETTLED = "settled"
    IN_TIME = "in_time"
    """Settled, and no time limit of the complaint ran out."""
    LATE = "late"
    """A time limit of the complaint ran out, settled or not."""
    OWN_FAULT = "own_fault"
    """Found valid, and the bank not without fault (A-10, D-20)."""
    REPEATED = "repeated"
    """Complained about again after an answer, or taken up again (A-51)."""
    OF_A_GROUP = "of_a_group"
    """One of several persons with the same issue (D-14)."""
    ASKED = "asked"
    """The customer was asked afterwards and reached."""
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    OPEN = "open"
    OVERDUE = "overdue"
    """Open, and a time limit of the complaint has run out."""


BASES: Mapping[Measure, Measure] = {
    Measure.IN_TIME: Measure.SETTLED,
    Measure.LATE: Measure.RECEIVED,
    Measure.OWN_FAULT: Measure.SETTLED,
    Measure.REPEATED: Measure.RECEIVED,
    Measure.OF_A_GROUP: Measure.RECEIVED,
    Measure.SATISFIED: Measure.ASKED,
    Measure.NEUTRAL: Measure.ASKED,
    Measure.DISSATISFIED: Measure.ASKED,
    Measure.OVERDUE: Measure.OPEN,
}
"""Numbers that judge, each with what it is a part of: of a few it would say who it was."""


class Dimension(StrEnum):
    """By what complaints are told apart."""

    MONTH = "month"
    """The month they were received in."""
    UNIT = "unit"
    """Where they lie now."""
    CATEGORY = "category"
    BUSINESS = "business"
    """Of the customer, as somebody said it."""
    CAUSE = "cause"
    """Of those settled; one may have several."""
    PACK = "pack"
    """The pack they are handled under."""
    AGE = "age"
    """Days since they were received: which of the bank's stretches."""


class Topic(StrEnum):
    """One question that an analysis answers with a chart and a table."""

    TRENDS = "trends"
    UNITS = "units"
    CATEGORIES = "categories"
    BUSINESSES = "businesses"
    CAUSES = "causes"
    REPEATS = "repeats"
    AGEING = "ageing"
    TIMELINESS = "timeliness"
    SATISFACTION = "satisfaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is counted for a topic, and by what."""

    dimension: Dimension
    measures: tuple[Measure, ...]
    share: Measure | None = None
    """Which of these is shown as a share of what it is a part of, too."""


QUESTIONS: Mapping[Topic, Question] = {
    Topic.TRENDS: Question(
        dimension=Dimension.MONTH, measures=(Measure.RECEIVED, Measure.SETTLED, Measure.LATE)
    ),
    Topic.UNITS: Question(
        dimension=Dimension.UNIT,
        measures=(Measure.RECEIVED, Measure.SETTLED, Measure.LATE, Measure.OWN_FAULT),
    ),
    Topic.CATEGORIES: Question(
        dimension=Dimension.CATEGORY,
        measures=(Measure.RECEIVED, Measure.SETTLED, Measure.LATE, Measure.OWN_FAULT),
    ),
    Topic.BUSINESSES: Question(
        dimension=Dimension.BUSINESS,
        measures=(Measure.RECEIVED, Measure.SETTLED, Measure.LATE, Measure.OWN_FAULT),
    ),
    Topic.CAUSES: Question(
        dimension=Dimension.CAUSE, measures=(Measure.SETTLED, Measure.OWN_FAULT)
    ),
    Topic.REPEATS: Question(
        dimension=Dimension.MONTH,
        measures=(Measure.RECEIVED, Measure.REPEATED, Measure.OF_A_GROUP),
        share=Measure.REPEATED,
    ),
    Topic.AGEING: Question(
        dimension=Dimension.AGE, measures=(Measure.OPEN, Measure.OVERDUE), share=Measure.OVERDUE
    ),
    Topic.TIMELINESS: Question(
        dimension=Dimension.PACK,
        measures=(Measure.SETTLED, Measure.IN_TIME),
        share=Measure.IN_TIME,
    ),
    Topic.SATISFACTION: Question(
        dimension=Dimension.MONTH,
        measures=(Measure.ASKED, Measure.SATISFIED, Measure.NEUTRAL, Measure.DISSATISFIED),
        share=Measure.SATISFIED,
    ),
}
"""What each topic asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The numbers of one unit, month, cause or whatever complaints are told apart by."""

    key: str
    """A code; empty for what nobody has classified or said."""
    numbers: Mapping[Measure, int]

    def shown(self, measure: Measure, fewest: int) -> int | None:
        """The number; None where it is a part of so few that it would say who it was. Of nothing
        there is no part, which says nothing of anybody."""
        base = BASES.get(measure)
        if base is not None and 0 < self.numbers[base] < fewest:
            return None
        return self.numbers[measure]

    def per_mille(self, measure: Measure, fewest: int) -> int | None:
        """The share of what it is a part of, in thousandths; None of nothing or of a few."""
        number, base = self.shown(measure, fewest), self.numbers[BASES[measure]]
        return None if number is None or base == 0 else round(number * 1000 / base)


def summed(tallies: Sequence[Tally]) -> Tally:
    """The numbers of all these together."""
    numbers: Counter[Measure] = Counter()
    for each in tallies:
        numbers.update(each.numbers)
    return Tally(key="", numbers=numbers)


class StageOfHandling(StrEnum):
    """A stretch of a complaint's way, ended by an entry of its journal."""

    TO_BE_GIVEN = "to_be_given"
    TO_BE_STARTED = "to_be_started"
    TO_BE_ANSWERED = "to_be_answered"
    TO_BE_SETTLED = "to_be_settled"
    TO_BE_CLOSED = "to_be_closed"


ENDED_BY: Mapping[StageOfHandling, Event] = {
    StageOfHandling.TO_BE_GIVEN: Event.ASSIGNED,
    StageOfHandling.TO_BE_STARTED: Event.STARTED,
    StageOfHandling.TO_BE_ANSWERED: Event.REPLIED,
    StageOfHandling.TO_BE_SETTLED: Event.DISPOSED,
    StageOfHandling.TO_BE_CLOSED: Event.CLOSED,
}
"""The first entry of its kind ends a stage; it began with the latest of the earlier ones, or with
the receipt (default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """How long a stage took, over the complaints that came through it. Clock hours."""

    stage: StageOfHandling
    cases: int
    median_hours: float | None
    """None of so few that it would tell of one."""
    slow_hours: float | None
    """Nine of ten took no longer."""
    share_per_mille: int | None
    """Of all the time that went into any stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRules:
    """The bank's choices about an analysis."""

    fewest: int
    """Parts of fewer are not shown."""
    most_bars: int
    """Of a chart; the table has all."""
    months_at_most: int
    age_days: tuple[int, ...]
    """Where the stretches of ages end, in days: the last has no end."""


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The months from the one to the other, as `2026-03`; none when the last is the earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(
        f"{first.year + (first.month - 1 + each) // 12:04}-{(first.month - 1 + each) % 12 + 1:02}"
        for each in range(count)
    )


def months_before(month: date, count: int) -> date:
    """The first day of the month that lies so many before."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return months_before(month, -1)


def every_one(
    keys: Sequence[str], measures: Sequence[Measure], found: Sequence[Tally]
) -> tuple[Tally, ...]:
    """A line for each of these keys, noughts too, and then whatever else was found."""
    by_key = {each.key: each for each in found}
    nought = dict.fromkeys(measures, 0)
    expected = [by_key.pop(key, Tally(key=key, numbers=nought)) for key in keys]
    return (*expected, *by_key.values())
