"""Pages of a bank with some thousand cases: none reads the table of cases whole, a deep page is
what was turned past, and tabs count what is there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.cases_in_bulk import HANDLERS, a_large_bank, fill
from bench.pages import Statements
from domain.relations import Reader
from store.database import Sessions, close_database, open_database
from store.head import counted_for
from store.operations.failures import suspects
from store.reads.charges import charges_of_my_office, charges_of_others
from store.reads.queues import Filters, QueueView, cases_in_hand, count_cases, list_cases
from store.reads.search import search_cases
from store.reads.tasks import (
    escalations_of_others,
    handed_cases,
    my_escalations,
    open_wishes,
)
from store.reads.waits import longest_waits
from store.scope import reader_in
from tests.settings import PERSONAL_KEYS

CASES = 4_000


@pytest.fixture(scope="module")
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """That bank."""
    sessions = open_database(new_database(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    fill(sessions, CASES)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="module")
def asked(sessions: Sessions) -> Statements:
    """What is asked of it."""
    statements = Statements()
    statements.listen(sessions)
    return statements


def reader(person: str) -> Reader:
    bank = a_large_bank()
    return reader_in({each.id: each.parent for each in bank.units.values()}, bank.actor(person))


@pytest.fixture(autouse=True)
def a_few_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of the newest cases, and of the first tasks of the whole bank, are looked through before
    all others, and some tasks are shown: always as many at most."""
    monkeypatch.setattr("store.reads.search.NEWEST", 20)
    for room in ("tasks", "charges", "waits"):
        monkeypatch.setattr(f"store.reads.{room}.LOOKED_THROUGH", 20)
    for room in ("tasks", "charges"):
        monkeypatch.setattr(f"store.reads.{room}.SHOWN_AT_MOST", 10)
    monkeypatch.setattr("store.reads.tasks.ESCALATIONS_SHOWN", 10)


QUESTIONS: dict[str, Callable[[Session, Reader], object]] = {
    "tabs": lambda session, who: count_cases(
        session, who, *(Filters(shelf=each) for each in QueueView if each != "received_by_me")
    ),
    "first page": lambda session, who: list_cases(session, who, Filters(), 1, 0),
    "last page": lambda session, who: list_cases(session, who, Filters(), CASES // 25, 0),
    "late": lambda session, who: list_cases(session, who, Filters(shelf=QueueView.BREACHED), 1, 0),
    "received": lambda session, who: list_cases(
        session, who, Filters(shelf=QueueView.RECEIVED_BY_ME), 1, 0
    ),
    "escalations of one's own": my_escalations,
    "escalations of others": escalations_of_others,
    "wishes": open_wishes,
    "handed": handed_cases,
    "head": counted_for,
    "tasks of colleagues": charges_of_my_office,
    "tasks of others": charges_of_others,
    "longest waits": longest_waits,
    "held up": lambda session, _: suspects(session),
    "in hand": lambda session, who: cases_in_hand(
        session, who, [f"handler-1-{number}" for number in range(HANDLERS)]
    ),
    "search, absent": lambda session, who: search_cases(session, who, "毫无踪迹"),
    "search, rare": lambda session, who: search_cases(session, who, "流水号0000777"),
    "search, telephone": lambda session, who: search_cases(session, who, "139 0000 0777"),
}


@pytest.mark.parametrize(
    "person", ["supervisor-1", "head-hr", "handler-1-0", "head-legal", "head-union"]
)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_page_reads_all_cases(
    sessions: Sessions, asked: Statements, question: str, person: str
) -> None:
    """What a question touches is counted in PostgreSQL's own blocks: fewer than the table has."""
    asked.asked.clear()
    with sessions() as session:
        QUESTIONS[question](session, reader(person))
    statements = list(asked.asked)
    with sessions() as session:
        cursor = session.connection().connection.cursor()
        touched = compared = 0
        for _, statement, parameters in statements:
            cursor.execute(f"explain (analyze, buffers, format json) {statement}", parameters)
            ((told,),) = cursor.fetchall()
            plan = told[0]["Plan"]
            touched += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            compared += sum(map(compared_in, nodes_of(plan)))
        table = session.scalar(text("select pg_relation_size('cases') / 8192"))
    assert statements
    assert touched < table, f"{touched} blocks of {table}"
    assert compared < CASES, (
        "each task with each case: ten thousand times a million in a large bank"
    )


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a plan."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def compared_in(step: dict[str, Any]) -> int:
    """How many pairs of rows a step has put side by side for nothing."""
    return int(step.get("Rows Removed by Join Filter", 0) * step["Actual Loops"])


RARE = (
    *(
        f"jsonb_array_length(state -> '{name}') > 0"
        for name in ("restricted_to", "in_conflict", "also_complained_about", "assisting_units")
    ),
    *(
        f"(state ->> '{name}') = 'head-office'"
        for name in ("host_unit", "disputed_with", "person_complained_about")
    ),
)


@pytest.mark.parametrize("condition", RARE)
def test_postgresql_knows_how_rare_a_rare_way_to_a_case_is(
    sessions: Sessions, condition: str
) -> None:
    """Else it goes through all cases as soon as there are many, and a page takes seconds."""
    with sessions() as session:
        asked = text(f"explain (format json) select from cases where {condition}")
        [told] = session.execute(asked).scalar_one()
    assert told["Plan"]["Plan Rows"] < CASES / 100


@pytest.mark.parametrize("person", ["supervisor-1", "head-hr"])
def test_a_deep_page_is_what_was_turned_past(sessions: Sessions, person: str) -> None:
    who = reader(person)
    with sessions() as session:
        (count,) = count_cases(session, who, Filters())
        pages = [list_cases(session, who, Filters(), page, count) for page in range(1, 10_000)
                 if (page - 1) * 25 < count]  # fmt: skip
        lines = [line for page in pages for line in page.lines]
    assert len({line.reference for line in lines}) == count == len(lines) > 300
    due = [
        (each.next_due_at is None, each.next_due_at, each.received_at, each.reference)
        for each in lines
    ]
    assert due == sorted(due)
