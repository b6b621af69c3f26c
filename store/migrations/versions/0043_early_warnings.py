"""What left its usual range, and word of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "early_warnings",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the unit, or the cause"),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("unit", sa.Text(), nullable=False, comment="who answers for it"),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="complaints of the month, when it was found",
        ),
        sa.Column("usual_at_most", sa.Integer(), nullable=False),
        sa.Column(
            "found_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.CheckConstraint(
            "dimension in ('unit', 'cause')", name=op.f("ck_early_warnings_dimension")
        ),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_early_warnings_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warnings")),
        sa.UniqueConstraint(
            "dimension", "key", "month", name=op.f("uq_early_warnings_dimension_key_month")
        ),
    )
    op.add_column("notices", sa.Column("early_warning", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_early_warning"), "notices", "early_warnings", ["early_warning"], ["id"]
    )
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.create_check_constraint(
        op.f("ck_notices_subject"),
        "notices",
        "num_nonnulls(reference, report_event, early_warning) = 1",
    )


def downgrade() -> None:
    op.execute("delete from notices where early_warning is not null")
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.drop_column("notices", "early_warning")
    op.create_check_constraint(
        op.f("ck_notices_subject"), "notices", "(reference is null) <> (report_event is null)"
    )
    op.drop_table("early_warnings")
