"""Lists of open cases are counted and turned through by indexes alone, and the few cases to which
somebody stands in a rare way are found without a look at all others.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN = sa.text("status <> 'closed'")
ASKED_OF = ["status", "channel", "category", "breaches", "rungs", "policy", "handler"]
"""What lists are narrowed by and rights ask for, beside what an index is sorted by."""

LISTS = ("also_complained_about", "in_conflict", "assisting_units")
SINGLE = ("person_complained_about", "host_unit", "disputed_with")


def upgrade() -> None:
    op.create_index(
        "ix_cases_open_due",
        "cases",
        ["next_due_at", "received_at", "reference"],
        postgresql_where=OPEN,
        postgresql_include=["unit", "first_owner", *ASKED_OF],
    )
    op.create_index(
        "ix_cases_open_unit",
        "cases",
        ["unit", "next_due_at", "received_at", "reference"],
        postgresql_where=OPEN,
        postgresql_include=["first_owner", *ASKED_OF],
    )
    op.create_index(
        "ix_cases_first_owner",
        "cases",
        ["first_owner", sa.text("received_at desc"), "reference"],
        postgresql_include=["next_due_at", "unit", *ASKED_OF],
    )
    op.drop_index("ix_cases_unit_queue", "cases")
    op.drop_index("ix_cases_received", "cases")
    op.create_index(
        "ix_cases_received",
        "cases",
        [sa.text("received_at desc"), "reference"],
        postgresql_include=["next_due_at", "unit", "first_owner", *ASKED_OF],
    )
    op.drop_index("ix_cases_queue", "cases")
    op.create_index(
        "ix_cases_queue", "cases", ["handler", "next_due_at"], postgresql_include=["reference"]
    )
    for name in SINGLE:
        op.create_index(
            f"ix_cases_{name}",
            "cases",
            [sa.text(f"(state ->> '{name}')")],
            postgresql_where=sa.text(f"(state ->> '{name}') is not null"),
        )
    for name in LISTS:
        op.create_index(
            f"ix_cases_{name}",
            "cases",
            [sa.text(f"(state -> '{name}')")],
            postgresql_using="gin",
            postgresql_where=sa.text(f"jsonb_array_length(state -> '{name}') > 0"),
        )
    op.create_index(
        "ix_cases_restricted",
        "cases",
        ["reference"],
        postgresql_where=sa.text("jsonb_array_length(state -> 'restricted_to') > 0"),
    )
    op.create_index("ix_cases_concerned", "cases", ["concerned"], postgresql_using="gin")
    op.create_index(
        "ix_cases_wishes",
        "cases",
        ["next_due_at", "reference"],
        postgresql_where=sa.text(
            "status <> 'closed' and (state ->> 'extension_request') is not null"
        ),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["kind", "opened_at", "id"],
        postgresql_where=sa.text("done_at is null"),
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_open", "tasks")
    for name in ("wishes", "concerned", "restricted", *LISTS, *SINGLE):
        op.drop_index(f"ix_cases_{name}", "cases")
    op.drop_index("ix_cases_received", "cases")
    op.create_index("ix_cases_received", "cases", [sa.text("received_at desc"), "reference"])
    op.drop_index("ix_cases_queue", "cases")
    op.create_index("ix_cases_queue", "cases", ["handler", "next_due_at"])
    op.create_index("ix_cases_unit_queue", "cases", ["unit", "status", "next_due_at"])
    for name in ("first_owner", "open_unit", "open_due"):
        op.drop_index(f"ix_cases_{name}", "cases")
