"""The audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base

OF_WALKS = "action in ('walked', 'walk_looked_into')"
"""Rows that the menu of every page asks for: few among many."""


class AuditRow(Base):
    """What people did outside a case's journal: log-ins, refusals, repairs, looks at files."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    address: Mapped[str] = mapped_column(
        server_default="", comment="empty for what nobody asked over a network"
    )
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_by", "by", "at"),
        Index("ix_audit_subject", "subject"),
        Index("ix_audit_walks", "action", "by", "at", postgresql_where=text(OF_WALKS)),
        Index("ix_audit_shown", text("(facts -> 'shown')"), postgresql_using="gin"),
    )
