"""Cases of one incident that are tried again together, one of them first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "retries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False, comment="the key of what they share"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cases", JSONB(), nullable=False, comment="in their order; the first goes first"),
        sa.Column("tried", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint(
            "status in ('first', 'running', 'stopped', 'first_failed', 'done')",
            name=op.f("ck_retries_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retries")),
    )
    op.create_index(
        "ix_retries_open",
        "retries",
        ["incident"],
        unique=True,
        postgresql_where=sa.text("status in ('first', 'running', 'stopped', 'first_failed')"),
    )


def downgrade() -> None:
    op.drop_table("retries")
