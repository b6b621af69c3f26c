"""Imports that somebody stops: what came in stays, the rest may be gone on with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = "'uploaded', 'checking', 'checked', 'importing', 'done', 'unreadable'"
AFTER = "'uploaded', 'checking', 'checked', 'importing', 'stopped', 'done', 'unreadable'"


def upgrade() -> None:
    op.add_column(
        "uploads",
        sa.Column(
            "is_to_stop",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="somebody has asked the worker to let it be",
        ),
    )
    _allow(AFTER)


def downgrade() -> None:
    op.execute("update uploads set status = 'uploaded' where status = 'stopped'")
    _allow(BEFORE)
    op.drop_column("uploads", "is_to_stop")


def _allow(statuses: str) -> None:
    op.drop_constraint(op.f("ck_uploads_status"), "uploads")
    op.create_check_constraint(op.f("ck_uploads_status"), "uploads", f"status in ({statuses})")
