"""Packs for the board, kept as they were made."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0051"
down_revision: str | None = "0049"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "board_packs",
        sa.Column("number", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column(
            "unit",
            sa.Text(),
            nullable=True,
            comment="with those below it; none when it is of the whole bank",
        ),
        sa.Column(
            "units",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="all whose complaints are counted",
        ),
        sa.Column("begins", sa.Date(), nullable=False, comment="first day"),
        sa.Column("ends", sa.Date(), nullable=False, comment="last day"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the file"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="the file, a PDF"),
        sa.ForeignKeyConstraint(["unit"], ["units.id"], name=op.f("fk_board_packs_unit")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_board_packs_made_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_board_packs")),
        sa.UniqueConstraint("digest", "made_by", name=op.f("uq_board_packs_digest_made_by")),
    )
    # What a board had before it stays as it was.
    op.execute(
        """
        create function refuse_change_of_board_packs() returns trigger language plpgsql as $$
        begin
            raise exception 'a pack for the board is never altered';
        end $$;
        create trigger board_packs_are_append_only
        before update or delete or truncate on board_packs
        for each statement execute function refuse_change_of_board_packs();
        """
    )


def downgrade() -> None:
    op.drop_table("board_packs")
    op.execute("drop function refuse_change_of_board_packs()")
