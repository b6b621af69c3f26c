"""What one person asks for and a second decides on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="domain.approvals.ApprovalKind"),
        sa.Column("subject", sa.Text(), nullable=False, comment="id of whom or what it is about"),
        sa.Column(
            "request",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what is asked for, as its kind knows",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", instant, server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True, comment="null while it waits"),
        sa.CheckConstraint(
            "outcome in ('approved', 'declined', 'taken_back')", name=op.f("ck_approvals_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(
        "ix_approvals_waiting",
        "approvals",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("outcome is null"),
    )


def downgrade() -> None:
    op.drop_table("approvals")
