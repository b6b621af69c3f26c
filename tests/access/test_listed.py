"""Lists are of the cases that open, whoever reads them: the two ways to ask agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.heat import DueIn
from domain.permission_names import Permission
from domain.policy import Nature
from domain.statuses import TaskKind
from store.listed import are_listed, is_listed, listed_cases
from store.reads.burden import burden_of
from store.reads.charges import charges_of_my_office, charges_of_others, my_charges
from store.reads.dates import DatesOfDay
from store.reads.due_dates import due_dates
from store.reads.queues import NO_HANDLER, Filters, QueueView, count_cases, list_cases
from store.reads.tasks import OLDEST_FIRST, first_tasks
from store.scope import cases_for, open_case, reader_of
from store.tables import CaseRow, TaskRow
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


def test_a_case_looked_up_by_itself_is_listed_where_it_opens(bank: Bank) -> None:
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            every = select(CaseRow.reference).subquery().c.reference
            looked_up = session.scalars(select(every).where(is_listed(reader, every)))
            listed = session.scalars(select(listed_cases(reader).c.reference))
            assert sorted(looked_up) == sorted(listed), visitor.id


def test_of_many_references_those_are_listed_which_open(bank: Bank) -> None:
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            every = select(CaseRow.reference).subquery().c.reference
            found = session.scalars(select(every).where(are_listed(reader, every)))
            allowed = session.scalars(
                select(CaseRow.reference).where(cases_for(Permission.READ_CASE, reader))
            )
            assert sorted(found) == sorted(allowed), visitor.id


def test_every_open_task_stands_in_one_list_for_whoever_reads_its_case(bank: Bank) -> None:
    ended = 0
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            own, others = my_charges(session, reader), charges_of_others(session, reader)
            office = charges_of_my_office(session, reader)
            assert all(line.may_be_ended for line in (*own, *office)), visitor.id
            assert not any(line.may_be_ended for line in others), visitor.id
            tasks = select(TaskRow.id).where(
                TaskRow.kind == TaskKind.DUTY,
                TaskRow.done_at.is_(None),
                TaskRow.reference.in_(select(listed_cases(reader).c.reference)),
            )
            shown = [line.id for line in (*own, *office, *others)]
            assert sorted(shown) == sorted(session.scalars(tasks)), visitor.id
            ended += len(office)
    assert ended > 0


@pytest.mark.parametrize("looked_through", [1, 1_000])
def test_the_first_tasks_are_the_same_wherever_they_are_looked_for(
    bank: Bank, looked_through: int
) -> None:
    """Among the first of the whole bank, or among all of one's own."""
    kinds = [[TaskRow.kind == kind] for kind in (TaskKind.DUTY, TaskKind.ACKNOWLEDGE)]
    with bank.sessions() as session:
        for visitor in VISITORS.values():
            reader = reader_of(session, visitor.actor)
            wanted = select(TaskRow.id).where(
                TaskRow.kind.in_([TaskKind.DUTY, TaskKind.ACKNOWLEDGE]),
                TaskRow.done_at.is_(None),
                TaskRow.reference.in_(select(listed_cases(reader).c.reference)),
            )
            every = session.scalars(wanted.order_by(*OLDEST_FIRST)).all()
            for at_most in (1, 3, 200):
                first = first_tasks(reader, kinds, OLDEST_FIRST, at_most, looked_through)
                assert list(first.find(session)) == list(every[:at_most]), visitor.id


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
