"""Mail that comes in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

STATUSES = "'waiting', 'joined', 'registered', 'set_aside', 'came_back', 'automatic'"
TROUBLES = "'mailbox_away', 'mailbox_not_let_in', 'mailbox_no_folder', 'mailbox_fault'"


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the same for every copy of a mail"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it lay in the mailbox",
        ),
        sa.Column(
            "taken_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column(
            "is_from_customer",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="whether it comes from the address of the complaint",
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "left_out",
            JSONB(),
            server_default="[]",
            nullable=False,
            comment="domain.mails.LeftOut; names of files may be personal",
        ),
        sa.Column(
            "why",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="why somebody set it aside",
        ),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"status in ({STATUSES})", name=op.f("ck_mails_status")),
        sa.ForeignKeyConstraint(
            ["reference"], ["cases.reference"], name=op.f("fk_mails_reference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    )
    op.create_index(
        "ix_mails_waiting",
        "mails",
        ["received_at", "id"],
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_mails_reference",
        "mails",
        ["reference"],
        postgresql_where=sa.text("reference is not null"),
    )
    op.create_table(
        "mail_files",
        sa.Column("mail", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="SHA-256, by which its file is found"
        ),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="bytes"),
        sa.ForeignKeyConstraint(["mail"], ["mails.id"], name=op.f("fk_mail_files_mail")),
        sa.PrimaryKeyConstraint("mail", "number", name=op.f("pk_mail_files")),
    )
    op.create_index("ix_mail_files_digest", "mail_files", ["digest"])
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.Text(), nullable=False, comment="config.MailboxAddress.name"),
        sa.Column(
            "read_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was last read to its end",
        ),
        sa.Column("trouble", sa.Text(), nullable=True, comment="why it cannot be read"),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"trouble in ({TROUBLES})", name=op.f("ck_mailboxes_trouble")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )


def downgrade() -> None:
    op.drop_table("mailboxes")
    op.drop_table("mail_files")
    op.drop_table("mails")
