"""The archive of closed histories, and the repairs two administrators agree on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "histories",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column(
            "history",
            sa.LargeBinary(),
            nullable=False,
            comment="Temporal's JSON, decrypted, gzip",
        ),
        sa.Column(
            "sha256",
            sa.Text(),
            nullable=False,
            comment="of the JSON, hex; the audit row has it too",
        ),
        sa.Column("archived_at", INSTANT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_histories_reference")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_histories")),
    )
    op.create_index("ix_histories_reference", "histories", ["reference"])
    op.create_index("ix_histories_closed_at", "histories", ["closed_at"])
    op.create_table(
        "repairs",
        sa.Column("id", sa.Text(), nullable=False, comment="the engine's request id too"),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "event_id",
            sa.Integer(),
            nullable=False,
            comment="the WorkflowTaskCompleted to go back to",
        ),
        sa.Column("point", sa.Text(), nullable=False, comment="the last business step before it"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "preview",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what both persons were shown",
        ),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", INSTANT, server_default=NOW, nullable=False),
        sa.Column("status", sa.Text(), server_default="requested", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("new_run_id", sa.Text(), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "status in ('requested', 'approved', 'declined', 'done')",
            name=op.f("ck_repairs_status"),
        ),
        sa.CheckConstraint(
            "decided_by is distinct from requested_by", name=op.f("ck_repairs_four_eyes")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_repairs_decided_by")),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_repairs_reference")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["people.id"], name=op.f("fk_repairs_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index("ix_repairs_reference", "repairs", ["reference"])
    op.create_index("ix_repairs_status", "repairs", ["status", "requested_at"])
    op.drop_constraint("ck_outbox_kind", "outbox")
    op.create_check_constraint(
        op.f("ck_outbox_kind"), "outbox", "kind in ('case', 'command', 'notice', 'repair')"
    )


def downgrade() -> None:
    op.execute("delete from outbox where kind = 'repair'")
    op.drop_constraint("ck_outbox_kind", "outbox")
    op.create_check_constraint(
        op.f("ck_outbox_kind"), "outbox", "kind in ('case', 'command', 'notice')"
    )
    op.drop_table("repairs")
    op.drop_table("histories")
