"""Files that people hand in to be imported."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    values = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as its owner calls it"),
        sa.Column("mapping", values, nullable=True, comment="desk.imports: how to read it"),
        sa.Column(
            "is_confirmed",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="receipts of long ago are right",
        ),
        sa.Column("status", sa.Text(), server_default="uploaded", nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bytes_all", sa.BigInteger(), nullable=False),
        sa.Column("report", values, nullable=True, comment="what came of it; personal"),
        sa.Column("uploaded_at", instant, server_default=sa.text("now()"), nullable=False),
        sa.Column("held_until", instant, nullable=True, comment="some worker has it in hand"),
        sa.CheckConstraint(
            "status in ('uploaded', 'checking', 'checked', 'importing', 'done', 'unreadable')",
            name=op.f("ck_uploads_status"),
        ),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_uploads_by")),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_uploads_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_by", "uploads", ["by", "uploaded_at"])


def downgrade() -> None:
    op.drop_index("ix_uploads_by", table_name="uploads")
    op.drop_table("uploads")
