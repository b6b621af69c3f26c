"""Texts of a case may be erased once its journal says that two have agreed to it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="the journal entry that says so"
        ),
        sa.Column(
            "erased_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "files", postgresql.JSONB(), nullable=False, comment="digests of its attachments"
        ),
        sa.Column(
            "uploads",
            postgresql.JSONB(),
            nullable=False,
            comment="files to be imported that may hold its row",
        ),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when nothing of it lay outside any more",
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_erasures_reference")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_unfinished",
        "erasures",
        ["erased_at"],
        postgresql_where=sa.text("finished_at is null"),
    )
    op.add_column(
        "kept_forms",
        sa.Column("reference", sa.Text(), nullable=True, comment="the case it is about, if it is"),
    )
    # What these say is held against the running database by `store.evidence.guards`.
    op.execute(
        """
        create function is_erased(wanted text) returns boolean language sql stable as $$
            select exists (
                select from public.journal entry join public.approvals agreed
                on agreed.id = coalesce(entry.facts->>'agreement', entry.key)
                where entry.reference = wanted
                and agreed.outcome = 'approved' and agreed.decided_by <> agreed.requested_by
                and (entry.event = 'erased' and agreed.kind = 'erasure' and agreed.subject = wanted
                    or entry.event = 'erased_when_due' and agreed.kind = 'erase_all_due')
            )
        $$
        """
    )
    op.execute(
        """
        create function refuse_change_but_erasure_of_journal() returns trigger language plpgsql
        as $$
        begin
            if new.words is null and to_jsonb(new) - 'words' = to_jsonb(old) - 'words'
                and public.is_erased(old.reference)
            then
                return new;
            end if;
            raise exception 'the journal is append-only';
        end $$
        """
    )
    op.execute(
        """
        create function refuse_change_but_erasure_of_audit() returns trigger language plpgsql
        as $$
        begin
            if new.facts = old.facts - 'reason'
                and to_jsonb(new) - 'facts' = to_jsonb(old) - 'facts'
                and public.is_erased(old.subject)
            then
                return new;
            end if;
            raise exception 'the audit is append-only';
        end $$
        """
    )
    op.execute("drop trigger journal_is_append_only on journal")
    op.execute(
        "create trigger journal_is_append_only before delete or truncate on journal"
        " for each statement execute function refuse_change_of_journal()"
    )
    op.execute(
        "create trigger journal_is_erased_by_agreement before update on journal"
        " for each row execute function refuse_change_but_erasure_of_journal()"
    )
    op.execute(
        "create trigger audit_is_erased_by_agreement before update on audit"
        " for each row execute function refuse_change_but_erasure_of_audit()"
    )


def downgrade() -> None:
    op.execute("drop trigger audit_is_erased_by_agreement on audit")
    op.execute("drop trigger journal_is_erased_by_agreement on journal")
    op.execute("drop trigger journal_is_append_only on journal")
    op.execute(
        "create trigger journal_is_append_only before update or delete or truncate on journal"
        " for each statement execute function refuse_change_of_journal()"
    )
    op.execute("drop function refuse_change_but_erasure_of_audit()")
    op.execute("drop function refuse_change_but_erasure_of_journal()")
    op.execute("drop function is_erased(text)")
    op.drop_column("kept_forms", "reference")
    op.drop_index("ix_erasures_unfinished", table_name="erasures")
    op.drop_table("erasures")
