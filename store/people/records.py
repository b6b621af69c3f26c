"""Units and people as an administrator sets them up: read whole, and changed with an audit."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from domain.case import Status
from domain.classification import Level, Role
from domain.complaint import Language
from domain.permissions import must_have_second_factor
from domain.staffing import BankRecords, PersonRecord, UnitRecord, rights_shrink
from rulebook.sign_in import read_second_factor_roles
from store.database import AdvisoryLock, hold
from store.evidence.audit import Action, note_each
from store.people.second_factors import without_one
from store.people.stays import end_stays
from store.tables import CaseRow, PersonRow, UnitRow

NOT_FOR_THE_AUDIT = frozenset({"name", "email"})
"""Of a person: that they changed is noted, what they were is not, since an audit is kept for good
and personal data is not."""


def hold_the_bank(session: Session) -> None:
    """Let nobody else change units or people until this transaction is over."""
    hold(session, AdvisoryLock.CHANGING_THE_BANK)


def read_records(session: Session) -> BankRecords:
    """Every unit and person there is."""
    deputy = aliased(PersonRow)
    people = session.execute(
        select(PersonRow, deputy.login).outerjoin(deputy, deputy.id == PersonRow.deputy)
    )
    return BankRecords(
        units={row.id: _unit(row) for row in session.scalars(select(UnitRow))},
        people={row.login: _person(row, of_deputy) for row, of_deputy in people},
    )


def read_ids(session: Session) -> dict[str, str]:
    """The id of every person, by login."""
    return {row.login: row.id for row in session.execute(select(PersonRow.login, PersonRow.id))}


def count_open_cases(session: Session) -> dict[str, int]:
    """How many open cases each unit has that has any."""
    counted = (
        select(CaseRow.unit, func.count().label("cases"))
        .where(CaseRow.status != Status.CLOSED)
        .group_by(CaseRow.unit)
    )
    return {row.unit: row.cases for row in session.execute(counted)}


def save_units(
    session: Session, units: Sequence[UnitRecord], before: BankRecords, *, by: str
) -> None:
    """Make or change units, which have been judged already."""
    new = [each for each in units if each.id not in before.units]
    if new:
        # Without the unit above at first: that one may be new too, and further down.
        session.execute(insert(UnitRow), [{**_unit_values(each), "parent": None} for each in new])
    _update_each(session, UnitRow, {each.id: _unit_values(each) for each in units})
    anew = [each.id for each in units if _owes_anew(before.units.get(each.id), each)]
    session.execute(update(UnitRow).where(UnitRow.id.in_(anew)).values(checked_since=func.now()))
    note_each(
        session,
        [
            (
                Action.UNIT_CHANGED if each.id in before.units else Action.UNIT_CREATED,
                each.id,
                _difference(before.units.get(each.id), each),
            )
            for each in units
        ],
        by=by,
    )


def _owes_anew(before: UnitRecord | None, after: UnitRecord) -> bool:
    """Whether a unit was closed, or under other rules: it missed no check of the time before."""
    return before is not None and (before.is_closed, before.policy) != (
        after.is_closed,
        after.policy,
    )


def save_people(
    session: Session, people: Sequence[PersonRecord], before: BankRecords, *, by: str
) -> None:
    """Make or change people, who have been judged already. Whoever loses a right is logged out, and
    whoever now must have a second factor, and has none.
    """
    ids = read_ids(session)
    new = [each for each in people if each.login not in before.people]
    ids |= {each.login: f"p-{secrets.token_hex(6)}" for each in new}
    if new:
        session.execute(
            insert(PersonRow),
            [{**_person_values(each, {}), "id": ids[each.login], "login": each.login}
             for each in new],
        )  # fmt: skip
    rows = {ids[each.login]: _person_values(each, ids) for each in people}
    _update_each(session, PersonRow, rows)
    known = [each for each in people if each.login in before.people]
    lose = [ids[each.login] for each in known if rights_shrink(before.people[each.login], each)]
    rise = [ids[each.login] for each in known if _rises(before.people[each.login], each)]
    end_stays(session, [*lose, *without_one(session, rise)])
    note_each(
        session,
        [
            (
                Action.PERSON_CHANGED if each.login in before.people else Action.PERSON_CREATED,
                ids[each.login],
                _difference(before.people.get(each.login), each),
            )
            for each in people
        ],
        by=by,
    )


def _rises(before: PersonRecord, after: PersonRecord) -> bool:
    """Whether somebody's roles want a second factor now, and did not so far."""
    wanted = read_second_factor_roles()
    return must_have_second_factor(after.roles, wanted) and not must_have_second_factor(
        before.roles, wanted
    )


def _update_each(
    session: Session, table: type[UnitRow] | type[PersonRow], rows: Mapping[str, dict[str, Any]]
) -> None:
    """Many rows by their ids, each with values of its own, in one statement."""
    if not rows:
        return
    names = next(iter(rows.values())).keys()
    columns = table.__table__.columns
    statement = (
        update(table)
        .where(columns["id"] == bindparam("of"))
        .values({name: bindparam(f"to_{name}", type_=columns[name].type) for name in names})
    )
    session.connection().execute(
        statement,
        [
            {"of": key, **{f"to_{name}": value for name, value in values.items()}}
            for key, values in rows.items()
        ],
    )


def _difference(
    before: UnitRecord | PersonRecord | None, after: UnitRecord | PersonRecord
) -> dict[str, Any]:
    """What the audit keeps of a change: each field that differs, as it was and as it is."""
    kept: dict[str, Any] = {}
    for field in fields(after):
        was = getattr(before, field.name) if before is not None else None
        is_now = getattr(after, field.name)
        if was == is_now or (before is None and is_now in (None, "", False, ())):
            continue
        if isinstance(after, PersonRecord) and field.name in NOT_FOR_THE_AUDIT:
            kept[field.name] = {}
        else:
            kept[field.name] = {"before": _plain(was), "after": _plain(is_now)}
    return {"changes": kept}


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)


def _unit_values(unit: UnitRecord) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name_en": unit.name_en or unit.name_zh,
        "name_zh": unit.name_zh or unit.name_en,
        "level": unit.level,
        "parent": unit.parent,
        "policy": unit.policy,
        "is_key": unit.is_key,
        "is_closed": unit.is_closed,
    }


def _person_values(person: PersonRecord, ids: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "unit": person.unit,
        "roles": [role.value for role in person.roles],
        "language": person.language,
        "deputy": ids[person.deputy] if person.deputy and ids else None,
        "absent_from": person.absent_from,
        "absent_until": person.absent_until,
        "on_duty": person.on_duty,
        "active": not person.is_disabled,
    }


def _unit(row: UnitRow) -> UnitRecord:
    return UnitRecord(
        id=row.id,
        name_en=row.name_en,
        name_zh=row.name_zh,
        level=Level(row.level),
        parent=row.parent,
        policy=row.policy,
        is_key=row.is_key,
        is_closed=row.is_closed,
    )


def _person(row: PersonRow, deputy: str | None) -> PersonRecord:
    return PersonRecord(
        login=row.login,
        name=row.name,
        email=row.email,
        unit=row.unit,
        roles=tuple(sorted((Role(role) for role in row.roles), key=list(Role).index)),
        language=Language(row.language),
        deputy=deputy,
        absent_from=row.absent_from,
        absent_until=row.absent_until,
        on_duty=row.on_duty,
        is_disabled=not row.active,
    )
