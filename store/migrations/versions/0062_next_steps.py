"""When a case does something by itself next: asked of every clock until now, by all who look for
cases that are held up or lost."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0062"
down_revision: str | None = "0060"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "next_step_at",
            sa.DateTime(timezone=True),
            comment="when a clock of it does something by itself next:"
            " domain.clocks.steps.next_step",
        ),
    )
    op.execute(
        "update cases set next_step_at = first.at from"
        " (select reference, min((clock->'steps'->0->>'fires_at')::timestamptz) as at"
        " from clocks group by reference) first"
        " where first.reference = cases.reference and first.at is not null"
    )
    op.create_index(
        "ix_cases_unfinished",
        "cases",
        ["next_step_at", "reference"],
        postgresql_where=sa.text("status <> 'closed' or next_step_at is not null"),
        postgresql_include=["updated_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_cases_unfinished", table_name="cases")
    op.drop_column("cases", "next_step_at")
