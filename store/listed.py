"""The scope for questions about many cases: the same cases as `visible_cases` finds, each way of
standing to one followed by its own index, so that no case is looked at which one does not stand to.

The columns of `LISTED` are in the indexes of open cases: what asks for no other reads no case.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
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

TO_MANY = (
    (Relation.ANYWHERE,),
    (Relation.OWN_UNIT, Relation.BELOW),
    (Relation.WAITING_HERE,),
    (Relation.TOOK_IN, Relation.FIRST_OWNER),
)
"""Ways of standing to many cases, those together that one index leads to. They are asked of the
columns of `LISTED`; in the others one stands to a few cases."""


@lru_cache(READERS)
def listed_cases(reader: Reader, permission: Permission = Permission.READ_CASE) -> Subquery:
    """The cases to which somebody may do this, with what lists are narrowed and sorted by."""
    barred = [_is_not(each, reader) for each in sorted(BARS) if permission in BARS[each]]
    arms = [select(*LISTED).where(arm, *barred) for arm in _arms(permission, reader)]
    return union_all(*(arms or [select(*LISTED).where(false())])).subquery("listed")


def _arms(permission: Permission, reader: Reader) -> Iterator[ColumnElement[bool]]:
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
        array = func.array(union_all(*led_to).scalar_subquery())
        yield and_(CaseRow.reference == any_(array), *before)


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
    over = [other for other, lost in STEPS_BACK.items() if relation in lost]
    return and_(stands(relation, reader), *(_is_not(each, reader) for each in sorted(over)))


def _is_not(relation: Relation, reader: Reader) -> ColumnElement[bool]:
    """Whether a case is not one of the few to which somebody stands so."""
    return and_(*(CaseRow.reference.not_in(each) for each in _few(relation, reader)))


def _few(relation: Relation, reader: Reader) -> Iterator[Select[str]]:
    """References of the few cases to which somebody stands so; what is one thing or another is
    looked up in the index of each."""
    if relation is Relation.CHARGED:
        yield select(TaskRow.reference).where(waits_for(reader.person))
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
        func.nullif(ComplaintRow.subject, ""), func.left(ComplaintRow.narrative, 80)
    )
    return when((cases_for(Permission.READ_WORDS, reader), words), else_="")
