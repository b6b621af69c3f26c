"""Closed cases by the day of their closing: what is due to be erased is looked for among them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0060"
down_revision: str | None = "0055"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_cases_kept",
        "cases",
        ["closed_at", "reference"],
        postgresql_where=sa.text("status = 'closed' and (state ->> 'erased_at') is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_kept", table_name="cases")
