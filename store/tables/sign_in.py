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


class SecondFactorRow(Base):
    """The authenticator of somebody. A code of it opens once: its step only goes forward."""

    __tablename__ = "second_factors"
    person: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(comment="the secret it shares with us, encrypted")
    last_step: Mapped[int] = mapped_column(
        server_default="0", comment="the half minute of the last code that was used"
    )
    set_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RecoveryCodeRow(Base):
    """What opens once in place of a lost authenticator."""

    __tablename__ = "recovery_codes"
    code_hash: Mapped[str] = mapped_column(primary_key=True, comment="SHA-256 of the code, hex")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_recovery_codes_person", "person"),)


class KeptFormRow(Base):
    """What somebody was writing: in a form that they sent when their stay was over, to which only
    their own browser has the key; or in one that they have not sent yet, kept while they type.
    """

    __tablename__ = "kept_forms"
    key_hash: Mapped[str] = mapped_column(
        primary_key=True,
        comment="SHA-256, hex, of the key in the cookie; of one being typed, of whose and which",
    )
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reference: Mapped[str | None] = mapped_column(comment="the case it is about, if it is")
    sealed: Mapped[bytes] = mapped_column(comment="where it was sent to, and what was in it")
    kept_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime] = mapped_column(comment="it is nobody's after that, and goes")
    typed_on: Mapped[str | None] = mapped_column(
        comment="key of the page it is typed on; none for one that was sent"
    )
    revision: Mapped[int] = mapped_column(
        server_default="1", comment="how often it was kept since it was begun"
    )
    __table_args__ = (
        Index("ix_kept_forms_typed", "person", postgresql_where=text("typed_on is not null")),
    )


class IdentityRow(Base):
    """Who somebody of the bank's identity provider is here."""

    __tablename__ = "identities"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True, comment="as the issuer knows them")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime] = mapped_column(server_default=func.now())
