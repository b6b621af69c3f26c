"""Second factors with codes to recover by, forms kept over the end of a stay, and who somebody of
the bank's identity provider is here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="the secret it shares with us, encrypted",
        ),
        sa.Column(
            "last_step",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="the half minute of the last code that was used",
        ),
        sa.Column("set_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_second_factors_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.Text(), nullable=False, comment="SHA-256 of the code, hex"),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_recovery_codes_person")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_person", "recovery_codes", ["person"])
    op.create_table(
        "kept_forms",
        sa.Column(
            "key_hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the key in the cookie, hex",
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="where it was sent to, and what was in it",
        ),
        sa.Column("kept_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_kept_forms_person")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_kept_forms")),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="as the issuer knows them"),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("linked_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_identities_person")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )


def downgrade() -> None:
    op.drop_table("identities")
    op.drop_table("kept_forms")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
