"""Units, people, invitations and tokens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.approvals import ApprovalOutcome
from store.tables.base import Base, one_of

LONGEST_ID = 64
"""Characters (default). A unit's id labels its cases in Temporal, which ends a workflow by itself
when a label is longer than 2,048 bytes; as JSON writes it, a Chinese character has six."""


def _bounded_id() -> CheckConstraint:
    return CheckConstraint(f"char_length(id) between 1 and {LONGEST_ID}", name="id_length")


class UnitRow(Base):
    """A unit of the bank."""

    __tablename__ = "units"
    id: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    policy: Mapped[str | None] = mapped_column(comment="pack name when the unit has its own (A-26)")
    is_key: Mapped[bool] = mapped_column(
        server_default="false", comment="one of the branches that report more often (A-56)"
    )
    is_closed: Mapped[bool] = mapped_column(
        server_default="false", comment="takes no complaints and has no people any more"
    )
    checked_since: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="nobody is told of daily checks that were due before"
    )
    __table_args__ = (_bounded_id(),)


class PersonRow(Base):
    """Somebody who works with complaints and logs in."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(server_default="")
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"))
    roles: Mapped[list[str]]
    language: Mapped[str] = mapped_column(server_default="zh")
    deputy: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    absent_from: Mapped[date | None] = mapped_column(comment="first day of an absence")
    absent_until: Mapped[date | None] = mapped_column(
        comment="its last day; null while nobody knows"
    )
    on_duty: Mapped[bool] = mapped_column(server_default="false")
    active: Mapped[bool] = mapped_column(server_default="true")
    password_hash: Mapped[str | None]
    __table_args__ = (_bounded_id(),)


class InvitationRow(Base):
    """A one-time link by which somebody sets the first password."""

    __tablename__ = "invitations"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApprovalRow(Base):
    """What one person asks for and a second decides on."""

    __tablename__ = "approvals"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="domain.approvals.ApprovalKind")
    subject: Mapped[str] = mapped_column(comment="id of whom or what it is about")
    request: Mapped[dict[str, Any]] = mapped_column(comment="what is asked for, as its kind knows")
    reason: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    at_console: Mapped[str | None] = mapped_column(
        comment="account of the machine at whose terminal it was asked for"
    )
    outcome: Mapped[str | None] = mapped_column(comment="null while it waits")
    note: Mapped[str] = mapped_column(server_default="", comment="why it was decided so")
    refusal: Mapped[dict[str, Any] | None] = mapped_column(
        comment="the rule that forbade what was agreed to"
    )
    collected_at: Mapped[datetime | None] = mapped_column(
        comment="when whoever asked carried it out"
    )
    heard_at: Mapped[datetime | None] = mapped_column(comment="when whoever asked saw the answer")
    __table_args__ = (
        one_of("outcome", ApprovalOutcome),
        Index("ix_approvals_requested_by", "requested_by", "requested_at"),
        Index(
            "ix_approvals_waiting",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("outcome is null"),
        ),
    )


class TokenRow(Base):
    """What another system shows when it files complaints; the secret itself is kept nowhere."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the secret, hex")
    system: Mapped[str] = mapped_column(comment="the bank's name for the system that holds it")
    units: Mapped[list[str]] = mapped_column(comment="it files for these and all below them")
    channels: Mapped[list[str]]
    first_owner: Mapped[str] = mapped_column(
        ForeignKey("people.id"), comment="who follows its complaints to their end (A-05)"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
