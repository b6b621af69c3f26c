"""Improvements as lists and pages show them: of the cases that somebody may read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.orm import Session

from domain.case import Case
from domain.improvement import Improvement
from domain.permission_names import Permission
from domain.relations import Reader
from store.scope import (
    ASKING_LATELY,
    OpenedCase,
    cases_for,
    list_of,
    visible_among,
    visible_cases,
)
from store.tables import CaseRow, JournalRow
from store.values import CASE

PROPOSED_AS = ("problem", "leftovers")
"""The texts by which an improvement is proposed: alone or at settling, and as what was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementLine:
    """An improvement in a list."""

    reference: str
    """Of the case that led to it."""
    unit: str
    improvement: Improvement
    problem: str
    """Empty for whoever may not read the words of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementFile:
    """Everything about one improvement."""

    line: ImprovementLine
    words: Mapping[datetime, Mapping[str, str]]
    """The texts of each step, by its instant."""
    also: tuple[str, ...]
    """Further cases that its reader may read."""
    hidden: int
    """How many there are besides."""


def list_improvements(session: Session, reader: Reader) -> tuple[ImprovementLine, ...]:
    """Every improvement of the cases that somebody may read, the newest first. There are few: one
    at a time in a case, and in hardly any."""
    reads = cases_for(Permission.READ_WORDS, reader).label("reads")
    rows = session.execute(
        select(CaseRow.state, reads).where(visible_cases(reader), _has_improvements())
    ).all()
    cases = [(CASE.validate_python(state), bool(may)) for state, may in rows]
    problems = _problems(session, [case.reference for case, may in cases if may])
    lines = (line for case, _ in cases for line in _lines(case, problems))
    return tuple(sorted(lines, key=lambda line: line.improvement.steps[0].at, reverse=True))


def read_improvement(session: Session, opened: OpenedCase, number: int) -> ImprovementFile | None:
    """One improvement of a case that was opened; None when it has none of that number."""
    case = opened.case
    improvement = next((each for each in case.improvements if each.number == number), None)
    if improvement is None:
        return None
    words = _words(session, case.reference) if opened.allows(Permission.READ_WORDS) else {}
    seen = visible_among(session, opened.reader, improvement.also)
    problem = words.get(improvement.steps[0].at, {})
    return ImprovementFile(
        line=ImprovementLine(
            reference=case.reference,
            unit=case.unit,
            improvement=improvement,
            problem=_proposal(problem, improvement),
        ),
        words={each.at: words.get(each.at, {}) for each in improvement.steps},
        also=tuple(each for each in improvement.also if each in seen),
        hidden=len(improvement.also) - len(seen),
    )


def led_elsewhere(session: Session, opened: OpenedCase) -> tuple[tuple[str, int], ...]:
    """The improvements of other cases that name this one, as far as its reader may read them."""
    naming = {"naming": [{"also": [opened.reference]}]}
    rows = session.scalars(_of_improvements_elsewhere(opened.reader), naming)
    return tuple(
        (case.reference, each.number)
        for case in map(CASE.validate_python, rows)
        for each in case.improvements
        if opened.reference in each.also
    )


@lru_cache(ASKING_LATELY)
def _of_improvements_elsewhere(reader: Reader) -> Select[dict[str, Any]]:
    names = CaseRow.state["improvements"].contains(bindparam("naming", type_=JSONB))
    return select(CaseRow.state).where(_has_improvements(), names, visible_cases(reader))


def _has_improvements() -> ColumnElement[bool]:
    return func.jsonb_array_length(list_of("improvements")) > 0


def _lines(case: Case, problems: Mapping[tuple[str, datetime], str]) -> Iterator[ImprovementLine]:
    for each in case.improvements:
        yield ImprovementLine(
            reference=case.reference,
            unit=case.unit,
            improvement=each,
            problem=problems.get((case.reference, each.steps[0].at), ""),
        )


def _problems(session: Session, references: list[str]) -> dict[tuple[str, datetime], str]:
    rows = session.execute(
        select(JournalRow.reference, JournalRow.at, JournalRow.words).where(
            JournalRow.reference.in_(references),
            JournalRow.words.bool_op("?|")(array(PROPOSED_AS)),
        )
    )
    return {
        (row.reference, row.at): row.words.get("problem") or row.words.get("leftovers", "")
        for row in rows
    }


def _words(session: Session, reference: str) -> dict[datetime, dict[str, str]]:
    rows = session.execute(
        select(JournalRow.at, JournalRow.words).where(JournalRow.reference == reference)
    )
    return {row.at: dict(row.words or {}) for row in rows}


def _proposal(words: Mapping[str, str], improvement: Improvement) -> str:
    """What was written when it was proposed; of what was left over, that."""
    if improvement.carried_from is not None:
        return words.get("leftovers", "")
    return words.get("problem", "")
