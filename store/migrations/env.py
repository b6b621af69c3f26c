"""How Alembic reaches the database: one migration at a time, everybody else waits."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from store.database import MIGRATION_LOCK, REACHING
from store.tables import Base


def run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=NullPool, connect_args=dict(REACHING))
    with engine.connect() as connection:
        connection.execute(text("set lock_timeout = '30s'"))
        connection.execute(text(f"select pg_advisory_lock({MIGRATION_LOCK})"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
