"""The burden of a reader as tables and a chart: every number leads to just the cases it counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from desk.analysis.charts import Chart, ChartKind, Series
from domain.case import Status
from domain.heat import DueIn, Load
from rulebook.analysis.reading import read_analysis
from store.reads.burden import Burden
from store.reads.queues import NO_HANDLER, QueueView
from web import wording
from web.base.phrases import _
from web.wording.analysis import age_words
from web.wording.names import handler_name, unit_name

UNITS_SHOWN, HANDLERS_SHOWN = 12, 10
"""Lines of a table, the hottest first, until all are asked for (default)."""

Asked = dict[str, Any]
"""What a list is narrowed to, as its address says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A load with the lists that its numbers open."""

    load: Load
    asked: Asked

    @property
    def url(self) -> str:
        """All of them."""
        return _list(**self.asked)

    @property
    def past_url(self) -> str:
        """Those whose next date has passed."""
        return _list(**self.asked, due=DueIn.PAST)

    @property
    def soon_url(self) -> str:
        """Those whose next date comes soon."""
        return _list(**self.asked, due=DueIn.SOON)

    @property
    def late_url(self) -> str:
        """Those with a time limit that ran out."""
        return _list(**self.asked, shelf=QueueView.BREACHED)

    @property
    def escalated_url(self) -> str:
        """Those of which somebody above has heard."""
        return _list(**self.asked, shelf=QueueView.ESCALATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: a unit, a handler or a stretch of ages."""

    words: str
    numbers: Numbers
    stages: tuple[Numbers | None, ...] = ()
    """In the order of the columns; None where no case is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Its lines, as many as are shown, and how many there are."""

    lines: tuple[Line, ...]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burning:
    """Where it burns, as one page shows it."""

    whole: Numbers
    nobodys: Numbers
    """What nobody has in hand."""
    stages: tuple[Status, ...]
    """The columns of the table of units: those in which there are cases."""
    units: Table
    handlers: Table
    ages: Table
    chart: Chart


def burning(burden: Burden, *, every_unit: bool, every_handler: bool) -> Burning:
    """Lay it out, the hottest first."""
    stages = tuple(each for each in Status if any(each is stage for _, stage in burden.stages))
    units = _hottest(
        Line(
            words=unit_name(unit),
            numbers=Numbers(load=load, asked={"unit": unit}),
            stages=tuple(_stage(burden, unit, each) for each in stages),
        )
        for unit, load in burden.units.items()
    )
    handlers = _hottest(
        Line(words=handler_name(each), numbers=Numbers(load=load, asked={"handler": each}))
        for each, load in burden.handlers.items()
        if each is not None
    )
    ages = tuple(
        Line(
            words=age_words(each),
            numbers=Numbers(load=burden.ages.get(each, Load()), asked={"age": each}),
        )
        for each in range(len(read_analysis().age_days) + 1)
    )
    return Burning(
        whole=Numbers(load=burden.whole, asked={}),
        nobodys=Numbers(load=burden.handlers.get(None, Load()), asked={"handler": NO_HANDLER}),
        stages=stages,
        units=_cut(units, UNITS_SHOWN, whole=every_unit),
        handlers=_cut(handlers, HANDLERS_SHOWN, whole=every_handler),
        ages=_cut(ages, len(ages), whole=True),
        chart=_chart(ages),
    )


def _stage(burden: Burden, unit: str, stage: Status) -> Numbers | None:
    load = burden.stages.get((unit, stage))
    return Numbers(load=load, asked={"unit": unit, "status": stage}) if load else None


def _hottest(lines: Iterable[Line]) -> tuple[Line, ...]:
    def heat(line: Line) -> tuple[int, int, int, str]:
        load = line.numbers.load
        return -load.past, -load.soon, -load.cases, line.words

    return tuple(sorted(lines, key=heat))


def _cut(lines: Sequence[Line], at_most: int, *, whole: bool) -> Table:
    return Table(lines=tuple(lines if whole else lines[:at_most]), count=len(lines))


def _chart(ages: Sequence[Line]) -> Chart:
    return Chart(
        name="ages",
        kind=ChartKind.BARS,
        title=_("How old open cases are"),
        about=_("Two bars for each stretch of days. The table beside it says the same."),
        labels=[each.words for each in ages],
        series=[
            Series(name=_("In hand"), values=[each.numbers.load.cases for each in ages]),
            Series(
                name=wording.words(DueIn.PAST), values=[each.numbers.load.past for each in ages]
            ),
        ],
    )


def _list(**asked: Any) -> str:
    return url_for("queue.my_queue", **{"shelf": QueueView.ALL, **asked})
