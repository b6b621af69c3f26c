"""Daily checks that were missed at close of business, word of them, and late confirmations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "missed_checks",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("periodical", sa.Text(), nullable=False, comment="its name in the pack"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="close of business of that day",
        ),
        sa.Column(
            "found_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_missed_checks_unit")),
        sa.ForeignKeyConstraint(
            ["policy"], ["policy_versions.version"], name=op.f("fk_missed_checks_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_checks")),
        sa.UniqueConstraint(
            "unit", "periodical", "day", name=op.f("uq_missed_checks_unit_periodical_day")
        ),
    )
    op.add_column(
        "units",
        sa.Column(
            "checked_since",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
            comment="nobody is told of daily checks that were due before",
        ),
    )
    op.add_column(
        "periodic_reports",
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of a check: close of business; none for what is due by the day",
        ),
    )
    op.add_column(
        "periodic_reports",
        sa.Column("is_late", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("notices", sa.Column("missed_check", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_missed_check"), "notices", "missed_checks", ["missed_check"], ["id"]
    )
    op.alter_column("notices", "reference", nullable=True)
    op.create_check_constraint(
        op.f("ck_notices_subject"), "notices", "(reference is null) <> (missed_check is null)"
    )


def downgrade() -> None:
    op.execute("delete from notices where missed_check is not null")
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.alter_column("notices", "reference", nullable=False)
    op.drop_constraint(op.f("fk_notices_missed_check"), "notices", type_="foreignkey")
    op.drop_column("notices", "missed_check")
    op.drop_column("periodic_reports", "is_late")
    op.drop_column("periodic_reports", "due_at")
    op.drop_column("units", "checked_since")
    op.drop_table("missed_checks")
