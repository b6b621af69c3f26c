"""Word of a new pack for the board."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("board_pack", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_board_pack"), "notices", "board_packs", ["board_pack"], ["number"]
    )
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.create_check_constraint(
        op.f("ck_notices_subject"),
        "notices",
        "num_nonnulls(reference, report_event, early_warning, incident, board_pack) = 1",
    )


def downgrade() -> None:
    op.execute("delete from notices where board_pack is not null")
    op.drop_constraint(op.f("ck_notices_subject"), "notices", type_="check")
    op.drop_column("notices", "board_pack")
    op.create_check_constraint(
        op.f("ck_notices_subject"),
        "notices",
        "num_nonnulls(reference, report_event, early_warning, incident) = 1",
    )
