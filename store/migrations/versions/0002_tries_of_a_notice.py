"""The tries of a notice: when it was last tried, in which round, and which gateways have it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "notices",
        sa.Column(
            "round",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="raised each time somebody has a dead notice tried again",
        ),
    )
    op.alter_column("notices", "attempts", comment="tries of this round")
    op.add_column(
        "notices",
        sa.Column(
            "tried_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the last sign of life",
        ),
    )
    op.add_column(
        "notices",
        sa.Column(
            "carried_by",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="gateways that have taken it, never asked again",
        ),
    )
    op.alter_column("notices", "last_error", comment="a gateway's words; may be personal")


def downgrade() -> None:
    op.alter_column("notices", "last_error", comment=None)
    op.drop_column("notices", "carried_by")
    op.drop_column("notices", "tried_at")
    op.alter_column("notices", "attempts", comment=None)
    op.drop_column("notices", "round")
