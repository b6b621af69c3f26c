"""The files that people put with a case."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column(
            "command",
            sa.Text(),
            nullable=False,
            comment="the act that brought it; its words name it",
        ),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="SHA-256, by which its file is found"
        ),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.Column(
            "stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["command"], ["commands.id"], name=op.f("fk_attachments_command")),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_attachments_reference")
        ),
        sa.PrimaryKeyConstraint("command", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_digest", "attachments", ["digest"], unique=False)
    op.create_index(
        "ix_attachments_reference", "attachments", ["reference", "stored_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_attachments_reference", table_name="attachments")
    op.drop_index("ix_attachments_digest", table_name="attachments")
    op.drop_table("attachments")
