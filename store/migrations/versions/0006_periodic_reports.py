"""What units have submitted of the reports they owe, and which branches are key (A-56)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column(
            "is_key",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="one of the branches that report more often (A-56)",
        ),
    )
    op.create_table(
        "periodic_reports",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("periodical", sa.Text(), nullable=False, comment="its name in the pack"),
        sa.Column("begins", sa.Date(), nullable=False, comment="first day of the stretch"),
        sa.Column("ends", sa.Date(), nullable=False, comment="last day of the stretch"),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "cases", sa.Integer(), nullable=False, comment="how many complaints the figures are of"
        ),
        sa.Column(
            "tables",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="domain.report_tables.Table",
        ),
        sa.ForeignKeyConstraint(
            ["policy"], ["policy_versions.version"], name=op.f("fk_periodic_reports_policy")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_periodic_reports_submitted_by")
        ),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_periodic_reports_unit")),
        sa.PrimaryKeyConstraint("unit", "periodical", "begins", name=op.f("pk_periodic_reports")),
    )
    # What was submitted stays as it was: figures that come later belong to later reports.
    op.execute(
        """
        create function refuse_change_of_periodic_reports() returns trigger language plpgsql as $$
        begin
            raise exception 'submitted reports are append-only';
        end $$
        """
    )
    op.execute(
        """
        create trigger periodic_reports_are_append_only
        before update or delete or truncate on periodic_reports
        for each statement execute function refuse_change_of_periodic_reports()
        """
    )


def downgrade() -> None:
    op.drop_table("periodic_reports")
    op.execute("drop function refuse_change_of_periodic_reports()")
    op.drop_column("units", "is_key")
