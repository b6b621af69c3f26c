"""Views of the queue that people have saved, for themselves or for their unit too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True, comment="whose people see it too"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "asked", JSONB(), nullable=False, comment="what the list is narrowed to, and how sorted"
        ),
        sa.Column(
            "saved_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name=op.f("fk_saved_views_owner")),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_saved_views_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_views_owner_name")),
    )
    op.create_index("ix_saved_views_unit", "saved_views", ["unit"])


def downgrade() -> None:
    op.drop_table("saved_views")
