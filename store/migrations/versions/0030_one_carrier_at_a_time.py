"""The workflow that tries a notice just now, so that no two do."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "notices",
        sa.Column(
            "carrier", sa.Text(), nullable=True, comment="the workflow that tries it just now"
        ),
    )


def downgrade() -> None:
    op.drop_column("notices", "carrier")
