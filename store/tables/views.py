"""What people have saved of how they look at lists."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class SavedViewRow(Base):
    """A way of looking at the queue, by name. It holds no case: whoever opens it sees their own."""

    __tablename__ = "saved_views"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    owner: Mapped[str] = mapped_column(ForeignKey("people.id"))
    unit: Mapped[str | None] = mapped_column(
        ForeignKey("units.id"), comment="whose people see it too"
    )
    name: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(
        comment="what the list is narrowed to, and how sorted"
    )
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        UniqueConstraint("owner", "name"),
        Index("ix_saved_views_unit", "unit"),
    )
