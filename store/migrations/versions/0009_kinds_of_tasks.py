"""Which kinds of tasks there are, and where a report to the regulator can stand."""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_tasks_kind"), "tasks", "kind in ('acknowledge', 'duty', 'dead_notice', 'tell')"
    )
    op.create_check_constraint(
        op.f("ck_regulator_reports_status"), "regulator_reports", "status in ('draft', 'submitted')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_regulator_reports_status"), "regulator_reports")
    op.drop_constraint(op.f("ck_tasks_kind"), "tasks")
