"""The real engines the tests stand on. One that is missing fails the tests, it skips none."""

import asyncio
import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis  # before all else: imported late, by the closing summary, 3.11 fails
import psycopg2
import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.util import LRUCache
from temporalio.client import Client
from temporalio.testing import TimeSkipper

from embedded.browser import chromium as find_chromium
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave
from embedded.temporal_namespace import prepare_namespace
from embedded.temporal_server import TemporalServer
from tests.temporal import TEST_NAMESPACE, TimeLapse, a_client
from workflows.names import SEARCH_ATTRIBUTES

if TYPE_CHECKING:
    # At run time inside the fixtures: a broken store fails only the tests that use it.
    from store.database import Sessions

hypothesis.settings.register_profile("on any machine", deadline=None)
hypothesis.settings.load_profile("on any machine")
# A busy machine fails nothing.

STATEMENTS = 20_000
"""More than there are."""

NUMBERS_A_DATABASE = 5_000
"""More cases and notices than any one database of the tests holds."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main() -> Generator[None, int, int]:
    """The tests use Temporal clients, so they end as every process of ours does."""
    status = yield
    leave(int(status))


def pytest_collection_finish() -> None:
    """What was imported stays to the end, so that the collector need not look through it again and
    again: that was a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first application of this run."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """However many applications the tests make."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """However many databases the tests open, all of them of servers alike."""
    compiled = LRUCache[Any, Any](STATEMENTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PGDialect_psycopg2, "__eq__", _speaks_alike)
        patch.setattr(PGDialect_psycopg2, "__hash__", lambda dialect: hash(type(dialect)))
        shared = property(lambda _engine: compiled, lambda _engine, _its_own: None)
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        yield


def _speaks_alike(one: PGDialect_psycopg2, other: object) -> bool:
    return type(one) is type(other) and one.server_version_info == getattr(
        other, "server_version_info", None
    )


@pytest.fixture(scope="session")
def engine_folder() -> Iterator[Path]:
    """Where the engines of this run keep their files.

    Not pytest's own folder: that one is closed to the unprivileged user PostgreSQL runs as.
    """
    folder = Path(tempfile.mkdtemp(prefix="redress-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(engine_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this run's own."""
    with EmbeddedPostgres(engine_folder / "postgres") as server:
        yield server


class Templates:
    """Databases that are made once, to be copied as often as a test wants one."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self._postgres = postgres
        self._numbers = count(1)

    def add(self, name: str, of: str = "template1") -> str:
        """One template more; returns its address, as its owner."""
        return _create_database(self._postgres, name, of)

    def copy(self, name: str) -> str:
        """A copy of a template, whose address is its owner's: tests alter what the application may
        not."""
        number = next(self._numbers)
        url = _create_database(self._postgres, f"redress_{number}", name)
        _count_from(url, number * NUMBERS_A_DATABASE)
        return url


@pytest.fixture(scope="session")
def templates(postgres: EmbeddedPostgres) -> Templates:
    """The one that is migrated and empty."""
    from store.database import (
        migrate_as_owner,  # here: a broken store fails only the tests that use it
    )

    templates = Templates(postgres)
    migrate_as_owner(templates.add("migrated"), postgres.url)
    return templates


@pytest.fixture(scope="session")
def new_database(templates: Templates) -> Callable[[], str]:
    """Makes one more migrated, empty database and gives its address."""
    return partial(templates.copy, "migrated")


@pytest.fixture(scope="session")
def database_with_packs(templates: Templates) -> Callable[[], str]:
    """Makes one more in which the packs of the house are in force, and nobody is there yet."""
    from store.database import close_database, open_database
    from store.policies.packs import publish_all

    sessions = open_database(templates.add("with_packs", of="migrated"))
    with sessions.begin() as session:
        publish_all(session)
    close_database(sessions)
    return partial(templates.copy, "with_packs")


@pytest.fixture(scope="session")
def template_with_packs(
    templates: Templates, database_with_packs: Callable[[], str]
) -> Callable[[str], tuple[str, Callable[[], str]]]:
    """One template more in which the packs are in force: where it is to be filled, and what makes
    a database of it once nobody is in it any more."""
    del database_with_packs  # It has made the one that this is a copy of.

    def make(name: str) -> tuple[str, Callable[[], str]]:
        return templates.add(name, of="with_packs"), partial(templates.copy, name)

    return make


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], str]) -> str:
    """The migrated database that this run shares."""
    return new_database()


@pytest.fixture(scope="session")
def temporal(engine_folder: Path) -> Iterator[TemporalServer]:
    """A Temporal server of this run's own; workflows in its test namespace can skip time, and its
    operators can pause workflows, as a bank may allow them to."""
    dynamic = {"frontend.WorkflowPauseEnabled": True}
    with TemporalServer(engine_folder / "temporal", dynamic) as server:
        # In a thread of its own: this one may have a loop already, kept for the async tests.
        with ThreadPoolExecutor(1) as thread:
            ready = prepare_namespace(server.address, TEST_NAMESPACE, SEARCH_ATTRIBUTES)
            thread.submit(asyncio.run, ready).result()
        yield server


@pytest.fixture(scope="session")
def temporal_address(temporal: TemporalServer) -> str:
    """Where the Temporal server of this run answers."""
    return temporal.address


@pytest.fixture(scope="session")
def temporal_namespace() -> str:
    """The namespace of the tests, the only one besides rehearsals in which time can be skipped."""
    return TEST_NAMESPACE


@pytest.fixture(scope="session")
def sessions(database_with_packs: Callable[[], str]) -> "Iterator[Sessions]":
    """A database with a bank in it, shared by this run: every test makes cases of its own."""
    from store.database import close_database, open_database
    from tests.builders import a_bank
    from tests.settings import PERSONAL_KEYS

    sessions = open_database(database_with_packs(), personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        a_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="session")
async def temporal_client(temporal: TemporalServer) -> Client:
    """A client of the real server, encrypting as in production."""
    return await a_client(temporal.address)


@pytest.fixture(scope="session")
async def skipper(temporal_client: Client) -> TimeSkipper:
    """Days of policy in a moment, on the same server."""
    return TimeLapse(temporal_client)


@pytest.fixture(scope="session")
async def working(temporal_client: Client, sessions: "Sessions") -> AsyncIterator[None]:
    """A worker carrying out cases, as `worker.py` runs it."""
    from worker import THREADS, case_worker

    with ThreadPoolExecutor(THREADS) as threads:
        async with case_worker(temporal_client, sessions, threads):
            yield


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of the browser stories."""
    return find_chromium()


def _count_from(url: str, first: int) -> None:
    """Let a database number its cases and notices apart from all others: their workflows are named
    after them, and every database of a run shares one Temporal server.
    """
    connection = psycopg2.connect(url.replace("+psycopg2", "", 1))
    try:
        connection.autocommit = True
        for sequence in ("case_number", "notices_id_seq"):
            connection.cursor().execute(f"ALTER SEQUENCE {sequence} RESTART WITH {first}")
    finally:
        connection.close()


def _create_database(postgres: EmbeddedPostgres, name: str, template: str) -> str:
    connection = psycopg2.connect(postgres.owner_url.replace("+psycopg2", "", 1))
    try:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        connection.close()
    return postgres.owner_url_of(name)
