"""What a periodic report says: tables of codes and numbers, which a page or a file puts into words.

One shape for every form of report, so that what was submitted can be kept as it was.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.case import Case
from domain.policy import CaseRules
from domain.reporting import Classified, Form, appraisal_items, classified

Cell = str | int | None
"""A code, a reference, an instant as ISO text, a number; None for what is not known yet."""


CASE = "case"
"""The column with the reference of a complaint."""


class Figure(StrEnum):
    """The single numbers at the head of a classified report."""

    RECEIVED = "received"
    SETTLED = "settled"
    LATE = "late"
    OWN_FAULT = "own_fault"
    STAFF_ERRORS = "staff_errors"


class Rate(StrEnum):
    """The rates beside the counts. No source states a formula (rules.md 1.J.7), so all are
    defaults."""

    TIMELY = "timely"
    """Of those settled, in which no time limit ran out (H-05)."""
    OWN_FAULT_SHARE = "own_fault_share"
    """Of those settled, in which the bank was at fault (A-59, D-20)."""
    SATISFIED_SHARE = "satisfied_share"
    """Of the customers who were asked afterwards and answered, who are satisfied (A-59, D-09)."""


class Part(StrEnum):
    """The tables a report may have."""

    FIGURES = "figures"
    RATES = "rates"
    COUNTING = "counting"
    CATEGORIES = "categories"
    BUSINESSES = "businesses"
    PROCESS_CAUSES = "process_causes"
    UNITS = "units"
    REGISTER = "register"
    APPRAISAL = "appraisal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a report; its columns are named as facts are."""

    part: Part
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables_of(
    form: Form, cases: Iterable[Case], conduct_of: Callable[[Case], CaseRules]
) -> tuple[Table, ...]:
    """What a report of this form says of these cases; a check says nothing of any."""
    cases = tuple(cases)
    match form:
        case Form.CLASSIFIED:
            return tuple(_classified(cases, conduct_of))
        case Form.REGISTER:
            return (_register(cases),)
        case Form.APPRAISAL:
            return (_appraisal(cases),)
        case Form.CHECK:
            return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A row of a table that differs between two versions of a report."""

    part: Part
    columns: tuple[str, ...]
    before: tuple[Cell, ...] | None
    """None for a row that was not there."""
    after: tuple[Cell, ...] | None
    """None for a row that is there no more."""


def changed_rows(before: Iterable[Table], after: Iterable[Table]) -> Iterator[ChangedRow]:
    """The rows in which two versions of a report differ, in the order of the later one. A table
    that reports did not have yet when the earlier one was made is no difference."""
    old = {table.part: table for table in before}
    for table in after:
        was = old.pop(table.part, None)
        if was is None:
            continue
        earlier, later = _by_name(was), _by_name(table)
        for name in dict.fromkeys([*later, *earlier]):
            if earlier.get(name) != later.get(name):
                yield ChangedRow(
                    part=table.part,
                    columns=table.columns,
                    before=earlier.get(name),
                    after=later.get(name),
                )
    for table in old.values():
        for row in table.rows:
            yield ChangedRow(part=table.part, columns=table.columns, before=row, after=None)


def _by_name(table: Table) -> dict[tuple[Cell, ...], tuple[Cell, ...]]:
    """The rows by what they are about: what is counted, a complaint, what speaks for or against a
    person in a complaint, of which there may be both."""
    named = 3 if table.part is Part.APPRAISAL else 1
    return {row[:named]: row for row in table.rows}


def listed_in(tables: Iterable[Table]) -> frozenset[str]:
    """The references of the complaints that are told of one by one."""
    return frozenset(
        str(row[table.columns.index(CASE)])
        for table in tables
        if CASE in table.columns
        for row in table.rows
    )


def _classified(
    cases: tuple[Case, ...], conduct_of: Callable[[Case], CaseRules]
) -> Iterator[Table]:
    found = classified(cases, conduct_of)
    figures = {
        Figure.RECEIVED: found.received,
        Figure.SETTLED: found.settled,
        Figure.LATE: found.late,
        Figure.OWN_FAULT: found.own_fault,
        Figure.STAFF_ERRORS: found.staff_errors,
    }
    yield _numbers(Part.FIGURES, "figure", figures.items())
    yield _rates(found)
    yield _numbers(Part.COUNTING, "counting", found.by_counting.items())
    yield _numbers(Part.CATEGORIES, "category", found.by_category.items())
    yield _numbers(Part.BUSINESSES, "business", found.by_business.items())
    yield _numbers(Part.PROCESS_CAUSES, "cause", found.process_causes.items())
    yield _numbers(Part.UNITS, "unit", found.by_unit.items())


def _numbers(part: Part, column: str, numbers: Iterable[tuple[str | None, int]]) -> Table:
    return Table(part=part, columns=(column, "number"), rows=tuple(numbers))


def _rates(found: Classified) -> Table:
    parts = {
        Rate.TIMELY: (found.settled_in_time, found.settled),
        Rate.OWN_FAULT_SHARE: (found.own_fault, found.settled),
        Rate.SATISFIED_SHARE: (found.satisfied, found.asked),
    }
    return Table(
        part=Part.RATES,
        columns=("rate", "number", "of", "per_mille"),
        rows=tuple((rate, part, of, per_mille(part, of)) for rate, (part, of) in parts.items()),
    )


def per_mille(part: int, of: int) -> int | None:
    """A share in thousandths, halves rounded up; None where there is nothing to divide by."""
    return (2000 * part + of) // (2 * of) if of else None


def _register(cases: tuple[Case, ...]) -> Table:
    """The complaints one by one, without those that only one office may know of (A-43, C-10)."""
    return Table(
        part=Part.REGISTER,
        columns=(
            CASE, "received_at", "unit", "channel", "category", "severity", "status",
            "validity", "responsibility",
        ),
        rows=tuple(
            (
                case.reference,
                case.received_at.isoformat(),
                case.unit,
                case.channel,
                case.category,
                case.severity,
                case.status,
                case.disposition.validity if case.disposition else None,
                case.disposition.responsibility if case.disposition else None,
            )
            for case in cases
            if not case.restricted_to
        ),
    )  # fmt: skip


def _appraisal(cases: tuple[Case, ...]) -> Table:
    items = appraisal_items(case for case in cases if not case.restricted_to)
    return Table(
        part=Part.APPRAISAL,
        columns=("person", CASE, "weighs", "points_at_most"),
        rows=tuple(
            (each.person, each.reference, each.weighs, each.points_at_most) for each in items
        ),
    )
