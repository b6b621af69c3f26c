"""Mail that came in, and the mailboxes it is read from."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from domain.mails import MailboxTrouble, MailStatus
from store.personal import Sealed
from store.tables.base import Base, one_of


class MailRow(Base):
    """A mail that was taken. What it says lies here until it is put with a case; then that has
    it. Who wrote is encrypted (`store.mails`)."""

    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True, comment="the same for every copy of a mail")
    status: Mapped[str]
    reference: Mapped[str | None] = mapped_column(ForeignKey("cases.reference"))
    received_at: Mapped[datetime] = mapped_column(comment="when it lay in the mailbox")
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sender_name: Mapped[Sealed]
    sender_address: Mapped[Sealed]
    is_from_customer: Mapped[bool] = mapped_column(
        server_default="false", comment="whether it comes from the address of the complaint"
    )
    subject: Mapped[str]
    text: Mapped[str]
    left_out: Mapped[list[Any]] = mapped_column(
        server_default="[]", comment="domain.mails.LeftOut; names of files may be personal"
    )
    why: Mapped[str] = mapped_column(server_default="", comment="why somebody set it aside")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("status", MailStatus),
        Index(
            "ix_mails_waiting",
            "received_at",
            "id",
            postgresql_where=sql("status = 'waiting'"),
        ),
        Index("ix_mails_reference", "reference", postgresql_where=sql("reference is not null")),
    )


class MailFileRow(Base):
    """A file of a mail that is with no case yet. The file itself lies under its digest beside
    PostgreSQL, as those of cases do."""

    __tablename__ = "mail_files"
    mail: Mapped[int] = mapped_column(BigInteger, ForeignKey("mails.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(comment="SHA-256, by which its file is found")
    size: Mapped[int] = mapped_column(BigInteger, comment="bytes")
    __table_args__ = (Index("ix_mail_files_digest", "digest"),)


class MailboxRow(Base):
    """How the reading of a mailbox stands."""

    __tablename__ = "mailboxes"
    name: Mapped[str] = mapped_column(primary_key=True, comment="config.MailboxAddress.name")
    read_at: Mapped[datetime | None] = mapped_column(comment="when it was last read to its end")
    trouble: Mapped[str | None] = mapped_column(comment="why it cannot be read")
    trouble_since: Mapped[datetime | None]
    __table_args__ = (one_of("trouble", MailboxTrouble),)
