"""Early warning of a business of the customer that leaves its usual range."""

from collections.abc import Sequence

from alembic import op

revision: str = "0057"
down_revision: str | None = "0054"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = "'unit', 'cause'"


def upgrade() -> None:
    _only("'unit', 'business', 'cause'")
    op.execute("comment on column early_warnings.key is 'the unit, the business or the cause'")


def downgrade() -> None:
    op.execute(
        "delete from notices where early_warning in"
        " (select id from early_warnings where dimension = 'business')"
    )
    op.execute("delete from early_warnings where dimension = 'business'")
    _only(BEFORE)
    op.execute("comment on column early_warnings.key is 'the unit, or the cause'")


def _only(dimensions: str) -> None:
    op.execute("alter table early_warnings drop constraint ck_early_warnings_dimension")
    op.execute(
        "alter table early_warnings add constraint ck_early_warnings_dimension"
        f" check (dimension in ({dimensions}))"
    )
