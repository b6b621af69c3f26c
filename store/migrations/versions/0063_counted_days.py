"""On which day a calendar counts a case: it told every case from itself, which was half of its
question."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0063"
down_revision: str | None = "0062"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INCLUDED = ["reference", "nature"]


def upgrade() -> None:
    op.add_column(
        "clocks",
        sa.Column(
            "counted_on",
            sa.Date,
            comment="on which day a calendar counts its case: that of its date, once a nature",
        ),
    )
    op.execute(
        "update clocks set counted_on = (clock ->> 'due_on')::date from"
        " (select distinct on (reference, nature, clock ->> 'due_on') reference, key from clocks"
        " where stopped_at is null and clock ->> 'superseded' = 'false'"
        " and clock ->> 'due_on' is not null"
        " order by reference, nature, clock ->> 'due_on', position desc) counted"
        " where counted.reference = clocks.reference and counted.key = clocks.key"
    )
    op.drop_index("ix_clocks_due", "clocks")
    op.create_index(
        "ix_clocks_counted_on",
        "clocks",
        ["counted_on"],
        postgresql_where=sa.text("counted_on is not null"),
        postgresql_include=INCLUDED,
    )


def downgrade() -> None:
    op.drop_index("ix_clocks_counted_on", "clocks")
    op.create_index(
        "ix_clocks_due",
        "clocks",
        ["due_at"],
        postgresql_where=sa.text("stopped_at is null and clock ->> 'superseded' = 'false'"),
        postgresql_include=INCLUDED,
    )
    op.drop_column("clocks", "counted_on")
