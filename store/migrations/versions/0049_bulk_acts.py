"""Acts that are asked of several cases at once, and what becomes of them in each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bulk_acts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="of the act"),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_bulk_acts_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_acts")),
    )
    op.create_index("ix_bulk_acts_by", "bulk_acts", ["by", "asked_at"])
    op.create_table(
        "bulk_items",
        sa.Column("bulk", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "reference", sa.Text(), nullable=False, comment="as it was chosen; it may be no case"
        ),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("refusal", JSONB(), nullable=True, comment="code and facts"),
        sa.ForeignKeyConstraint(["bulk"], ["bulk_acts.id"], name=op.f("fk_bulk_items_bulk")),
        sa.ForeignKeyConstraint(["command"], ["commands.id"], name=op.f("fk_bulk_items_command")),
        sa.PrimaryKeyConstraint("bulk", "position", name=op.f("pk_bulk_items")),
    )


def downgrade() -> None:
    op.drop_table("bulk_items")
    op.drop_table("bulk_acts")
