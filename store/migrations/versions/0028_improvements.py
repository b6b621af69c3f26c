"""Improvements: the few cases that have one are found without a look at all others."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_cases_improvements",
        "cases",
        ["reference"],
        postgresql_where=sa.text("jsonb_array_length(state -> 'improvements') > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_improvements", "cases")
