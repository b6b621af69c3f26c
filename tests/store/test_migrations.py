"""The schema: one line of migrations, in both directions, and equal to the tables of the code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.pool import NullPool

import store
from domain.classification import Channel
from embedded.postgres import EmbeddedPostgres
from store.cases.receipts import receive
from store.database import close_database, migrate, open_database
from store.policies.packs import publish_all
from store.tables import Base, CaseRow
from tests.builders import a_bank, a_complaint, actor
from tests.older_schema import go_back_before
from tests.settings import PERSONAL_KEYS

MIGRATIONS = Path(store.__file__).parent / "migrations"


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database without any table."""
    engine = create_engine(postgres.owner_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("create database to_be_migrated"))
        yield postgres.owner_url_of("to_be_migrated")
        connection.execute(text("drop database to_be_migrated"))


def tables_of(url: str) -> set[str]:
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names())


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_up_down_and_up_again(empty_database: str) -> None:
    migrate(empty_database)
    full = tables_of(empty_database)
    migrate(empty_database, "base")
    assert tables_of(empty_database) == {"alembic_version"}
    migrate(empty_database)
    assert tables_of(empty_database) == full == {"alembic_version", *Base.metadata.tables}


def test_migrating_again_changes_nothing(empty_database: str) -> None:
    migrate(empty_database)
    migrate(empty_database)
    assert tables_of(empty_database) == {"alembic_version", *Base.metadata.tables}


def test_the_migrated_schema_is_the_schema_of_the_code(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_cases_of_before_are_charged_as_if_they_came_today(empty_database: str) -> None:
    """Else an office would lose sight of a case until somebody acts in it."""
    migrate(empty_database)
    sessions = open_database(empty_database, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
        for channel in (Channel.LETTER, Channel.PHONE):
            receive(session, a_complaint(channel=channel), actor("ines"))
    charged = select(CaseRow.reference, CaseRow.concerned)
    with sessions() as session:
        before = {row.reference: row.concerned for row in session.execute(charged)}
    close_database(sessions)
    go_back_before(empty_database, "0018")
    migrate(empty_database, personal_keys=PERSONAL_KEYS)
    with sessions() as session:
        after = {row.reference: row.concerned for row in session.execute(charged)}
    close_database(sessions)
    assert after == before
    assert sorted(before.values()) == [["intake"], ["union"]]
