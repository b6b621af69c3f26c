"""Stays of people kept here and not in their cookies, and tries counted where all processes see
them; the number of sessions and the lock after five failures go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "stays",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "key_hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the key in the cookie, hex",
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "browser",
            sa.Text(),
            nullable=False,
            comment="its name and system, as it says itself",
        ),
        sa.Column("began_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("seen_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False, comment="whatever is asked for until then"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("stage in ('code', 'set_up', 'in')", name=op.f("ck_stays_stage")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_stays_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_stays_key_hash")),
    )
    op.create_index(
        "ix_stays_open", "stays", ["person"], postgresql_where=sa.text("ended_at is null")
    )
    op.create_table(
        "known_browsers",
        sa.Column(
            "token_hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the token in its cookie, hex",
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_known_browsers_person")),
        sa.PrimaryKeyConstraint("token_hash", "person", name=op.f("pk_known_browsers")),
    )
    op.create_index("ix_known_browsers_person", "known_browsers", ["person"])
    op.create_table(
        "throttles",
        sa.Column("key", sa.Text(), nullable=False, comment="keyed digest of circle and whose"),
        sa.Column("level", sa.Float(), server_default="0", nullable=False),
        sa.Column("counted_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("opens_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttles")),
    )
    op.drop_column("people", "locked_until")
    op.drop_column("people", "failed_logins")
    op.drop_column("people", "session_number")


def downgrade() -> None:
    op.add_column(
        "people",
        sa.Column(
            "session_number",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised to end every session of this person",
        ),
    )
    op.add_column(
        "people", sa.Column("failed_logins", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("people", sa.Column("locked_until", INSTANT, nullable=True))
    op.drop_table("throttles")
    op.drop_table("known_browsers")
    op.drop_table("stays")
