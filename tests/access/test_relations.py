"""PostgreSQL says of every pair of somebody and a case what the domain says of it."""

from sqlalchemy import select

from domain.permission_names import Permission
from domain.relations import Relation
from store.database import Sessions
from store.scope import cases_for, stands
from store.tables import CaseRow
from tests.access.asking import Bank, allowed
from tests.access.cast import VISITORS, Visitor


def test_the_rows_tell_each_relation_as_the_domain_does(
    bank: Bank, visitor: Visitor, sessions: Sessions
) -> None:
    told = [stands(relation, visitor.reader).label(relation) for relation in Relation]
    with sessions() as session:
        rows = session.execute(select(CaseRow.reference, *told)).all()
    by_reference = {row.reference: row for row in rows}
    for name, case in bank.cases.items():
        row = by_reference[case.reference]
        found = {relation for relation in Relation if getattr(row, relation)}
        assert found == case.relations_of(visitor), name


def test_the_rows_grant_each_permission_as_the_table_does(
    bank: Bank, visitor: Visitor, sessions: Sessions
) -> None:
    for permission in Permission:
        if not permission.is_about_a_case:
            continue
        with sessions() as session:
            wanted = select(CaseRow.reference).where(cases_for(permission, visitor.reader))
            granted = set(session.scalars(wanted))
        right = {
            case.reference for case in bank.cases.values() if allowed(visitor, case, permission)
        }
        assert granted == right, permission


def test_somebody_stands_in_every_relation_there_is(bank: Bank) -> None:
    """Else the matrix would say nothing of it."""
    for relation in Relation:
        met = [
            (visitor.id, name)
            for visitor in VISITORS.values()
            for name, case in bank.cases.items()
            if relation in case.relations_of(visitor)
        ]
        assert met, relation
