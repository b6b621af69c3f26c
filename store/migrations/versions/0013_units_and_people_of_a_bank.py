"""Units that are closed, and absences with their days in the place of a flag."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column(
            "is_closed",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="takes no complaints and has no people any more",
        ),
    )
    op.add_column(
        "people",
        sa.Column("absent_from", sa.Date(), nullable=True, comment="first day of an absence"),
    )
    op.add_column(
        "people",
        sa.Column(
            "absent_until",
            sa.Date(),
            nullable=True,
            comment="its last day; null while nobody knows",
        ),
    )
    # Whoever is away stays away until somebody says when they are back.
    op.execute("update people set absent_from = current_date where away")
    op.drop_column("people", "away")


def downgrade() -> None:
    op.add_column("people", sa.Column("away", sa.Boolean(), server_default="false", nullable=False))
    op.execute(
        "update people set away = true where absent_from <= current_date"
        " and (absent_until is null or current_date <= absent_until)"
    )
    op.drop_column("people", "absent_until")
    op.drop_column("people", "absent_from")
    op.drop_column("units", "is_closed")
