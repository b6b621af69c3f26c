"""Word of the reports that units owe, beside that of missed daily checks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

EVENTS = "'check_missed', 'report_announced', 'report_overdue', 'report_received'"


def upgrade() -> None:
    op.rename_table("missed_checks", "report_events")
    op.execute("alter sequence missed_checks_id_seq rename to report_events_id_seq")
    for kind in ("pk_{}", "fk_{}_unit", "fk_{}_policy"):
        before, after = kind.format("missed_checks"), kind.format("report_events")
        op.execute(f"alter table report_events rename constraint {before} to {after}")
    op.alter_column(
        "report_events", "day", new_column_name="begins", comment="first day of the period"
    )
    op.alter_column("report_events", "due_at", comment="until when the report is owed")
    op.add_column("report_events", sa.Column("ends", sa.Date(), comment="last day of the period"))
    op.add_column(
        "report_events",
        sa.Column("event", sa.Text(), nullable=False, server_default="check_missed"),
    )
    op.execute("update report_events set ends = begins")
    op.alter_column("report_events", "ends", nullable=False)
    op.alter_column("report_events", "event", server_default=None)
    op.create_check_constraint(
        op.f("ck_report_events_event"), "report_events", f"event in ({EVENTS})"
    )
    op.drop_constraint(
        op.f("uq_missed_checks_unit_periodical_day"), "report_events", type_="unique"
    )
    op.create_unique_constraint(
        op.f("uq_report_events_unit_periodical_begins_event"),
        "report_events",
        ["unit", "periodical", "begins", "event"],
    )
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.alter_column("notices", "missed_check", new_column_name="report_event")
    op.execute(
        "alter table notices rename constraint fk_notices_missed_check to fk_notices_report_event"
    )
    op.create_check_constraint(
        op.f("ck_notices_subject"), "notices", "(reference is null) <> (report_event is null)"
    )
    op.alter_column(
        "periodic_reports",
        "due_at",
        comment="until when it was owed; none in reports of before that was kept",
    )


def downgrade() -> None:
    op.alter_column(
        "periodic_reports",
        "due_at",
        comment="of a check: close of business; none for what is due by the day",
    )
    op.execute(
        "delete from notices using report_events"
        " where report_events.id = report_event and event <> 'check_missed'"
    )
    op.execute("delete from report_events where event <> 'check_missed'")
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.execute(
        "alter table notices rename constraint fk_notices_report_event to fk_notices_missed_check"
    )
    op.alter_column("notices", "report_event", new_column_name="missed_check")
    op.create_check_constraint(
        op.f("ck_notices_subject"), "notices", "(reference is null) <> (missed_check is null)"
    )
    op.drop_constraint(
        op.f("uq_report_events_unit_periodical_begins_event"), "report_events", type_="unique"
    )
    op.drop_constraint(op.f("ck_report_events_event"), "report_events", type_="check")
    op.drop_column("report_events", "event")
    op.drop_column("report_events", "ends")
    op.alter_column("report_events", "begins", new_column_name="day", comment=None)
    op.alter_column("report_events", "due_at", comment="close of business of that day")
    op.create_unique_constraint(
        op.f("uq_missed_checks_unit_periodical_day"),
        "report_events",
        ["unit", "periodical", "day"],
    )
    for kind in ("pk_{}", "fk_{}_unit", "fk_{}_policy"):
        before, after = kind.format("report_events"), kind.format("missed_checks")
        op.execute(f"alter table report_events rename constraint {before} to {after}")
    op.execute("alter sequence report_events_id_seq rename to missed_checks_id_seq")
    op.rename_table("report_events", "missed_checks")
