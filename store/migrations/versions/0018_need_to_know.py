"""Who needs to know of a case, and what lists have shown."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column(
            "concerned",
            JSON,
            server_default="[]",
            nullable=False,
            comment="domain.concerns.offices_concerned",
        ),
    )
    op.add_column(
        "policy_versions",
        sa.Column(
            "waiting_is_read",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="domain.policy.Pack.waiting_is_read",
        ),
    )
    op.create_index(
        "ix_audit_shown", "audit", [sa.text("(facts -> 'shown')")], postgresql_using="gin"
    )
    op.create_index(
        "ix_audit_walks",
        "audit",
        ["action", "by", "at"],
        postgresql_where=sa.text("action in ('walked', 'walk_looked_into')"),
    )
    op.create_index("ix_audit_by", "audit", ["by", "at"])
    _charge(op.get_bind())


def _charge(connection: sa.Connection) -> None:
    """Say of each case that is there already for which offices something of it waits."""
    cases = sa.table("cases", sa.column("reference"), sa.column("state", JSON), sa.column("policy"))
    concerned = sa.table("cases", sa.column("reference"), sa.column("concerned", JSON))
    versions = sa.table("policy_versions", sa.column("version"), sa.column("text", sa.JSON()))
    rows = connection.execute(sa.select(cases.c.reference, cases.c.state, cases.c.policy)).all()
    if not rows:
        return
    # Not above: a new database needs none of it, and this file has to be read for ever.
    from domain.concerns import offices_concerned
    from rulebook.pack_text import parse
    from rulebook.packs import with_dates
    from store.values import CASE

    packs = {
        row.version: parse(with_dates(row.text))
        for row in connection.execute(sa.select(versions.c.version, versions.c.text))
    }
    found = [
        {
            "of": row.reference,
            "concerned": sorted(
                offices_concerned(CASE.validate_python(row.state), packs[row.policy])
            ),
        }
        for row in rows
    ]
    change = sa.update(concerned).where(concerned.c.reference == sa.bindparam("of"))
    connection.execute(change.values(concerned=sa.bindparam("concerned", type_=JSON)), found)


def downgrade() -> None:
    op.drop_index("ix_audit_walks", table_name="audit")
    op.drop_index("ix_audit_by", table_name="audit")
    op.drop_index("ix_audit_shown", table_name="audit")
    op.drop_column("policy_versions", "waiting_is_read")
    op.drop_column("cases", "concerned")
