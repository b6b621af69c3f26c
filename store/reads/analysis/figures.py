"""The complaints of a period counted by unit, month, cause and so on, as far as somebody has them
counted; and which they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import case as when
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from domain.analysis import (
    BASES,
    ENDED_BY,
    QUESTIONS,
    AnalysisRules,
    Dimension,
    Measure,
    StageOfHandling,
    StageTime,
    Tally,
    Topic,
    month_after,
)
from domain.case import BREACH, TASK, Milestone, Status
from domain.classification import Mark, Responsibility, Satisfaction, Validity
from domain.permission_names import Permission
from domain.relations import Reader
from rulebook.staffing import beginning_of, read_staffing
from store.scope import cases_for, is_nobodys_own, visible_among
from store.tables import CaseRow, JournalRow

LATE_STEP = f'$.fired[*] ? (@.step == "{BREACH}" && !(@.clock starts with "{TASK}"))'
REOPENED = f'$.milestones[*] ? (@.milestone == "{Milestone.REOPENED}")'
HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which complaints an analysis is of: received in a period, lying with these units now."""

    begins_at: datetime
    ends_at: datetime
    units: frozenset[str]


def asked_of(first: date, last: date, units: Iterable[str]) -> Asked:
    """The months from the one to the other, each named by its first day, as the bank's clocks have
    them."""
    begins, ends = beginning_of(first.replace(day=1)), beginning_of(month_after(last))
    return Asked(begins_at=begins, ends_at=ends, units=frozenset(units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The complaints behind a number."""

    visible: tuple[str, ...]
    """References that the reader may open, oldest first."""
    others: int


class Figures:
    """What one reader has counted, at an instant."""

    def __init__(
        self, session: Session, reader: Reader, asked: Asked, rules: AnalysisRules, now: datetime
    ) -> None:
        self._session = session
        self._reader = reader
        self._asked = asked
        self._rules = rules
        self._now = now

    def tallies(self) -> Mapping[Topic, tuple[Tally, ...]]:
        """The numbers of every topic, each in the order of its keys. All that tell complaints apart
        by what each has one of are counted in one look."""
        alone = {Dimension.CAUSE, Dimension.AGE}
        together = [each for each in QUESTIONS.values() if each.dimension not in alone]
        found = self._counted_together(
            tuple(dict.fromkeys(each.dimension for each in together)),
            tuple(dict.fromkeys(one for each in together for one in each.measures)),
        )
        return {
            topic: self._counted(question.dimension, question.measures)
            if question.dimension in alone
            else tuple(found[question.dimension])
            for topic, question in QUESTIONS.items()
        }

    def _counted_together(
        self, dimensions: tuple[Dimension, ...], measures: tuple[Measure, ...]
    ) -> Mapping[Dimension, list[Tally]]:
        facts = self._facts(dimensions, measures)
        keys = [facts.c[each] for each in dimensions]
        rows = self._session.execute(
            select(func.grouping(*keys), *keys, *_counts(facts, measures)).group_by(
                func.grouping_sets(*(tuple_(each) for each in keys))
            )
        )
        found: dict[Dimension, list[Tally]] = {each: [] for each in dimensions}
        for others, *row in rows:
            # The bits of `grouping` are of what a line is not of; the first key has the highest.
            place = next(
                place
                for place in range(len(dimensions))
                if not others >> (len(dimensions) - 1 - place) & 1
            )
            numbers = dict(zip(measures, row[len(dimensions) :], strict=True))
            found[dimensions[place]].append(Tally(key=row[place] or "", numbers=numbers))
        for tallies in found.values():
            tallies.sort(key=lambda each: each.key)
        return found

    def _counted(self, dimension: Dimension, measures: tuple[Measure, ...]) -> tuple[Tally, ...]:
        facts = self._facts((dimension,), measures)
        key = facts.c[dimension]
        rows = self._session.execute(
            select(key, *_counts(facts, measures)).group_by(key).order_by(key)
        )
        return tuple(
            Tally(key=found or "", numbers=dict(zip(measures, counted, strict=True)))
            for found, *counted in rows
        )

    def _facts(self, dimensions: tuple[Dimension, ...], measures: tuple[Measure, ...]) -> CTE:
        """What is asked of each complaint, before any is counted: states are not carried along."""
        (dimension, *_) = dimensions
        return (
            select(
                *(self._key(each).label(each) for each in dimensions),
                *(MEASURES[each].label(f"is_{each}") for each in measures),
            )
            .select_from(_rows_of(dimension))
            .where(*self._where(dimension))
            .cte("facts")
            .prefix_with("materialized")
        )

    def behind(self, dimension: Dimension, key: str, measure: Measure) -> Behind | None:
        """The complaints behind one number; None where it is not shown."""
        found = self._session.scalars(
            select(CaseRow.reference)
            .select_from(_rows_of(dimension))
            .where(
                *self._where(dimension),
                func.coalesce(self._key(dimension), "") == key,
                MEASURES[measure],
            )
            .order_by(CaseRow.received_at, CaseRow.reference)
        ).all()
        base = BASES.get(measure)
        if base is not None:
            tallies = self._counted(dimension, (base, measure))
            tally = next((each for each in tallies if each.key == key), None)
            if tally is None or tally.shown(measure, self._rules.fewest) is None:
                return None
        visible = visible_among(self._session, self._reader, found)
        return Behind(
            visible=tuple(each for each in found if each in visible),
            others=len(found) - len(visible),
        )

    def stage_times(self) -> tuple[StageTime, ...]:
        """How long each stage took, by the journals of these complaints."""
        ends = {
            stage: func.min(JournalRow.at).filter(JournalRow.event == event)
            for stage, event in ENDED_BY.items()
        }
        way = (
            select(CaseRow.received_at, *(end.label(stage) for stage, end in ends.items()))
            .join(JournalRow, JournalRow.reference == CaseRow.reference)
            .where(*self._where(Dimension.MONTH), JournalRow.event.in_(ENDED_BY.values()))
            .group_by(CaseRow.reference, CaseRow.received_at)
            .cte("way")
        )
        columns: list[ColumnElement[Any]] = []
        before: list[ColumnElement[Any]] = [way.c.received_at]
        for stage in StageOfHandling:
            end = way.c[stage]
            # What was done earlier than what comes before it took no time.
            began = func.least(func.greatest(*before), end)
            hours = func.date_part("epoch", end - began) / HOUR
            columns += [
                func.count(end),
                func.percentile_cont(0.5).within_group(hours),
                func.percentile_cont(0.9).within_group(hours),
                func.coalesce(func.sum(hours), 0),
            ]
            before.append(end)
        row = self._session.execute(select(*columns).select_from(way)).one()
        whole = sum(float(row[place + 3]) for place in range(0, len(row), 4))
        return tuple(
            self._stage_time(stage, row[place * 4 : place * 4 + 4], whole)
            for place, stage in enumerate(StageOfHandling)
        )

    def _stage_time(self, stage: StageOfHandling, found: Sequence[Any], whole: float) -> StageTime:
        cases, median, slow, hours = found
        if cases < self._rules.fewest:
            return StageTime(
                stage=stage, cases=cases, median_hours=None, slow_hours=None, share_per_mille=None
            )
        return StageTime(
            stage=stage,
            cases=cases,
            median_hours=float(median),
            slow_hours=float(slow),
            share_per_mille=round(float(hours) * 1000 / whole) if whole else None,
        )

    def _where(self, dimension: Dimension) -> tuple[ColumnElement[bool], ...]:
        """Open ones are of today, whenever they were received."""
        return counted_cases(self._reader, self._asked, open_now=dimension is Dimension.AGE)

    def _key(self, dimension: Dimension) -> ColumnElement[Any]:
        if dimension is Dimension.AGE:
            days = func.date_part("epoch", literal(self._now) - CaseRow.received_at) / 86_400
            stretches = [(days < end, str(place)) for place, end in enumerate(self._rules.age_days)]
            return when(*stretches, else_=str(len(stretches)))
        return KEYS[dimension]


def counted_cases(
    reader: Reader, asked: Asked, *, open_now: bool = False
) -> tuple[ColumnElement[bool], ...]:
    """What somebody has counted of these units: no case that they are kept out of, and none that an
    office has to itself; received in the period, or else whatever is open now."""
    of_units = (
        cases_for(Permission.COUNT_CASE, reader),
        is_nobodys_own(),
        CaseRow.unit.in_(sorted(asked.units)),
    )
    if open_now:
        return (*of_units, CaseRow.status != Status.CLOSED)
    return (
        *of_units,
        CaseRow.received_at >= asked.begins_at,
        CaseRow.received_at < asked.ends_at,
    )


def counts_all(session: Session, reader: Reader, asked: Asked) -> bool:
    """Whether somebody may have everything counted that an analysis of these units and months can
    tell of, whoever it was made for."""
    told_of = (
        is_nobodys_own(),
        CaseRow.unit.in_(sorted(asked.units)),
        or_(
            CaseRow.status != Status.CLOSED,
            and_(CaseRow.received_at >= asked.begins_at, CaseRow.received_at < asked.ends_at),
        ),
    )
    counted = cases_for(Permission.COUNT_CASE, reader)
    whole, theirs = session.execute(
        select(func.count(), func.count().filter(counted)).select_from(CaseRow).where(*told_of)
    ).one()
    return bool(whole == theirs)


def _rows_of(dimension: Dimension) -> Any:
    """Cases, or a line for each cause of each."""
    return _CASES_BY_CAUSE if dimension is Dimension.CAUSE else CaseRow.__table__


CAUSES = (
    func.jsonb_array_elements_text(CaseRow.state.op("->")("disposition").op("->")("causes"))
    .table_valued("cause", name="causes_of_a_case")
    .render_derived()
)

_CASES_BY_CAUSE = CaseRow.__table__.join(CAUSES, true())


def month_of(instant: Any) -> ColumnElement[str]:
    """Its month where the bank is, as `2026-03`."""
    return func.to_char(func.timezone(read_staffing().time_zone, instant), "YYYY-MM")


KEYS: Mapping[Dimension, ColumnElement[Any]] = {
    Dimension.MONTH: month_of(CaseRow.received_at),
    Dimension.UNIT: CaseRow.unit.expression,
    Dimension.CATEGORY: CaseRow.category.expression,
    Dimension.BUSINESS: CaseRow.state["business"].astext,
    Dimension.CAUSE: CAUSES.c.cause,
    Dimension.PACK: func.split_part(CaseRow.policy, "@", 1),
}
"""By what complaints are told apart, as PostgreSQL says it."""


def _counts(facts: CTE, measures: tuple[Measure, ...]) -> list[ColumnElement[int]]:
    return [func.count().filter(facts.c[f"is_{each}"]) for each in measures]


def _has(path: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = func.jsonb_path_exists(CaseRow.state, cast(path, JSONPATH))
    return found


def _said(*words: Satisfaction) -> ColumnElement[bool]:
    """Whether the customer said so when asked the last time."""
    last: ColumnElement[str] = CaseRow.state["verdicts"][-1]["satisfaction"].astext
    return last.in_(words)


_LATE = _has(LATE_STEP)
# What somebody was pressed to take back has an ending, and goes on.
_SETTLED = CaseRow.state["disposition"]["validity"].astext.is_not(None) & CaseRow.status.in_(
    (Status.DISPOSED, Status.CLOSED)
)
_OPEN = CaseRow.status != Status.CLOSED

MEASURES: Mapping[Measure, ColumnElement[bool]] = {
    Measure.RECEIVED: true(),
    Measure.SETTLED: _SETTLED,
    Measure.IN_TIME: _SETTLED & ~_LATE,
    Measure.LATE: _LATE,
    Measure.OWN_FAULT: _SETTLED
    & (CaseRow.state["disposition"]["validity"].astext == Validity.VALID)
    & (CaseRow.state["disposition"]["responsibility"].astext != Responsibility.NOT_BANK),
    Measure.REPEATED: CaseRow.state["marks"].contains([Mark.REPEAT]) | _has(REOPENED),
    Measure.OF_A_GROUP: CaseRow.state["marks"].contains([Mark.GROUP]),
    Measure.ASKED: _said(Satisfaction.SATISFIED, Satisfaction.NEUTRAL, Satisfaction.DISSATISFIED),
    Measure.SATISFIED: _said(Satisfaction.SATISFIED),
    Measure.NEUTRAL: _said(Satisfaction.NEUTRAL),
    Measure.DISSATISFIED: _said(Satisfaction.DISSATISFIED),
    Measure.OPEN: _OPEN,
    Measure.OVERDUE: _OPEN & _LATE,
}
"""What `domain.analysis.Measure` says, of the row of a case."""
