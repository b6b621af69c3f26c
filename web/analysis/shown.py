"""An analysis in words: what stands in its tables, and what its charts draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desk.analysis.charts import Chart, ChartKind, Series
from domain.analysis import (
    QUESTIONS,
    AnalysisRules,
    Dimension,
    Measure,
    StageTime,
    Tally,
    Topic,
    every_one,
)
from web import wording
from web.base.phrases import _
from web.wording.analysis import about_words, key_words

DRAWN: dict[Topic, tuple[ChartKind, tuple[Measure, ...]]] = {
    Topic.TRENDS: (ChartKind.LINES, (Measure.RECEIVED, Measure.SETTLED, Measure.LATE)),
    Topic.UNITS: (ChartKind.LYING_BARS, (Measure.RECEIVED, Measure.LATE)),
    Topic.CATEGORIES: (ChartKind.LYING_BARS, (Measure.RECEIVED, Measure.LATE)),
    Topic.BUSINESSES: (ChartKind.LYING_BARS, (Measure.RECEIVED, Measure.LATE)),
    Topic.CAUSES: (ChartKind.LYING_BARS, (Measure.SETTLED, Measure.OWN_FAULT)),
    Topic.REPEATS: (ChartKind.BARS, (Measure.REPEATED, Measure.OF_A_GROUP)),
    Topic.AGEING: (ChartKind.BARS, (Measure.OPEN, Measure.OVERDUE)),
    Topic.TIMELINESS: (ChartKind.LYING_BARS, (Measure.SETTLED, Measure.IN_TIME)),
    Topic.SATISFACTION: (
        ChartKind.BARS,
        (Measure.SATISFIED, Measure.NEUTRAL, Measure.DISSATISFIED),
    ),
}
"""What of each topic is drawn, and how."""

RANKED = frozenset(
    {Topic.UNITS, Topic.CATEGORIES, Topic.BUSINESSES, Topic.CAUSES, Topic.TIMELINESS}
)
"""Whose lines come by their numbers, the highest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number of a table; None where it is of too few to be shown."""

    measure: Measure
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """One line of a table."""

    key: str
    words: str
    cells: tuple[Cell, ...]
    share: str
    """In percent; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTopic:
    """A topic as it is read: a chart, and the table that says the same."""

    topic: Topic
    dimension: Dimension
    measures: tuple[Measure, ...]
    share: Measure | None
    lines: tuple[ShownLine, ...]
    """Of months the newest first: it is what one looks for, and a long table is scrolled."""
    chart: Chart

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.number for line in self.lines for cell in line.cells)


def topics(
    counted: Mapping[Topic, Sequence[Tally]], months: Sequence[str], rules: AnalysisRules
) -> Iterator[ShownTopic]:
    """Every topic, in the order in which it is read."""
    for topic, tallies in counted.items():
        question = QUESTIONS[topic]
        if topic in RANKED:
            first = question.measures[0]
            tallies = tuple(sorted(tallies, key=lambda each: (-each.numbers[first], each.key)))
        else:
            keys = months if question.dimension is Dimension.MONTH else _ages(rules)
            tallies = every_one(keys, question.measures, tallies)
        yield _shown(topic, tallies, rules)


def _ages(rules: AnalysisRules) -> tuple[str, ...]:
    return tuple(str(place) for place in range(len(rules.age_days) + 1))


def _shown(topic: Topic, tallies: Sequence[Tally], rules: AnalysisRules) -> ShownTopic:
    question = QUESTIONS[topic]
    lines = tuple(
        ShownLine(
            key=each.key,
            words=key_words(question.dimension, each.key, rules),
            cells=tuple(
                Cell(measure=measure, number=each.shown(measure, rules.fewest))
                for measure in question.measures
            ),
            share=percent(each.per_mille(question.share, rules.fewest)) if question.share else "",
        )
        for each in tallies
    )
    kind, measures = DRAWN[topic]
    drawn = lines[: rules.most_bars] if topic in RANKED else lines
    return ShownTopic(
        topic=topic,
        dimension=question.dimension,
        measures=question.measures,
        share=question.share,
        lines=lines[::-1] if question.dimension is Dimension.MONTH else lines,
        chart=Chart(
            name=topic,
            kind=kind,
            title=wording.words(topic),
            about=about_words(topic),
            labels=[each.words for each in drawn],
            series=[
                Series(
                    name=wording.words(measure),
                    values=[_number(each, measure) for each in drawn],
                )
                for measure in measures
            ],
        ),
    )


def _number(line: ShownLine, measure: Measure) -> int | None:
    return next(each.number for each in line.cells if each.measure is measure)


def percent(per_mille: int | None) -> str:
    """A share as it is read; empty where there is none."""
    return "" if per_mille is None else f"{per_mille / 10:.1f} %"


def stage_chart(times: Sequence[StageTime]) -> Chart:
    """Where the time goes, a bar for each stage."""
    return Chart(
        name="stages",
        kind=ChartKind.LYING_BARS,
        title=_("Where the time goes"),
        about=_(
            "Hours of each stage: the median and the 90th percentile. The table says the same."
        ),
        labels=[wording.words(each.stage) for each in times],
        series=[
            Series(name=_("Median, hours"), values=[_hours(one.median_hours) for one in times]),
            Series(
                name=_("90th percentile, hours"), values=[_hours(each.slow_hours) for each in times]
            ),
        ],
    )


def _hours(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)
