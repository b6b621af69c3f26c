"""What was decided about people, in files for the system of human resources."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "receipt",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="number or date of their system; empty until it is known",
        ),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_hand_overs_made_by")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["people.id"], name=op.f("fk_hand_overs_received_by")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hand_overs")),
    )
    op.create_table(
        "hand_over_items",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False, comment="domain.hand_over.HandOverItem.key"),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_hand_over_items_reference")
        ),
        sa.ForeignKeyConstraint(
            ["file"], ["hand_overs.number"], name=op.f("fk_hand_over_items_file")
        ),
        sa.PrimaryKeyConstraint("reference", "item", name=op.f("pk_hand_over_items")),
    )
    op.create_index(op.f("ix_hand_over_items_file"), "hand_over_items", ["file"])
    # What went to human resources stays as it went; their receipt comes later, once.
    op.execute(
        """
        create function refuse_change_of_hand_overs() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' and to_jsonb(old) ->> 'receipt' = ''
             and to_jsonb(new) - 'receipt' - 'received_by' - 'received_at'
               = to_jsonb(old) - 'receipt' - 'received_by' - 'received_at' then
            return new;
          end if;
          raise exception 'what was handed over is never altered';
        end $$;
        create trigger hand_overs_are_append_only
          before update or delete on hand_overs
          for each row execute function refuse_change_of_hand_overs();
        create trigger hand_overs_are_not_emptied
          before truncate on hand_overs
          for each statement execute function refuse_change_of_hand_overs();
        create trigger hand_over_items_are_append_only
          before update or delete on hand_over_items
          for each row execute function refuse_change_of_hand_overs();
        create trigger hand_over_items_are_not_emptied
          before truncate on hand_over_items
          for each statement execute function refuse_change_of_hand_overs();
        """
    )


def downgrade() -> None:
    op.drop_table("hand_over_items")
    op.drop_table("hand_overs")
    op.execute("drop function refuse_change_of_hand_overs()")
