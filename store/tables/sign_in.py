"""Who is logged in from where, and what was tried."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.sign_in import Stage
from store.tables.base import Base, one_of


class StayRow(Base):
    """From one log-in until its end."""

    __tablename__ = "stays"
    id: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(
        unique=True, comment="SHA-256 of the key in the cookie, hex"
    )
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[str]
    address: Mapped[str]
    browser: Mapped[str] = mapped_column(comment="its name and system, as it says itself")
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime] = mapped_column(comment="whatever is asked for until then")
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("stage", Stage),
        Index("ix_stays_open", "person", postgresql_where=text("ended_at is null")),
    )


class KnownBrowserRow(Base):
    """A browser somebody has logged in from, with the address it was at last."""

    __tablename__ = "known_browsers"
    token_hash: Mapped[str] = mapped_column(
        primary_key=True, comment="SHA-256 of the token in its cookie, hex"
    )
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    address: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("ix_known_browsers_person", "person"),)


class ThrottleRow(Base):
    """A bucket of tries. Whose it is cannot be read from its key."""

    __tablename__ = "throttles"
    key: Mapped[str] = mapped_column(primary_key=True, comment="keyed digest of circle and whose")
    level: Mapped[float] = mapped_column(server_default="0")
    counted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    opens_at: Mapped[datetime | None]
