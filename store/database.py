"""The way to PostgreSQL: one engine a process, sessions that commit whole or not at all."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg2.extensions
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from config import PersonalKey
from store.kept_reads import KeptReads
from store.personal import PersonalRing

Sessions = sessionmaker[Session]
"""What other layers pass around: `with sessions.begin() as session: ...`."""

DatabaseSession = Session
"""For the annotations of layers that know no SQLAlchemy."""

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

DatabaseAway = (OperationalError, InterfaceError, PoolTimeout)
"""To be caught: PostgreSQL did not answer, or every connection to it was in use for too long. What
was being committed may have been: ask again under the same key."""


REACHING: Mapping[str, Any] = MappingProxyType(
    {
        "connect_timeout": 5,  # seconds
        # What we sent and nobody acknowledged: milliseconds.
        "tcp_user_timeout": 10_000,
        # While we wait for an answer nothing is sent, so silence itself must be asked: seconds
        # without a word, seconds between questions, questions without an answer.
        "keepalives_idle": 5,
        "keepalives_interval": 3,
        "keepalives_count": 3,
    }
)
"""How every connection reaches PostgreSQL (default). A server that vanished is noticed within some
fifteen seconds, not within the two hours TCP would take."""

UNSEALED = b""
"""No key: the journal is chained, but a database administrator could forge the chain."""


POOL_SIZE = 10
"""Connections a process keeps (default); in a rush it makes as many again."""


def open_database(
    url: str,
    *,
    journal_key: bytes = UNSEALED,
    personal_keys: Sequence[PersonalKey] = (),
    pool_size: int = POOL_SIZE,
    patience: float = 5.0,
) -> Sessions:
    """Sessions on a database. Nothing is connected before the first one begins; `patience` is how
    many seconds one waits while every connection is in use.

    Whoever writes to journals brings the key they are sealed with, and whoever reads or writes who
    a customer is, the ring of keys for that.
    """
    info = {
        "journal_key": journal_key,
        "personal_ring": PersonalRing(personal_keys),
        "kept_reads": KeptReads(),
    }
    return sessionmaker(_engine(url, pool_size, patience), expire_on_commit=False, info=info)


def journal_key(session: Session) -> bytes:
    """The key this session seals journal entries with."""
    return bytes(session.info.get("journal_key", UNSEALED))


def personal_ring(session: Session) -> PersonalRing:
    """The keys of what is kept of customers."""
    ring: PersonalRing = session.info["personal_ring"]
    return ring


def close_database(sessions: Sessions) -> None:
    """Give back every connection."""
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)
    engine.dispose()


class AdvisoryLock(IntEnum):
    """What one transaction does at a time, each by a number of its own in PostgreSQL (default)."""

    MIGRATING = 7_311_001
    CHANGING_THE_BANK = 7_311_003
    """Two administrators at once would judge a bank that the other one changes."""
    ADDING_A_FILE = 7_311_048
    """Beside it the case that the file is put with."""
    ASKING_FOR_A_DECISION = 7_311_049
    """Beside it what is asked for; also held by whoever carries it out."""
    WRITING_SIGNED_FILES = 0x4EAD5
    MAKING_A_REPORT = 0x41534B44
    """What lies half made while it is free was left by a worker that is dead."""
    MAKING_A_HAND_OVER = 0x48522D31
    """No item goes in two files."""


def hold(session: Session, lock: AdvisoryLock, beside: str | None = None) -> None:
    """Wait for this lock and keep it until the transaction is over; with something beside it, only
    whoever holds it with the same is waited for."""
    keys = (lock.value,) if beside is None else (lock.value, func.hashtext(beside))
    session.execute(select(func.pg_advisory_xact_lock(*keys)))


def transaction_time(session: Session) -> datetime:
    """When this transaction began, by PostgreSQL's clock: one instant for all that it writes."""
    return session.scalars(select(func.now())).one()


def clock_time(session: Session) -> datetime:
    """What PostgreSQL's clock shows, however long the transaction has waited for others."""
    shown: datetime = session.scalars(select(func.clock_timestamp())).one()
    return shown


async def read_in_thread(
    sessions: Sessions,
    read: Callable[Concatenate[Session, Given], Answer],
    *given: Given.args,
    **named: Given.kwargs,
) -> Answer:
    """What `read` says, for a coroutine: PostgreSQL is waited for in a thread of its own."""

    def answer() -> Answer:
        with sessions() as session:
            return read(session, *given, **named)

    return await asyncio.to_thread(answer)


async def write_in_thread(
    sessions: Sessions,
    write: Callable[Concatenate[Session, Given], Answer],
    *given: Given.args,
    **named: Given.kwargs,
) -> Answer:
    """The same for what is written, in one transaction."""

    def answer() -> Answer:
        with sessions.begin() as session:
            return write(session, *given, **named)

    return await asyncio.to_thread(answer)


def _engine(url: str, pool_size: int, patience: float) -> Engine:
    return safe_engine(
        url,
        options="-c statement_timeout=30s -c lock_timeout=10s"
        " -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
        # Compiling a question of a page takes longer than answering it, and so does spreading it
        # over processors that have other pages to answer.
        " -c jit=off -c max_parallel_workers_per_gather=0",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=patience,
        # A server that was restarted must not cost the first request after it.
        pool_pre_ping=True,
    )


def safe_engine(url: str, *, options: str = "", **pool: Any) -> Engine:
    """An engine each of whose connections keeps what it commits, or raises `UnsafeDatabase`: also
    the one that is made after somebody has altered the server."""
    engine = create_engine(
        url,
        # Parameters are people's words; errors travel into logs and histories.
        hide_parameters=True,
        # Whatever role, database or server say: an acknowledged commit is on the disk.
        connect_args={**REACHING, "options": f"-c synchronous_commit=on {options}"},
        **pool,
    )
    event.listen(engine, "connect", refuse_unsafe_connection)
    return engine


def migrate(url: str, revision: str = "head", *, personal_keys: Sequence[PersonalKey] = ()) -> None:
    """Bring the schema to a revision; does nothing when it is there already. The keys are for what
    an older version kept of customers in the clear."""
    # Here: only this needs it, and it costs every process more than all else it loads.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    config.attributes["personal_ring"] = PersonalRing(personal_keys)
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


APPEND_ONLY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"journal": ("words",), "audit": ("facts",)}
)
"""Tables whose rows stay as they were written, but for these columns: texts in them may be erased,
of a case alone in whose journal it stands that two have agreed to that. Triggers see to it
(migration 0024)."""


def migrate_as_owner(
    owner_url: str, application_url: str, *, personal_keys: Sequence[PersonalKey] = ()
) -> None:
    """Bring the schema up to date as its owner, and let the application work in it: with the rows
    of every table, but those of journal and audit are only added. Where both are one role, that
    owns everything.
    """
    migrate(owner_url, personal_keys=personal_keys)
    role = make_url(application_url).username
    if role is not None and role != make_url(owner_url).username:
        _grant(owner_url, role)


def _grant(owner_url: str, role: str) -> None:
    engine = safe_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        name = engine.dialect.identifier_preparer.quote_identifier(role)
        for said in (
            f"revoke all on all tables in schema public from {name}",
            f"grant usage on schema public to {name}",
            f"grant select, insert, update, delete on all tables in schema public to {name}",
            f"grant usage, select on all sequences in schema public to {name}",
            f"revoke insert, update, delete on alembic_version from {name}",
        ):
            connection.exec_driver_sql(said)
        for table, erasable in APPEND_ONLY.items():
            connection.exec_driver_sql(f"revoke update, delete on {table} from {name}")
            for column in erasable:
                connection.exec_driver_sql(f"grant update ({column}) on {table} to {name}")
    engine.dispose()


class UnsafeDatabase(Exception):
    """The database would not keep what it promises; the message says which setting and why."""


LOGS_NO_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "log_min_error_statement": frozenset({"panic"}),
        # Else the details of an error quote the row that a constraint has refused.
        "log_error_verbosity": frozenset({"terse"}),
        "log_parameter_max_length_on_error": frozenset({"0"}),
        "log_statement": frozenset({"none", "ddl"}),
        "log_min_duration_statement": frozenset({"-1"}),
        "log_min_duration_sample": frozenset({"-1"}),
        "log_transaction_sample_rate": frozenset({"0"}),
    }
)
"""The settings of PostgreSQL by which no statement of ours is in its log, and what each may be:
statements hold what customers said, and logs are read by others than the records are."""


def refuse_unsafe(sessions: Sessions) -> None:
    """Connect now, so that a program that would be refused does not even start. Raises
    `UnsafeDatabase`, or `DatabaseAway` when nobody answers."""
    with sessions() as session:
        session.connection()


def refuse_unsafe_connection(
    connection: psycopg2.extensions.connection, _record: object = None
) -> None:
    """Raises `UnsafeDatabase` when an acknowledged commit could be lost, when the account could
    alter the journal's guard, or when people's words would stand in the server's log."""
    with connection.cursor() as cursor:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute("select current_setting(%s)", (setting,))
            if cursor.fetchone() == ("off",):
                raise UnsafeDatabase(
                    f"PostgreSQL runs with {setting} = off: a crash would lose complaints that were"
                    f" acknowledged. Set {setting} = on and start again."
                )
        cursor.execute(
            "select name, setting from pg_settings where name = any(%s)", (list(LOGS_NO_WORDS),)
        )
        for setting, value in sorted(cursor.fetchall()):
            if value not in LOGS_NO_WORDS[setting]:
                safe = min(LOGS_NO_WORDS[setting])
                raise UnsafeDatabase(
                    f"PostgreSQL runs with {setting} = {value}: what customers said would stand in"
                    f" its log. Set {setting} = {safe} and start again."
                )
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if cursor.fetchone() == (True,):
            raise UnsafeDatabase(
                "DATABASE_URL names a superuser, who could alter the journal unseen. Use a role"
                " that is no superuser, best one that does not own the tables either."
            )
    connection.rollback()
