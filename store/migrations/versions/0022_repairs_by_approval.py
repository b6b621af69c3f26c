"""Requests for a repair are requests like any: those that wait or came to nothing move there."""

from collections.abc import Sequence

from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Of several requests that wait about one case the newest stays open.
    op.execute(
        """
        insert into approvals (
            id, kind, subject, request, reason, requested_by, requested_at, expires_at,
            outcome, decided_by, decided_at, heard_at
        )
        select
            id, 'reset', reference,
            jsonb_build_object(
                'run_id', run_id, 'event_id', event_id, 'point', point, 'shown', preview
            ),
            reason, requested_by, requested_at, now() + interval '7 days',
            case
                when status = 'declined' and decided_by is null then 'taken_back'
                when status = 'declined' then 'declined'
                when newest > 1 then 'expired'
            end,
            decided_by,
            case when status = 'declined' or newest > 1 then coalesce(decided_at, now()) end,
            case when status = 'declined' then coalesce(decided_at, now()) end
        from (
            select repairs.*, row_number() over (
                partition by reference, status order by requested_at desc, id
            ) as newest
            from repairs where status in ('requested', 'declined')
        ) as asked
        on conflict (id) do nothing
        """
    )
    op.execute("delete from repairs where status in ('requested', 'declined')")


def downgrade() -> None:
    op.execute(
        """
        insert into repairs (
            id, reference, run_id, event_id, point, reason, preview, requested_by, requested_at,
            status, decided_by, decided_at
        )
        select
            id, subject, request->>'run_id', (request->>'event_id')::integer, request->>'point',
            reason, request->'shown', requested_by, requested_at,
            case when outcome is null then 'requested' else 'declined' end,
            nullif(decided_by, requested_by), decided_at
        from approvals
        where kind = 'reset' and id not in (select id from repairs)
        """
    )
    op.execute("delete from approvals where kind = 'reset'")
