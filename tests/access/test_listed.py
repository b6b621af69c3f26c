"""Lists are of the cases that open, whoever reads them: the two ways to ask agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.heat import DueIn
from domain.permission_names import Permission
from domain.policy import Nature
from store.listed import listed_cases
from store.reads.burden import burden_of
from store.reads.dates import DatesOfDay
from store.reads.due_dates import due_dates
from store.reads.queues import NO_HANDLER, Filters, QueueView, count_cases, list_cases
from store.scope import cases_for, open_case, reader_of
from store.tables import CaseRow
from tests.access.asking import Bank
from tests.access.cast import VISITORS
from tests.builders import MONDAY


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


def test_where_it_burns_counts_the_cases_that_open(bank: Bank) -> None:
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            burden = burden_of(session, reader)
            loads = {
                Filters(): burden.whole,
                **{Filters(units=(unit,)): load for unit, load in burden.units.items()},
                **{
                    Filters(units=(unit,), statuses=(stage,)): load
                    for (unit, stage), load in burden.stages.items()
                },
                **{
                    Filters(handlers=(each or NO_HANDLER,)): load
                    for each, load in burden.handlers.items()
                },
                **{Filters(ages=(age,)): load for age, load in burden.ages.items()},
            }
            for filters, load in loads.items():
                numbers = {
                    filters: load.cases,
                    replace(filters, due=(DueIn.PAST,)): load.past,
                    replace(filters, due=(DueIn.SOON,)): load.soon,
                    replace(filters, shelf=QueueView.BREACHED): load.late,
                    replace(filters, shelf=QueueView.ESCALATED): load.escalated,
                }
                counted = count_cases(session, reader, *numbers)
                assert counted == tuple(numbers.values()), (visitor.id, filters)
            for way in (burden.units, burden.stages, burden.handlers, burden.ages):
                assert sum(load.cases for load in way.values()) == burden.whole.cases


def test_a_day_counts_the_cases_that_open(bank: Bank) -> None:
    first = MONDAY.date() - timedelta(days=1)
    last = first + timedelta(days=60)
    with bank.sessions() as session:
        some = 0
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            for day, due in due_dates(session, reader, Filters(), first, last).items():
                each = {
                    nature: Filters(dates=DatesOfDay(on=day, nature=nature)) for nature in Nature
                }
                counted = count_cases(session, reader, *each.values())
                assert counted == tuple(map(due.of, each)), (visitor.id, day)
                some += sum(counted)
        assert some > 100
