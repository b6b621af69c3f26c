"""Published versions of packs and calendars."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class PolicyVersionRow(Base):
    """A published pack: never altered, so a case can keep the version it was received under."""

    __tablename__ = "policy_versions"
    version: Mapped[str] = mapped_column(primary_key=True, comment="name@digest")
    name: Mapped[str]
    text: Mapped[dict[str, Any]] = mapped_column(
        JSON(),  # not JSONB, which would lose the order of the limits
        comment="the pack as parsed, parents merged in",
    )
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    is_current: Mapped[bool] = mapped_column(server_default="true")
    waiting_is_read: Mapped[bool] = mapped_column(
        server_default="true", comment="domain.policy.Pack.waiting_is_read"
    )


class CalendarVersionRow(Base):
    """A working calendar as it stood when dates were computed by it."""

    __tablename__ = "calendar_versions"
    version: Mapped[str] = mapped_column(primary_key=True, comment="name@digest")
    name: Mapped[str]
    text: Mapped[dict[str, Any]]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
