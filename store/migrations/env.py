"""How Alembic reaches the database: one migration at a time, everybody else waits."""

from alembic import context
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from store.database import AdvisoryLock, safe_engine
from store.tables import Base


def run() -> None:
    engine = safe_engine(context.config.attributes["url"], poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("set lock_timeout = '30s'"))
        connection.execute(text(f"select pg_advisory_lock({AdvisoryLock.MIGRATING})"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
