"""Reports to the regulator on cases to their end, corrections of submitted unit reports, and
reports that somebody asks for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = "'check_missed', 'report_announced', 'report_overdue', 'report_received'"
INSTANT = sa.DateTime(timezone=True)
TABLES = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    _case_reports()
    _corrections()
    _asked_reports()


def _case_reports() -> None:
    for column in (
        sa.Column(
            "due_at",
            INSTANT,
            comment="until when it is owed; none in drafts of before that was kept",
        ),
        sa.Column(
            "submissions",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="how often it was submitted; after the first it is a correction",
        ),
        sa.Column(
            "is_late",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="submitted after its time, or told as late; it stays so",
        ),
        sa.Column("told_late_at", INSTANT, comment="when word went out that it is overdue"),
    ):
        op.add_column("regulator_reports", column)
    op.alter_column("regulator_reports", "submitted_at", comment="for the first time")
    op.drop_constraint(op.f("ck_regulator_reports_status"), "regulator_reports", type_="check")
    op.create_check_constraint(
        op.f("ck_regulator_reports_status"),
        "regulator_reports",
        "status in ('draft', 'submitted', 'acknowledged')",
    )
    op.create_index(
        "ix_regulator_reports_open",
        "regulator_reports",
        ["due_at"],
        postgresql_where=sa.text("submitted_at is null"),
    )


def _corrections() -> None:
    op.create_table(
        "report_corrections",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("periodical", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 is the first correction"),
        sa.Column("corrected_by", sa.Text(), nullable=False),
        sa.Column("corrected_at", INSTANT, server_default=sa.func.now(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "cases", sa.Integer(), nullable=False, comment="how many complaints the figures are of"
        ),
        sa.Column("tables", TABLES, nullable=False, comment="domain.report_tables.Table"),
        sa.ForeignKeyConstraint(
            ["unit", "periodical", "begins"],
            ["periodic_reports.unit", "periodic_reports.periodical", "periodic_reports.begins"],
            name=op.f("fk_report_corrections_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"], ["people.id"], name=op.f("fk_report_corrections_corrected_by")
        ),
        sa.PrimaryKeyConstraint(
            "unit", "periodical", "begins", "number", name=op.f("pk_report_corrections")
        ),
    )
    op.execute(
        """
        create trigger report_corrections_are_append_only
        before update or delete or truncate on report_corrections
        for each statement execute function refuse_change_of_periodic_reports()
        """
    )
    op.add_column(
        "report_events",
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="of the correction; 0 for what happens once",
        ),
    )
    op.drop_constraint(
        op.f("uq_report_events_unit_periodical_begins_event"), "report_events", type_="unique"
    )
    op.create_unique_constraint(
        op.f("uq_report_events_unit_periodical_begins_event_number"),
        "report_events",
        ["unit", "periodical", "begins", "event", "number"],
    )
    op.drop_constraint(op.f("ck_report_events_event"), "report_events", type_="check")
    op.create_check_constraint(
        op.f("ck_report_events_event"), "report_events", f"event in ({BEFORE}, 'report_corrected')"
    )


def _asked_reports() -> None:
    op.create_table(
        "asked_reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False, comment="domain.reporting.Form"),
        sa.Column("units", TABLES, nullable=False, comment="each with those below it"),
        sa.Column("begins", sa.Date(), nullable=False, comment="first day"),
        sa.Column("ends", sa.Date(), nullable=False, comment="last day"),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, server_default=sa.func.now(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default="asked"),
        sa.Column(
            "done", sa.Integer(), nullable=False, server_default="0", comment="complaints read"
        ),
        sa.Column("total", sa.Integer(), comment="complaints there are; none before it was begun"),
        sa.Column("made_at", INSTANT),
        sa.Column("tables", TABLES, comment="domain.report_tables.Table; none until it is made"),
        sa.Column(
            "is_whole",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="whether nothing was left out because of who asked",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people.id"], name=op.f("fk_asked_reports_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_reports")),
        sa.CheckConstraint(
            "status in ('asked', 'being_made', 'made', 'failed')",
            name=op.f("ck_asked_reports_status"),
        ),
    )
    op.create_index("ix_asked_reports_asked_by", "asked_reports", ["asked_by", "asked_at"])


def downgrade() -> None:
    op.drop_table("asked_reports")
    op.execute(
        "delete from notices using report_events"
        " where report_events.id = report_event and event = 'report_corrected'"
    )
    op.execute("delete from report_events where event = 'report_corrected'")
    op.drop_constraint(op.f("ck_report_events_event"), "report_events", type_="check")
    op.create_check_constraint(
        op.f("ck_report_events_event"), "report_events", f"event in ({BEFORE})"
    )
    op.drop_constraint(
        op.f("uq_report_events_unit_periodical_begins_event_number"),
        "report_events",
        type_="unique",
    )
    op.create_unique_constraint(
        op.f("uq_report_events_unit_periodical_begins_event"),
        "report_events",
        ["unit", "periodical", "begins", "event"],
    )
    op.drop_column("report_events", "number")
    op.drop_table("report_corrections")
    op.drop_index("ix_regulator_reports_open", "regulator_reports")
    op.execute("update regulator_reports set status = 'submitted' where status = 'acknowledged'")
    op.execute("delete from approvals where kind = 'submit_case_report'")
    op.drop_constraint(op.f("ck_regulator_reports_status"), "regulator_reports", type_="check")
    op.create_check_constraint(
        op.f("ck_regulator_reports_status"),
        "regulator_reports",
        "status in ('draft', 'submitted')",
    )
    op.alter_column("regulator_reports", "submitted_at", comment=None)
    for column in ("told_late_at", "is_late", "submissions", "due_at"):
        op.drop_column("regulator_reports", column)
