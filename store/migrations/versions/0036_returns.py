"""Returns to authorities: as they were submitted, and their corrections."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "returns",
        sa.Column("name", sa.Text(), nullable=False, comment="of its template"),
        sa.Column("begins", sa.Date(), nullable=False, comment="first day of the period"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1; a correction is 2 and so on"),
        sa.Column("ends", sa.Date(), nullable=False, comment="last day of the period"),
        sa.Column(
            "template", sa.Text(), nullable=False, comment="digest of the template it was made by"
        ),
        sa.Column(
            "known_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="as the journals told of the cases then",
        ),
        sa.Column(
            "figures",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="domain.returns.Figures",
        ),
        sa.Column(
            "cases", sa.Integer(), nullable=False, comment="how many cases the figures are of"
        ),
        sa.Column(
            "cases_digest",
            sa.Text(),
            nullable=False,
            comment="of their references and what each counts as",
        ),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why it is submitted, or corrected, as it is",
        ),
        sa.Column(
            "receipt",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="the authority's number for it; empty until it is known",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["people.id"], name=op.f("fk_returns_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_returns_approved_by")
        ),
        sa.PrimaryKeyConstraint("name", "begins", "number", name=op.f("pk_returns")),
    )
    # What was told to an authority stays as it was told; its receipt number comes later, once.
    op.execute(
        """
        create function refuse_change_of_returns() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' and old.receipt = ''
             and to_jsonb(new) - 'receipt' = to_jsonb(old) - 'receipt' then
            return new;
          end if;
          raise exception 'a return is never altered';
        end $$;
        create trigger returns_are_append_only
          before update or delete on returns
          for each row execute function refuse_change_of_returns();
        create trigger returns_are_not_emptied
          before truncate on returns
          for each statement execute function refuse_change_of_returns();
        """
    )


def downgrade() -> None:
    op.execute("delete from approvals where kind = 'submit_return'")
    op.drop_table("returns")
    op.execute("drop function refuse_change_of_returns()")
