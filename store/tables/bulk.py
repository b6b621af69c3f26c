"""Bulk acts: one act that was asked of several cases, and what became of it in each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class BulkActRow(Base):
    """One of them, under the key that its preview was given: it is asked for once."""

    __tablename__ = "bulk_acts"
    id: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(comment="of the act")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("ix_bulk_acts_by", "by", "asked_at"),)


class BulkItemRow(Base):
    """One case of it: the command that was stored, or why none was."""

    __tablename__ = "bulk_items"
    bulk: Mapped[str] = mapped_column(ForeignKey("bulk_acts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(comment="as it was chosen; it may be no case")
    command: Mapped[str | None] = mapped_column(ForeignKey("commands.id"))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(comment="code and facts")
