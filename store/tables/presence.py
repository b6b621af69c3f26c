"""Who has a case open at the moment."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.base import Base


class PresenceRow(Base):
    """That somebody's page of a case has said it is open. It is about a minute, so it is in no log
    of PostgreSQL's, and gone when that was killed.
    """

    __tablename__ = "presence"
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)
