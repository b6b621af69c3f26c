"""The way to PostgreSQL: one engine a process, sessions that commit whole or not at all."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]
"""What other layers pass around: `with sessions.begin() as session: ...`."""


def open_database(url: str, *, pool_size: int = 10) -> Sessions:
    """Sessions on a database. Nothing is connected before the first one begins."""
    return sessionmaker(_engine(url, pool_size), expire_on_commit=False)


def close_database(sessions: Sessions) -> None:
    """Give back every connection."""
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)
    engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        # A server that was restarted must not cost the first request after it.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            # A half-open connection is noticed in seconds, not in the two hours TCP would take.
            "tcp_user_timeout": 10_000,
            "options": "-c statement_timeout=30s -c lock_timeout=10s"
            " -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
        },
    )


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema to a revision; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
