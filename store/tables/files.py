"""Files put with a case."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class AttachmentRow(Base):
    """A file somebody put with a case. The file itself lies under its digest beside PostgreSQL."""

    __tablename__ = "attachments"
    command: Mapped[str] = mapped_column(
        ForeignKey("commands.id"),
        primary_key=True,
        comment="the act that brought it; its words name it",
    )
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    digest: Mapped[str] = mapped_column(comment="SHA-256, by which its file is found")
    size: Mapped[int] = mapped_column(BigInteger, comment="bytes")
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        Index("ix_attachments_reference", "reference", "stored_at"),
        Index("ix_attachments_digest", "digest"),
    )
