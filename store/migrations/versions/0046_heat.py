"""Late and escalated cases by indexes of themselves, dates by the day they fall on, and incidents
that somebody has in hand.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ASKED_OF = ["status", "channel", "category", "breaches", "rungs", "policy", "handler"]
"""What lists are narrowed by and rights ask for, beside what an index is sorted by."""

FEW = {"late": "breaches > 0", "escalated": "rungs > 0"}


def upgrade() -> None:
    for name, condition in FEW.items():
        op.create_index(
            f"ix_cases_{name}",
            "cases",
            ["next_due_at", "received_at", "reference"],
            postgresql_where=sa.text(f"status <> 'closed' and {condition}"),
            postgresql_include=["unit", "first_owner", *ASKED_OF],
        )
    op.create_index(
        "ix_clocks_due",
        "clocks",
        ["due_at"],
        postgresql_where=sa.text("stopped_at is null"),
        postgresql_include=["reference", "nature"],
    )
    op.create_table(
        "incident_assignments",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("incident", sa.Text(), nullable=False, comment="the key of what is wrong"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column(
            "cases",
            postgresql.JSONB(),
            nullable=False,
            comment="those it held up when it was handed over",
        ),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column(
            "assigned_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "quiet_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when none of its cases has been held up",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('over', 'handed_on', 'taken_back')",
            name=op.f("ck_incident_assignments_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name=op.f("fk_incident_assignments_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_assignments")),
    )
    op.create_index(
        "ix_incident_assignments_open",
        "incident_assignments",
        ["incident"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.add_column("notices", sa.Column("incident", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_incident"), "notices", "incident_assignments", ["incident"], ["id"]
    )
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.create_check_constraint(
        op.f("ck_notices_subject"),
        "notices",
        "num_nonnulls(reference, report_event, early_warning, incident) = 1",
    )


def downgrade() -> None:
    op.execute("delete from notices where incident is not null")
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.drop_column("notices", "incident")
    op.create_check_constraint(
        op.f("ck_notices_subject"),
        "notices",
        "num_nonnulls(reference, report_event, early_warning) = 1",
    )
    op.drop_table("incident_assignments")
    op.drop_index("ix_clocks_due", "clocks")
    for name in FEW:
        op.drop_index(f"ix_cases_{name}", "cases")
