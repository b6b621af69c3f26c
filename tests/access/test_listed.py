"""Lists are of the cases that open, whoever reads them: the two ways to ask agree."""

import pytest
from sqlalchemy import select

from domain.permission_names import Permission
from store.listed import listed_cases
from store.reads.queues import Filters, QueueView, count_cases, list_cases
from store.scope import cases_for, open_case, reader_of
from store.tables import CaseRow
from tests.access.asking import Bank
from tests.access.cast import VISITORS


@pytest.mark.parametrize("permission", [Permission.READ_CASE, Permission.READ_WORDS])
def test_what_is_listed_is_what_the_scope_allows(bank: Bank, permission: Permission) -> None:
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            listed = list(session.scalars(select(listed_cases(reader, permission).c.reference)))
            allowed = session.scalars(
                select(CaseRow.reference).where(cases_for(permission, reader))
            )
            assert sorted(listed) == sorted(allowed), visitor.id


def test_a_tab_counts_the_cases_that_open(bank: Bank) -> None:
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            lists = [Filters(shelf=shelf) for shelf in QueueView]
            for filters, count in zip(lists, count_cases(session, reader, *lists), strict=True):
                lines = [
                    line.reference
                    for page in range(1, count // 25 + 3)
                    for line in list_cases(session, reader, filters, page).lines
                ]
                assert len(lines) == count == len(set(lines)), (visitor.id, filters.shelf)
                assert all(open_case(session, reader, each) for each in lines)
