"""What pages ask of tasks, clocks, handlers and offices is read from indexes alone: open tasks in
their order, dates that are still to be kept, whose cases are whose, and what waits for an office.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0055"
down_revision: str | None = "0057"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ASKED_OF = ["status", "channel", "category", "breaches", "rungs", "policy", "handler"]
"""What lists are narrowed by and rights ask for, beside what an index is sorted by."""

IN_LINE: Mapping[str, tuple[list[Any], list[str], str | None]] = {
    "open_due": (["next_due_at", "received_at", "reference"], ["unit"], "status <> 'closed'"),
    "open_unit": (["unit", "next_due_at", "received_at", "reference"], [], "status <> 'closed'"),
    "late": (
        ["next_due_at", "received_at", "reference"],
        ["unit"],
        "status <> 'closed' and breaches > 0",
    ),
    "escalated": (
        ["next_due_at", "received_at", "reference"],
        ["unit"],
        "status <> 'closed' and rungs > 0",
    ),
    "received": ([sa.text("received_at desc"), "reference"], ["next_due_at", "unit"], None),
}
"""Indexes along which a whole line of units is gone through."""

OPEN = "done_at is null"
RUNS = "stopped_at is null"


def upgrade() -> None:
    _in_line([*ASKED_OF, "concerned"])
    op.drop_index("ix_cases_queue", "cases")
    op.create_index(
        "ix_cases_handler",
        "cases",
        ["handler", "unit", sa.text("received_at desc"), "reference"],
        postgresql_include=["next_due_at", "first_owner", *ASKED_OF[:-1]],
    )
    _tasks_open(["reference"])
    op.create_index(
        "ix_tasks_due",
        "tasks",
        ["due_at", "opened_at", "id"],
        postgresql_where=sa.text(f"{OPEN} and kind = 'duty'"),
        postgresql_include=["reference", "person", "role", "unit"],
    )
    _clocks_due(f"{RUNS} and clock ->> 'superseded' = 'false'")
    op.execute("create statistics clocks_superseded on (clock ->> 'superseded') from clocks")
    op.execute("analyze clocks")


def downgrade() -> None:
    op.execute("drop statistics clocks_superseded")
    _clocks_due(RUNS)
    op.drop_index("ix_tasks_due", "tasks")
    _tasks_open([])
    op.drop_index("ix_cases_handler", "cases")
    op.create_index(
        "ix_cases_queue", "cases", ["handler", "next_due_at"], postgresql_include=["reference"]
    )
    _in_line(ASKED_OF)


def _in_line(asked_of: list[str]) -> None:
    for name, (sorted_by, beside, condition) in IN_LINE.items():
        op.drop_index(f"ix_cases_{name}", "cases")
        op.create_index(
            f"ix_cases_{name}",
            "cases",
            sorted_by,
            postgresql_where=sa.text(condition) if condition else None,
            postgresql_include=[*beside, "first_owner", *asked_of],
        )


def _tasks_open(beside: list[str]) -> None:
    op.drop_index("ix_tasks_open", "tasks")
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["kind", "opened_at", "id"],
        postgresql_where=sa.text(OPEN),
        postgresql_include=beside,
    )


def _clocks_due(condition: str) -> None:
    op.drop_index("ix_clocks_due", "clocks")
    op.create_index(
        "ix_clocks_due",
        "clocks",
        ["due_at"],
        postgresql_where=sa.text(condition),
        postgresql_include=["reference", "nature"],
    )
