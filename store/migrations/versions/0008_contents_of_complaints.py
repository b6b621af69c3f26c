"""By what a complaint that comes again is known to say the same."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "complaints",
        sa.Column("contents", sa.Text(), comment="domain.complaint.Complaint.fingerprint"),
    )


def downgrade() -> None:
    op.drop_column("complaints", "contents")
