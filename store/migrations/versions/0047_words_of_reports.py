"""What people write in a report beside its figures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WRITTEN = {
    "periodic_reports": "what was written in it, by the parts that its pack names",
    "report_corrections": "what is written in it now, by the parts that its pack names",
}


def upgrade() -> None:
    for table, comment in WRITTEN.items():
        op.add_column(
            table,
            sa.Column("words", JSONB(), server_default="{}", nullable=False, comment=comment),
        )


def downgrade() -> None:
    for table in WRITTEN:
        op.drop_column(table, "words")
