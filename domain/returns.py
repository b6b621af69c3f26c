"""Returns to an authority: templates that are data, filled from cases as they were known at an
instant, so that what was told can be told again, and what has become known since is a difference.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Count(StrEnum):
    """What a line of a return may count: cases, each once, by where they stood in the period."""

    OPENING = "opening"
    """Open as the period began."""
    RECEIVED = "received"
    REOPENED = "reopened"
    """Closed as it began and open as it ended."""
    CLOSED = "closed"
    """Of the three above, those that were not open as it ended."""
    CLOSING = "closing"
    """Open as it ended: opening + received + reopened - closed, whatever the cases."""
    CLOSED_IN_TIME = "closed_in_time"
    """Of those closed, without a time limit that ran out."""
    OWN_FAULT = "own_fault"
    """Of those closed, where the bank was at fault, alone or with the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsKnown:
    """A case as its journal told of it up to some instant."""

    reference: str
    received_at: datetime
    turns: tuple[tuple[datetime, bool], ...]
    """When it was closed (True) or reopened (False), in their order."""
    codes: Mapping[str, tuple[str, ...]]
    """Its category, channel, causes: the codes of each, empty when not known."""
    is_late: bool
    is_own_fault: bool

    def is_open_at(self, instant: datetime) -> bool:
        """Whether it was in and not closed just before that instant."""
        closed = [is_closed for at, is_closed in self.turns if at < instant]
        return self.received_at < instant and not (closed and closed[-1])

    def counts(self, begins_at: datetime, ends_at: datetime) -> frozenset[Count]:
        """What it counts as in the period from one instant to just before another."""
        opening, closing = self.is_open_at(begins_at), self.is_open_at(ends_at)
        received = begins_at <= self.received_at < ends_at
        closed = (opening or received) and not closing
        found = {
            Count.OPENING: opening,
            Count.RECEIVED: received,
            Count.REOPENED: closing and not opening and not received,
            Count.CLOSED: closed,
            Count.CLOSING: closing,
            Count.CLOSED_IN_TIME: closed and not self.is_late,
            Count.OWN_FAULT: closed and self.is_own_fault,
        }
        return frozenset(count for count, counted in found.items() if counted)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyItem:
    """One class of a classification that is not the bank's own."""

    name: str
    title: Mapping[str, str]
    code: str
    """As its standard has it, entered by the bank; empty until then."""
    ours: Mapping[str, tuple[str, ...]]
    """Which of our codes fall in it, by what they are of; empty in the class for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One side of such a classification, in whose classes every case falls exactly once: the first
    that takes one of its codes, else the last, which is for the rest."""

    name: str
    title: Mapping[str, str]
    items: tuple[TaxonomyItem, ...]

    def class_of(self, case: CaseAsKnown) -> str:
        """The name of the class a case falls in."""
        for item in self.items[:-1]:
            for of, codes in item.ours.items():
                if set(codes) & set(case.codes.get(of, ())):
                    return item.name
        return self.items[-1].name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One figure of a return: a count of cases, or a formula over other lines."""

    code: str
    title: Mapping[str, str]
    count: Count | None = None
    where: Mapping[str, tuple[str, ...]]
    """Of the cases counted only those with one of these codes; of a facet, by its name."""
    formula: str = ""
    is_share: bool = False
    """Told in percent; kept in thousandths."""
    business: str = ""
    """The line is blank unless the bank does this business."""
    lacks_code: bool = False
    """Its class has a code in the standard that the bank has not entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSection:
    """Lines under one heading."""

    title: Mapping[str, str]
    lines: tuple[ReturnLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCheck:
    """What must hold before a return is submitted: two formulas that come to the same."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTemplate:
    """A return as an authority wants it: what it is called, how often, which lines."""

    name: str
    title: Mapping[str, str]
    authority: Mapping[str, str]
    cadence: str
    rule: str
    sections: tuple[ReturnSection, ...]
    checks: tuple[ReturnCheck, ...]
    facets: Mapping[str, Facet]
    does_business: frozenset[str] = frozenset()
    """The kinds of business that the bank does; lines about any other are blank and not nought."""
    nil_when_none: tuple[Count, ...] = ()
    """A return without any of these is a nil return, whose lines are all blank."""
    needs_codes: bool = False
    """Whether it cannot be submitted before every class has its code."""
    schema: Mapping[str, Any] | None = None
    """What its file must keep to before it is submitted; None where its authority has none."""
    digest: str
    """Of the file it was read from: which template a return was made by."""

    @property
    def lines(self) -> tuple[ReturnLine, ...]:
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPeriod:
    """The days a return is about, and the instants they begin and end at."""

    begins: date
    ends: date
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaBreach:
    """Something in a file that the schema of its authority does not allow."""

    at: str
    """Where in the file: `texts/contact`."""
    rule: str
    """What of the schema it breaks: `required`, `maxLength`."""
    limit: str
    """The figure or pattern of that rule; empty where it has none."""


Figures = Mapping[str, int | None]
"""The value of each line by its code; None for a blank one. Shares are in thousandths."""


class ReturnFlaw(StrEnum):
    """Why a return cannot be submitted as it is."""

    NOT_OVER = "return_not_over"
    CHECK_FAILS = "return_check_fails"
    CODE_MISSING = "return_code_missing"
    BREAKS_SCHEMA = "return_breaks_schema"


def figures_of(
    template: ReturnTemplate, cases: Iterable[CaseAsKnown], period: ReturnPeriod
) -> dict[str, int | None]:
    """The template filled from these cases."""
    counted = [(case, case.counts(period.begins_at, period.ends_at)) for case in cases]
    counted = [(case, counts) for case, counts in counted if counts]
    if is_nil(template, counted):
        return {line.code: None for line in template.lines}
    values: dict[str, int | None] = {}
    for line in template.lines:
        if line.business and line.business not in template.does_business:
            values[line.code] = None
        elif line.count is not None:
            values[line.code] = sum(
                line.count in counts and _falls_in(case, line, template.facets)
                for case, counts in counted
            )
    for line in template.lines:
        if line.code not in values:
            found = evaluated(line.formula, values)
            values[line.code] = _rounded(found * 1000 if line.is_share and found else found)
    return {line.code: values[line.code] for line in template.lines}


def is_nil(
    template: ReturnTemplate, counted: Iterable[tuple[CaseAsKnown, frozenset[Count]]]
) -> bool:
    """Whether there is nothing to tell, and the authority wants that told by blanks."""
    wanted = frozenset(template.nil_when_none)
    return bool(wanted) and not any(wanted & counts for _case, counts in counted)


def document_of_return(
    template: ReturnTemplate,
    period: ReturnPeriod,
    known_at: datetime,
    figures: Figures,
    *,
    submission: int | None = None,
) -> dict[str, Any]:
    """The return as its file has it. The same from the same figures, whoever saves it."""
    return {
        "return": template.name,
        "template": template.digest,
        "begins": period.begins.isoformat(),
        "ends": period.ends.isoformat(),
        "known_at": known_at.astimezone(UTC).isoformat(),
        "submission": str(submission or ""),
        "figures": dict(figures),
    }


def flaws_of_return(
    template: ReturnTemplate, figures: Figures, *, is_over: bool
) -> Iterator[tuple[ReturnFlaw, str]]:
    """Everything that keeps a return from being submitted, and where."""
    if not is_over:
        yield ReturnFlaw.NOT_OVER, ""
    for check in template.checks:
        left, right = evaluated(check.left, figures), evaluated(check.right, figures)
        if left != right:
            yield ReturnFlaw.CHECK_FAILS, f"{check.left} = {check.right}"
    if template.needs_codes:
        for line in template.lines:
            if line.lacks_code:
                yield ReturnFlaw.CODE_MISSING, line.code


def difference(before: Figures, after: Figures) -> dict[str, int]:
    """By how much each line has changed; a blank line counts as none."""
    changed = {
        code: (after.get(code) or 0) - (before.get(code) or 0) for code in {**before, **after}
    }
    return {code: by for code, by in changed.items() if by}


def names_in(formula: str) -> frozenset[str]:
    """The lines that a formula speaks of. Raises `ValueError` for what is no formula."""
    tree = _parsed(formula)
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def evaluated(formula: str, values: Figures) -> Fraction | None:
    """What a formula comes to; None where a line it needs is blank, or where it would divide by
    nought. Raises `ValueError` for what is no formula.
    """
    try:
        return _value(_parsed(formula).body, values)
    except (ZeroDivisionError, _BlankError):
        return None


class _BlankError(Exception):
    """A line that a formula needs has no value."""


def _parsed(formula: str) -> ast.Expression:
    try:
        return ast.parse(formula, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{formula!r} is no formula") from error


_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


def _value(node: ast.expr, values: Figures) -> Fraction:
    match node:
        case ast.Name(id=code):
            found = values.get(code)
            if found is None:
                raise _BlankError
            return Fraction(found)
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return Fraction(number)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, values), _value(right, values))
        case _:
            raise ValueError("a formula is made of lines, whole numbers, + - * / and brackets")


def _rounded(value: Fraction | None) -> int | None:
    """To a whole number, halves up."""
    return (
        None
        if value is None
        else (2 * value.numerator + value.denominator) // (2 * value.denominator)
    )


def _falls_in(case: CaseAsKnown, line: ReturnLine, facets: Mapping[str, Facet]) -> bool:
    for of, codes in line.where.items():
        known = (facets[of].class_of(case),) if of in facets else case.codes.get(of) or ("",)
        if not set(codes) & set(known):
            return False
    return True
