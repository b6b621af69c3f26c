"""Keep what each comparison of rows, workflows and journals found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "looked_at",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="how many of what",
        ),
        sa.Column(
            "disagreements",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="domain.verification.Disagreement",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    # What still waits for an answer is asked for every few seconds, among all that have one.
    op.create_index(
        "ix_commands_stored",
        "commands",
        ["stored_at"],
        postgresql_where=sa.text("status = 'stored'"),
    )


def downgrade() -> None:
    op.drop_index("ix_commands_stored", table_name="commands")
    op.drop_table("verifications")
