"""What is typed is kept before it is sent, and a case knows before whom it lies open."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


KEY = "SHA-256, hex, of the key in the cookie; of one being typed, of whose and which"
KEY_BEFORE = "SHA-256 of the key in the cookie, hex"


def upgrade() -> None:
    op.alter_column(
        "kept_forms", "key_hash", existing_type=sa.Text(), existing_nullable=False, comment=KEY
    )
    op.add_column(
        "kept_forms",
        sa.Column(
            "ends_at",
            sa.DateTime(timezone=True),
            # For those that were kept before: so long as they lasted then.
            server_default=sa.text("now() + interval '24 hours'"),
            nullable=False,
            comment="it is nobody's after that, and goes",
        ),
    )
    op.alter_column("kept_forms", "ends_at", server_default=None)
    op.add_column(
        "kept_forms",
        sa.Column(
            "typed_on",
            sa.Text(),
            nullable=True,
            comment="key of the page it is typed on; none for one that was sent",
        ),
    )
    op.add_column(
        "kept_forms",
        sa.Column(
            "revision",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="how often it was kept since it was begun",
        ),
    )
    op.create_index(
        "ix_kept_forms_typed",
        "kept_forms",
        ["person"],
        postgresql_where=sa.text("typed_on is not null"),
    )
    op.create_table(
        "presence",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_presence_reference")
        ),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_presence_person")),
        sa.PrimaryKeyConstraint("reference", "person", name=op.f("pk_presence")),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    op.drop_table("presence")
    op.execute("delete from kept_forms where typed_on is not null")
    op.drop_index("ix_kept_forms_typed", table_name="kept_forms")
    op.drop_column("kept_forms", "revision")
    op.drop_column("kept_forms", "typed_on")
    op.drop_column("kept_forms", "ends_at")
    op.alter_column(
        "kept_forms",
        "key_hash",
        existing_type=sa.Text(),
        existing_nullable=False,
        comment=KEY_BEFORE,
    )
