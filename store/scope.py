"""The one way from a person to cases: every question a page asks of them goes through here.

The table of rights (`domain.permissions`) as PostgreSQL says it. Whoever may not read a case gets
what they would get if there were none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Label,
    Row,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from domain.case import Actor, Case
from domain.directory import under
from domain.permission_names import Permission
from domain.permissions import BARS, STEPS_BACK, grants_of, is_granted, may
from domain.relations import Reader, Relation
from rulebook.staffing import today_in_the_bank
from store.tables import CaseRow, ComplaintRow, PersonRow, PolicyVersionRow, TaskRow, UnitRow
from store.values import CASE

READERS = 256
"""Questions that are kept as they were put together (default): every page asks the same few."""

WAYS = READERS * len(Relation)
"""Ways of standing to a case that are kept as PostgreSQL is told them (default). A question names
some of them again and again; what is one and the same expression is gone through once."""

ASKING_LATELY = 64
"""Readers whose questions of the commonest kinds are kept whole (default): what the head of every
page counts, and what that of a case asks. Putting one together takes longer than answering it in
a small bank; kept, the first of a reader takes some 150 KiB and each further one 40."""

TODAY = bindparam("today_in_the_bank", callable_=lambda: today_in_the_bank(), type_=Date)
"""The day on which a question is asked, not the one on which it was put together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case, and how somebody stands to it: whether or not they may read it."""

    case: Case
    relations: frozenset[Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase(Standing):
    """A case that somebody may read, and how they stand to it. Made by `open_each` alone, so that
    whoever has one has asked.
    """

    reader: Reader

    @property
    def reference(self) -> str:
        return self.case.reference

    def allows(self, permission: Permission) -> bool:
        """Whether its reader may do this to it."""
        return may(permission, self.reader.roles, self.relations)

    def is_for(self, permission: Permission) -> bool:
        """Whether this is the business of its reader, though something may stand in the way."""
        return is_granted(permission, self.reader.roles, self.relations)


def reader_in(parents: Mapping[str, str | None], actor: Actor) -> Reader:
    """Somebody with their place in the bank; `parents` says what stands above each unit."""
    return Reader(
        person=actor.person,
        roles=frozenset(actor.roles),
        unit=actor.unit,
        below=under(parents, actor.unit) - {actor.unit},
    )


def reader_of(session: Session, actor: Actor) -> Reader:
    """Somebody with their place in the bank as the directory has it now."""
    here = frozenset(session.scalars(_UNIT_AND_BELOW, {"unit": actor.unit}))
    return Reader(
        person=actor.person,
        roles=frozenset(actor.roles),
        unit=actor.unit,
        below=here - {actor.unit},
    )


def _unit_and_below() -> Select[str]:
    own = select(UnitRow.id).where(UnitRow.id == bindparam("unit")).cte("own", recursive=True)
    line = own.union_all(select(UnitRow.id).join(own, UnitRow.parent == own.c.id))
    return select(line.c.id)


_UNIT_AND_BELOW = _unit_and_below()


def visible_cases(reader: Reader) -> ColumnElement[bool]:
    """Whether somebody may read a case."""
    return cases_for(Permission.READ_CASE, reader)


@lru_cache(READERS)
def cases_for(permission: Permission, reader: Reader) -> ColumnElement[bool]:
    """Whether somebody may do this to a case."""
    granted = {each for role in reader.roles for each in grants_of(role, permission)}
    barred = [relation for relation, taken in BARS.items() if permission in taken]
    if not granted:
        return false()
    return and_(
        or_(*(_gains_by(each, reader) for each in sorted(granted))),
        *(not_(stands(each, reader)) for each in sorted(barred)),
    )


@lru_cache(WAYS)
def stands(relation: Relation, reader: Reader) -> ColumnElement[bool]:
    """Whether somebody stands so to a case."""
    return func.coalesce(leads_to(relation, reader), false())


@lru_cache(WAYS)
def leads_to(relation: Relation, reader: Reader) -> ColumnElement[bool]:
    """The same where an index is to follow it: unknown, and so not true, of what is not known."""
    return _STANDS[relation](reader)


@lru_cache(READERS)
def _each_relation(reader: Reader) -> tuple[Label[bool], ...]:
    """How somebody stands to a case, a column for each way."""
    return tuple(stands(each, reader).label(each) for each in Relation)


def _gains_by(relation: Relation, reader: Reader) -> ColumnElement[bool]:
    """Whether somebody stands so to a case and does not step back for standing otherwise too."""
    over = [other for other, lost in STEPS_BACK.items() if relation in lost]
    return and_(stands(relation, reader), *(not_(stands(each, reader)) for each in sorted(over)))


def open_case(session: Session, reader: Reader, reference: str) -> OpenedCase | None:
    """The case, if there is one that this person may read. What is absent and what is not theirs
    take the same question and the same answer.
    """
    return open_each(session, reader, [reference]).get(reference)


def open_each(
    session: Session, reader: Reader, references: Iterable[str]
) -> Mapping[str, OpenedCase]:
    """Those of these cases that this person may read, by their references."""
    rows = session.execute(_as_they_open(reader), {"wanted": sorted(set(references))})
    return {row.reference: OpenedCase(reader=reader, **_told(row)) for row in rows}


def standing_in(
    session: Session, reader: Reader, references: Iterable[str]
) -> Mapping[str, Standing]:
    """Those of these references that are of cases, with how somebody stands to each."""
    rows = session.execute(_as_they_stand(reader), {"wanted": sorted(set(references))})
    return {row.reference: Standing(**_told(row)) for row in rows}


def _told(row: Row[Any]) -> dict[str, Any]:
    relations = frozenset(each for each in Relation if getattr(row, each))
    return {"case": CASE.validate_python(row.state), "relations": relations}


@lru_cache(ASKING_LATELY)
def _as_they_open(reader: Reader) -> Select[*tuple[Any, ...]]:
    return _as_they_stand(reader).where(visible_cases(reader))


@lru_cache(ASKING_LATELY)
def _as_they_stand(reader: Reader) -> Select[*tuple[Any, ...]]:
    wanted = CaseRow.reference == any_(bindparam("wanted", type_=ARRAY(Text)))
    return select(CaseRow.reference, CaseRow.state, *_each_relation(reader)).where(wanted)


def relations_in(session: Session, reader: Reader, reference: str) -> frozenset[Relation] | None:
    """How somebody stands to a case, whether or not they may read it; None when there is none."""
    standing = standing_in(session, reader, [reference]).get(reference)
    return standing.relations if standing is not None else None


def visible_among(session: Session, reader: Reader, references: Iterable[str]) -> frozenset[str]:
    """Those of these cases that somebody may read."""
    wanted = sorted(set(references))
    if not wanted:
        return frozenset()
    return frozenset(session.scalars(_visible_references(reader), {"wanted": wanted}))


@lru_cache(ASKING_LATELY)
def _visible_references(reader: Reader) -> Select[str]:
    return _references(visible_cases(reader))


def stands_in_for(session: Session, person: str) -> frozenset[str]:
    """The absent whose deputy this is."""
    return frozenset(session.scalars(_absent_with_deputy(person)))


def waits_for(person: str) -> ColumnElement[bool]:
    """Whether an open task waits for somebody by name, or for an absent one whose deputy they
    are."""
    return and_(TaskRow.done_at.is_(None), is_given_to(person))


def is_given_to(person: str) -> ColumnElement[bool]:
    """Whether a task, open or done, is somebody's by name, or an absent one's whose deputy they
    are."""
    absent = any_(_all_of(_absent_with_deputy(person)))
    return or_(TaskRow.person == person, TaskRow.person == absent)


def hidden_among(
    session: Session, permission: Permission, reader: Reader, references: Iterable[str]
) -> frozenset[str]:
    """Those of these cases to which somebody may not do this; what is no case is not among them."""
    wanted = sorted(set(references))
    hidden = _references(not_(cases_for(permission, reader)))
    return frozenset(session.scalars(hidden, {"wanted": wanted}))


def list_of(field: str) -> ColumnElement[Any]:
    """A list in the state of a case, written as in the indexes of the few cases in which it is
    filled: a subscript would be another expression to PostgreSQL."""
    return CaseRow.state.op("->", return_type=JSONB())(field)


def is_closed_to_others() -> ColumnElement[bool]:
    """Whether an office has a case to itself."""
    return _is_filled("restricted_to")


def is_nobodys_own() -> ColumnElement[bool]:
    """Whether no office has a case to itself: what a unit's own figures are of."""
    return not_(_restricted())


def filed_by(system: str) -> ColumnElement[bool]:
    """Whether a complaint was brought in by that system: all that another system ever reads of."""
    return ComplaintRow.recorded_by == system


def finds_about(person: str) -> ColumnElement[bool]:
    """Whether something is found in a case about somebody: what is said of themselves is all that
    they ever read of it."""
    return func.coalesce(CaseRow.state["findings"].contains([{"person": person}]), false())


def commends(person: str) -> ColumnElement[bool]:
    """Whether somebody is commended in a case that no office has to itself and that keeps them not
    out: who did well reads what for, also where they read nothing else of it."""
    said = func.coalesce(CaseRow.state["commendations"].contains([{"person": person}]), false())
    kept_out = or_(_named(person), _has_any("in_conflict", _texts([person])))
    return and_(said, is_nobodys_own(), not_(func.coalesce(kept_out, false())))


def _references(condition: ColumnElement[bool]) -> Select[str]:
    wanted = CaseRow.reference.in_(bindparam("wanted", expanding=True))
    return select(CaseRow.reference).where(wanted, condition)


def _texts(texts: Iterable[str]) -> ColumnElement[list[str]]:
    """As one value: a question is the same one however many there are."""
    return literal(list(texts), ARRAY(Text))


def _has_any(field: str, wanted: Any) -> ColumnElement[bool]:
    """Whether a list in the state of a case holds one of these; cases written before there was such
    a list have none. That it is not empty is what the index of the few cases asks that have one.
    """
    return and_(_is_filled(field), list_of(field).bool_op("?|")(wanted))


def _is_filled(field: str) -> ColumnElement[bool]:
    filled: ColumnElement[bool] = func.jsonb_array_length(list_of(field)) > 0
    return filled


def _restricted() -> ColumnElement[bool]:
    return func.coalesce(_is_filled("restricted_to"), false())


def _is_handed(reader: Reader) -> ColumnElement[bool]:
    return _has_any("restricted_to", _roles_of(reader))


def _roles_of(reader: Reader) -> ColumnElement[list[str]]:
    return _texts(role.value for role in sorted(reader.roles))


def _in_line(reader: Reader) -> ColumnElement[bool]:
    return CaseRow.unit.in_(sorted(reader.below | {reader.unit}))


def _is_party(reader: Reader) -> ColumnElement[bool]:
    units = sorted(reader.below | {reader.unit})
    return or_(
        CaseRow.state["host_unit"].astext.in_(units),
        CaseRow.state["disputed_with"].astext.in_(units),
        _has_any("assisting_units", _texts(units)),
    )


def _of_the_office(reader: Reader) -> ColumnElement[bool]:
    return and_(_in_line(reader), CaseRow.concerned.bool_op("?|")(_roles_of(reader)))


def _waits_here(reader: Reader) -> ColumnElement[bool]:
    shut = select(PolicyVersionRow.version).where(~PolicyVersionRow.waiting_is_read)
    waits = and_(CaseRow.handler.is_(None), CaseRow.unit == reader.unit)
    return and_(waits, CaseRow.policy.not_in(shut))


def _is_a_colleague(reader: Reader) -> ColumnElement[bool]:
    team = _all_of(select(PersonRow.id).where(PersonRow.unit == reader.unit))
    first = CaseRow.state["person_complained_about"].astext == any_(team)
    return or_(first, _has_any("also_complained_about", team))


def _stands_in(person: str) -> ColumnElement[bool]:
    absent = any_(_all_of(_absent_with_deputy(person)))
    return or_(CaseRow.handler == absent, CaseRow.first_owner == absent)


def _all_of(people: Select[str]) -> Any:
    """Them in one array, which is asked for once and looked up in an index."""
    return func.array(people.correlate(None).scalar_subquery())


def _charged(person: str) -> ColumnElement[bool]:
    return CaseRow.reference.in_(select(TaskRow.reference).where(waits_for(person)))


def _absent_with_deputy(person: str) -> Select[str]:
    return select(PersonRow.id).where(
        PersonRow.deputy == person,
        PersonRow.active,
        PersonRow.absent_from <= TODAY,
        func.coalesce(PersonRow.absent_until >= TODAY, true()),
    )


def _asked_by(person: str) -> ColumnElement[bool]:
    asked: ColumnElement[bool] = CaseRow.state["extension_request"]["requested_by"].astext == person
    return asked


def _named(person: str) -> ColumnElement[bool]:
    first = CaseRow.state["person_complained_about"].astext == person
    return or_(first, _has_any("also_complained_about", _texts([person])))


_STANDS: Mapping[Relation, Callable[[Reader], ColumnElement[bool]]] = {
    Relation.ANYWHERE: lambda _: true(),
    Relation.OWN_UNIT: lambda who: CaseRow.unit == who.unit,
    Relation.BELOW: lambda who: CaseRow.unit.in_(sorted(who.below)),
    Relation.ASSIGNED: lambda who: CaseRow.handler == who.person,
    Relation.FIRST_OWNER: lambda who: CaseRow.first_owner == who.person,
    Relation.TOOK_IN: lambda who: (
        CaseRow.first_owner == any_(_all_of(select(PersonRow.id).where(PersonRow.unit == who.unit)))
    ),
    Relation.WAITING_HERE: _waits_here,
    Relation.STANDS_IN: lambda who: _stands_in(who.person),
    Relation.CHARGED: lambda who: _charged(who.person),
    Relation.OFFICE: _of_the_office,
    Relation.PARTY: _is_party,
    Relation.HANDED: lambda who: and_(_in_line(who), _is_handed(who)),
    Relation.ASKER: lambda who: _asked_by(who.person),
    Relation.NAMED: lambda who: _named(who.person),
    Relation.COLLEAGUE: _is_a_colleague,
    Relation.CONFLICT: lambda who: _has_any("in_conflict", _texts([who.person])),
    Relation.CLOSED: lambda who: and_(
        _is_filled("restricted_to"), not_(func.coalesce(_is_handed(who), false()))
    ),
}
"""Each relation as `domain.relations.relations_of` says it, of the row of a case; unknown is no."""
