"""How customers are reached, corrected."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contact_corrections",
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="keyed: tells the same form from another one",
        ),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["command"], ["commands.id"], name=op.f("fk_contact_corrections_command")
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_contact_corrections_reference")
        ),
        sa.PrimaryKeyConstraint("command", name=op.f("pk_contact_corrections")),
    )
    op.create_index("ix_contact_corrections_reference", "contact_corrections", ["reference"])
    op.create_index(
        "ix_contact_corrections_said",
        "contact_corrections",
        ["command"],
        postgresql_where=sa.text("said <> ''"),
    )


def downgrade() -> None:
    op.drop_table("contact_corrections")
