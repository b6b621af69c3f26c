"""The scope for questions about many cases: the same cases as `visible_cases` finds, each way of
standing to one followed by its own index, so that no case is looked at which one does not stand to.

The columns of `LISTED` are in the indexes of open cases: what asks for no other reads no case.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    any_,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import case as when
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList

from domain.permission_names import Permission
from domain.permissions import BARS, STEPS_BACK, grants_of
from domain.relations import Reader, Relation
from store.scope import READERS, cases_for, leads_to, stands, waits_for
from store.tables import CaseRow, ComplaintRow, TaskRow

LISTED = (
    CaseRow.reference,
    CaseRow.unit,
    CaseRow.handler,
    CaseRow.first_owner,
    CaseRow.status,
    CaseRow.channel,
    CaseRow.category,
    CaseRow.breaches,
    CaseRow.rungs,
    CaseRow.received_at,
    CaseRow.next_due_at,
)
"""What lists are narrowed and sorted by."""

FIRST_WORDS = 80
"""Characters of a complaint without a subject that a list shows (default)."""

TO_MANY = (
    (Relation.ANYWHERE,),
    (Relation.OWN_UNIT, Relation.BELOW),
    (Relation.WAITING_HERE,),
    (Relation.FIRST_OWNER, Relation.TOOK_IN),
    (Relation.OFFICE,),
)
"""Ways of standing to many cases, those together that one index leads to. They are asked of the
columns of `LISTED` and of what else is in its indexes; in the others one stands to a few cases."""


@lru_cache(READERS)
def listed_cases(reader: Reader, permission: Permission = Permission.READ_CASE) -> Subquery:
    """The cases to which somebody may do this, with what lists are narrowed and sorted by."""
    return union_all(*_each_way(reader, permission)).subquery("listed")


def first_listed(
    reader: Reader,
    wanted: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    at_most: int,
    permission: Permission = Permission.READ_CASE,
) -> Subquery:
    """Of these cases those that are wanted, as many of each way as may come first in this order,
    both told in columns of `CaseRow`. PostgreSQL looks through all of what it puts together of
    several ways before it sorts: so each way is gone along its own index, and no further.
    """
    first = [
        way.where(*wanted).order_by(*order).limit(at_most).subquery()
        for way in _each_way(reader, permission)
    ]
    return union_all(*(select(each) for each in first)).subquery("listed")


def is_listed(reader: Reader, reference: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the case of a reference is one of these, looked up by itself: for some references,
    one after the other, where a join would read all cases first."""
    arms = _arms(Permission.READ_CASE, reader, CaseRow.reference.in_)
    answer = select(and_(_is_not_barred(Permission.READ_CASE, reader), or_(false(), *arms)))
    looked_up = answer.where(CaseRow.reference == reference).correlate_except(CaseRow)
    return looked_up.scalar_subquery()


def are_listed(reader: Reader, reference: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the case of a reference is one of these, for most references of the bank: of whoever
    reads them all but a few, no case is read but the few."""
    granted = {each for role in reader.roles for each in grants_of(role, Permission.READ_CASE)}
    if Relation.ANYWHERE in granted:
        return _is_not_barred(Permission.READ_CASE, reader, reference)
    return reference.in_(select(listed_cases(reader).c.reference))


@lru_cache(READERS)
def _each_way(reader: Reader, permission: Permission) -> tuple[Select[*tuple[Any, ...]], ...]:
    barred = _is_not_barred(permission, reader)
    arms = tuple(_arms(permission, reader, _is_among)) or (false(),)
    return tuple(select(*LISTED).where(arm, barred) for arm in arms)


def _is_not_barred(
    permission: Permission,
    reader: Reader,
    reference: ColumnElement[str] = CaseRow.reference.expression,
) -> ColumnElement[bool]:
    barred = sorted(each for each in BARS if permission in BARS[each])
    return _is_none_of(barred, reader, reference)


Few = CompoundSelect[str]
"""References of few cases."""


def _is_among(few: Few) -> ColumnElement[bool]:
    """Whether a case is one of a few, each looked up."""
    return CaseRow.reference == any_(func.array(few.scalar_subquery()))


def _arms(
    permission: Permission, reader: Reader, is_among: Callable[[Few], ColumnElement[bool]]
) -> Iterator[ColumnElement[bool]]:
    """Each way of standing to many cases, and all others together, without the cases of the ways
    before it."""
    granted = {each for role in reader.roles for each in grants_of(role, permission)}
    many = [tuple(each for each in ways if each in granted) for ways in TO_MANY]
    few = granted.difference(*many)
    before: list[ColumnElement[bool]] = []
    for ways in filter(None, many):
        gains = or_(*(_gains_by(each, reader) for each in ways))
        steps_back = any(each in lost for each in ways for lost in STEPS_BACK.values())
        yield and_(_led_to_by(ways, reader), gains if steps_back else true(), *before)
        if Relation.ANYWHERE in ways:
            return
        before.append(not_(gains))
    if few:
        led_to = [each for relation in sorted(few) for each in _few(relation, reader)]
        yield and_(is_among(union_all(*led_to)), *before)


def _led_to_by(ways: tuple[Relation, ...], reader: Reader) -> ColumnElement[bool]:
    """What one index can follow, of all these ways together: whoever has first heard a case is
    among those of their unit who have."""
    if Relation.TOOK_IN in ways:
        return leads_to(Relation.TOOK_IN, reader)
    if Relation.OWN_UNIT in ways and Relation.BELOW in ways:
        return CaseRow.unit.in_(sorted({reader.unit, *reader.below}))
    return or_(*(leads_to(each, reader) for each in ways))


def _gains_by(relation: Relation, reader: Reader) -> ColumnElement[bool]:
    """Whether somebody stands so to a case and does not step back for standing otherwise too."""
    over = sorted(other for other, lost in STEPS_BACK.items() if relation in lost)
    if not over:
        return stands(relation, reader)
    return and_(stands(relation, reader), _is_none_of(over, reader))


def _is_none_of(
    relations: Sequence[Relation],
    reader: Reader,
    reference: ColumnElement[str] = CaseRow.reference.expression,
) -> ColumnElement[bool]:
    """Whether a case is none of the few to which somebody stands in one of these ways: all of them
    in one list, for PostgreSQL guesses of each that it leaves half of the cases out."""
    few = [each for relation in relations for each in _few(relation, reader)]
    return reference.not_in(union_all(*few))


def _few(relation: Relation, reader: Reader) -> Iterator[Select[str]]:
    """References of the few cases to which somebody stands so; what is one thing or another is
    looked up in the index of each."""
    if relation is Relation.CHARGED:
        yield select(TaskRow.reference).where(waits_for(reader.person)).correlate(None)
        return
    for side in _sides(leads_to(relation, reader)):
        yield select(CaseRow.reference).where(side).correlate(None)


def _sides(condition: ColumnElement[bool]) -> Sequence[ColumnElement[bool]]:
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.or_:
        return condition.clauses
    return (condition,)


def first_words_for(reader: Reader) -> ColumnElement[str]:
    """The subject of a complaint, else how it begins; empty for whoever may not read its words."""
    words = func.coalesce(
        func.nullif(ComplaintRow.subject, ""), func.left(ComplaintRow.narrative, FIRST_WORDS)
    )
    return when((cases_for(Permission.READ_WORDS, reader), words), else_="")
