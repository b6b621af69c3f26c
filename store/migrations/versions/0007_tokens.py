"""Tokens by which other systems file complaints."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    names = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256 of the secret, hex"),
        sa.Column(
            "system",
            sa.Text(),
            nullable=False,
            comment="the bank's name for the system that holds it",
        ),
        sa.Column("units", names, nullable=False, comment="it files for these and all below them"),
        sa.Column("channels", names, nullable=False),
        sa.Column(
            "first_owner",
            sa.Text(),
            nullable=False,
            comment="who follows its complaints to their end (A-05)",
        ),
        sa.Column("created_at", instant, server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("last_used_at", instant, nullable=True),
        sa.Column("revoked_at", instant, nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["first_owner"], ["people.id"], name=op.f("fk_tokens_first_owner")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_tokens_created_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["people.id"], name=op.f("fk_tokens_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("tokens")
