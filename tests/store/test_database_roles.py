"""Who works with the records owns none of them: journal and audit are only ever added to."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from embedded.postgres import EmbeddedPostgres
from store.cases.receipts import receive
from store.database import APPEND_ONLY, Sessions, close_database, open_database
from store.evidence.audit import Action, note
from store.tables import Base
from tests.architecture.code import LAYERS, modules, name_of, tree_of
from tests.builders import a_complaint, actor
from tests.settings import PERSONAL_KEYS

ROWS = {each.class_.__tablename__: each.class_.__name__ for each in Base.registry.mappers}


@pytest.fixture(scope="module")
def at_work(sessions: Sessions, postgres: EmbeddedPostgres) -> Iterator[Sessions]:
    """The records as the application of an installation reaches them."""
    database = sessions.kw["bind"].url.database
    found = open_database(
        postgres.url_of(database), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    yield found
    close_database(found)


def test_the_application_takes_a_complaint_down_and_notes_it(at_work: Sessions) -> None:
    with at_work.begin() as session:
        reference = receive(session, a_complaint(), actor("ines")).reference
        note(session, Action.LOOKED_AT_STATUS, by="ines", subject=reference)


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set by = 'somebody'",
        "update journal set facts = '{}'",
        "delete from journal",
        "truncate journal",
        "alter table journal disable trigger journal_is_append_only",
        "drop trigger journal_is_append_only on journal",
        "update audit set by = 'somebody'",
        "delete from audit",
        "truncate audit",
        "create table mine (id int)",
        "create function refuse() returns void language sql as ''",
        "drop table audit",
        "update alembic_version set version_num = '0001'",
    ],
)
def test_the_application_cannot_rewrite_what_was_written(at_work: Sessions, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        at_work.begin() as session,
    ):
        session.execute(text(statement))


def test_of_every_other_table_the_application_may_do_all_it_needs(at_work: Sessions) -> None:
    asked = text("select has_table_privilege(:table, :right)")
    with at_work() as session:
        denied = [
            (table, right)
            for table in Base.metadata.tables
            for right in ("select", "insert", "update", "delete")
            if not session.scalar(asked, {"table": table, "right": right})
        ]
        erasable = [
            session.scalar(
                text("select has_column_privilege(:table, :column, 'update')"),
                {"table": table, "column": column},
            )
            for table, columns in APPEND_ONLY.items()
            for column in columns
        ]
    assert sorted(denied) == sorted((t, r) for t in APPEND_ONLY for r in ("update", "delete"))
    assert erasable == [True, True]


def changes(path: Path) -> Iterator[str]:
    """Tables that a file's statements change or delete rows of: `update(JournalRow)`."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Call(
                func=ast.Name(id="update" | "delete"),
                args=[ast.Call(func=ast.Name(id="table_of"), args=[table]) | table, *_],
            ):
                yield ast.unparse(table)


def test_no_statement_of_ours_changes_what_is_only_added_to() -> None:
    """The tests own their tables, so what the application lacks the right to would pass them. What
    an erasure takes out, triggers let through."""
    guarded = {ROWS[table] for table in APPEND_ONLY}
    found = {name_of(path): set(changes(path)) for path in modules(*LAYERS)}
    assert any("CaseRow" in each for each in found.values()), "the search finds what it looks for"
    hidden = [table for each in found.values() for table in each if table.startswith("_")]
    assert hidden == [], "a table by another name is seen by no search"
    assert {name for name, rows in found.items() if rows & guarded} == {"store/erasure/texts.py"}
