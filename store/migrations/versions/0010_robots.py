"""Chat robots: whose turn it is to speak through one, and why a notice was not taken."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("notices", sa.Column("obstacle", sa.Text(), comment="why the last try failed"))
    op.add_column(
        "notices", sa.Column("failure_code", sa.Text(), comment="what the other side calls it")
    )
    op.alter_column(
        "notices",
        "tried_at",
        comment="the last sign of life; in the future while it waits for its turn",
    )
    op.create_table(
        "robots",
        sa.Column("name", sa.Text(), nullable=False, comment="as gateways are named"),
        sa.Column("rests_until", instant, comment="it has asked to be left alone"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_robots")),
    )
    op.create_table(
        "robot_turns",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("robot", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "waiting",
            sa.BigInteger(),
            comment="the notice that is to come for it; none once it was taken",
        ),
        sa.ForeignKeyConstraint(["robot"], ["robots.name"], name=op.f("fk_robot_turns_robot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robot_turns")),
    )
    op.create_index("ix_robot_turns_robot", "robot_turns", ["robot", "at"])


def downgrade() -> None:
    op.drop_table("robot_turns")
    op.drop_table("robots")
    op.alter_column("notices", "tried_at", comment="the last sign of life")
    op.drop_column("notices", "failure_code")
    op.drop_column("notices", "obstacle")
