"""Tasks of offices: where the office stands, until when, and whether anybody holds it.

The charges of offices that were given before, of which nobody was told, are taken over: whoever is
charged with an open one finds word of it in the inbox. No mail goes out for what lies back so far.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "tasks",
        sa.Column("unit", sa.Text(), nullable=True, comment="where the office of that role stands"),
    )
    op.add_column("tasks", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "tasks",
        sa.Column(
            "is_held",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="false: nobody holds the office, so it has gone up",
        ),
    )
    op.create_index("ix_tasks_reference", "tasks", ["reference"])
    op.create_index(
        "ix_tasks_offices", "tasks", ["role", "unit"], postgresql_where=sa.text("kind = 'duty'")
    )
    op.add_column(
        "notices",
        sa.Column("task", sa.Text(), nullable=True, comment="key of the task it speaks of"),
    )
    op.execute(
        """
        UPDATE tasks
        SET unit = coalesce(facts ->> 'unit', cases.unit)
        FROM cases
        WHERE cases.reference = tasks.reference AND kind IN ('duty', 'acknowledge')
        """
    )
    op.execute(
        """
        UPDATE tasks
        SET facts = facts - 'unit' || jsonb_build_object(
            'number', split_part(substr(key, length(reference) + 2), '/', 3)::int,
            'until', '[]'::jsonb, 'asks', '[]'::jsonb, 'holds_up', '[]'::jsonb
        )
        WHERE kind = 'duty'
        """
    )
    op.execute(
        """
        UPDATE tasks SET is_held = false
        WHERE kind = 'duty' AND person IS NULL AND done_at IS NULL
        """
    )
    op.execute(
        """
        INSERT INTO notices (dedupe_key, reference, version, recipient, about, delivery, task)
        SELECT tasks.key || '/' || tasks.person, tasks.reference, cases.version, tasks.person,
               'task_given', 'inbox', substr(tasks.key, length(tasks.reference) + 2)
        FROM tasks
        JOIN cases ON cases.reference = tasks.reference
        JOIN people ON people.id = tasks.person
        WHERE tasks.kind = 'duty' AND tasks.done_at IS NULL
        ON CONFLICT (dedupe_key) DO NOTHING
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE task IS NOT NULL")
    op.drop_column("notices", "task")
    op.execute(
        """
        UPDATE tasks SET facts = facts || jsonb_build_object('unit', unit) WHERE kind = 'duty'
        """
    )
    op.drop_index("ix_tasks_offices", table_name="tasks")
    op.drop_index("ix_tasks_reference", table_name="tasks")
    op.drop_column("tasks", "is_held")
    op.drop_column("tasks", "due_at")
    op.drop_column("tasks", "unit")
