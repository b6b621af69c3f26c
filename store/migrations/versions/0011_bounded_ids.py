"""Ids of units and people are bounded: the engine ends a workflow whose label is too long."""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("units", "people")


def upgrade() -> None:
    for table in TABLES:
        name = op.f(f"ck_{table}_id_length")
        op.create_check_constraint(name, table, "char_length(id) between 1 and 64")


def downgrade() -> None:
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_id_length"), table)
