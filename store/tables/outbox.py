"""What Temporal must still be told."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class OutboxRow(Base):
    """Something Temporal must still be told; the row goes when it has been."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    key: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind in ('case', 'command', 'notice', 'repair')", name="kind"),
        UniqueConstraint("kind", "key"),
        Index("ix_outbox_next_try_at", "next_try_at"),
    )
