"""E12: texts are found by indexes, and an index is right under the rules it was built under."""

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from embedded.postgres import EmbeddedPostgres
from store.database import Sessions, UnsafeDatabase, close_database, open_database
from store.text_order import put_in_order, read_text_order, refuse_wrong_order
from tests.settings import PERSONAL_KEYS


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def sessions(url: str) -> Iterator[Sessions]:
    sessions = open_database(url, personal_keys=PERSONAL_KEYS)
    yield sessions
    close_database(sessions)


@pytest.fixture
def moved(postgres: EmbeddedPostgres, url: str) -> None:
    """The files of the database, restored where texts are compared otherwise."""
    connection = psycopg2.connect(
        host="127.0.0.1",
        port=make_url(url).port,
        user="postgres",
        password=(postgres.folder / "postgres.password").read_text(),
        dbname="postgres",
    )
    connection.autocommit = True
    connection.cursor().execute(
        "update pg_database set datcollversion = '0.9' where datname = %s",
        (make_url(url).database,),
    )
    connection.close()


def test_order_and_case_of_letters_are_postgresqls_own(sessions: Sessions) -> None:
    order = refuse_wrong_order(sessions)
    assert (order.provider, order.locale) == ("builtin", "C.UTF-8")
    with sessions() as session:
        assert session.scalar(text("select lower('ÉÄΩ')")) == "éäω"


@pytest.mark.usefixtures("moved")
def test_indexes_of_other_rules_are_told_and_built_anew(url: str, sessions: Sessions) -> None:
    with pytest.raises(UnsafeDatabase, match=r"under version 0\.9 of builtin C\.UTF-8"):
        refuse_wrong_order(sessions)
    before = files_of_indexes(sessions)
    order, is_rebuilt = put_in_order(url)
    assert (order.is_right, is_rebuilt) == (True, True)
    assert files_of_indexes(sessions).isdisjoint(before)
    assert refuse_wrong_order(sessions) == read_text_order(sessions)
    assert put_in_order(url) == (order, False)


def test_no_index_of_ours_is_one_of_words(sessions: Sessions) -> None:
    """Words are found by the rules of `lc_ctype`, whatever else the database compares by, and
    nothing keeps their version: whoever adds such an index has to."""
    with sessions() as session:
        kinds = session.scalars(
            text(
                "select a.atttypid::regtype::text from pg_attribute a"
                " join pg_class c on c.oid = a.attrelid"
                " join pg_namespace n on n.oid = c.relnamespace"
                " where n.nspname = 'public' and c.relkind in ('i', 'r') and a.attnum > 0"
            )
        )
        assert "tsvector" not in set(kinds)


def files_of_indexes(sessions: Sessions) -> set[int]:
    with sessions() as session:
        return set(
            session.scalars(
                text(
                    "select relfilenode from pg_class c join pg_namespace n"
                    " on n.oid = c.relnamespace where n.nspname = 'public' and relkind = 'i'"
                )
            )
        )
