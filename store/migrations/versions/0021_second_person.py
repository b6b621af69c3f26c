"""One table for all that takes a second person; requests for a repair move into it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = "'approved', 'declined', 'taken_back'"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("approvals", sa.Column("expires_at", instant, nullable=True))
    # Who asked before there was an end gets the default week from now on.
    op.execute("update approvals set expires_at = now() + interval '7 days'")
    op.alter_column("approvals", "expires_at", nullable=False)
    op.add_column(
        "approvals",
        sa.Column(
            "at_console",
            sa.Text(),
            nullable=True,
            comment="account of the machine at whose terminal it was asked for",
        ),
    )
    op.add_column(
        "approvals",
        sa.Column(
            "note", sa.Text(), server_default="", nullable=False, comment="why it was decided so"
        ),
    )
    op.add_column(
        "approvals",
        sa.Column(
            "refusal",
            sa.dialects.postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="the rule that forbade what was agreed to",
        ),
    )
    op.add_column(
        "approvals",
        sa.Column(
            "collected_at", instant, nullable=True, comment="when whoever asked carried it out"
        ),
    )
    op.add_column(
        "approvals",
        sa.Column("heard_at", instant, nullable=True, comment="when whoever asked saw the answer"),
    )
    # What was decided before is no news.
    op.execute("update approvals set heard_at = decided_at where outcome is not null")
    op.drop_constraint(op.f("ck_approvals_outcome"), "approvals")
    op.create_check_constraint(
        op.f("ck_approvals_outcome"),
        "approvals",
        f"outcome in ({BEFORE}, 'expired', 'overtaken')",
    )
    op.create_index("ix_approvals_requested_by", "approvals", ["requested_by", "requested_at"])


def downgrade() -> None:
    op.drop_index("ix_approvals_requested_by")
    op.execute("delete from approvals where outcome in ('expired', 'overtaken')")
    op.drop_constraint(op.f("ck_approvals_outcome"), "approvals")
    op.create_check_constraint(op.f("ck_approvals_outcome"), "approvals", f"outcome in ({BEFORE})")
    for column in ("heard_at", "collected_at", "refusal", "note", "at_console", "expires_at"):
        op.drop_column("approvals", column)
