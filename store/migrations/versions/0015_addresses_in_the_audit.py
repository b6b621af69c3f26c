"""The audit says from where somebody asked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "audit",
        sa.Column(
            "address",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="empty for what nobody asked over a network",
        ),
    )


def downgrade() -> None:
    op.drop_column("audit", "address")
