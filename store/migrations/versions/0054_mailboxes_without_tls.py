"""Mailboxes whose connection cannot be encrypted."""

from collections.abc import Sequence

from alembic import op

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = "'mailbox_away', 'mailbox_not_let_in', 'mailbox_no_folder', 'mailbox_fault'"


def upgrade() -> None:
    _only(f"{BEFORE}, 'mailbox_not_encrypted'")


def downgrade() -> None:
    op.execute(
        "update mailboxes set trouble = 'mailbox_fault' where trouble = 'mailbox_not_encrypted'"
    )
    _only(BEFORE)


def _only(troubles: str) -> None:
    op.execute("alter table mailboxes drop constraint ck_mailboxes_trouble")
    op.execute(
        f"alter table mailboxes add constraint ck_mailboxes_trouble check (trouble in ({troubles}))"
    )
