"""Archived histories, repairs and verifications."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.statuses import AssignmentOutcome, RepairStatus, RetryStatus
from store.tables.base import Base, one_of


class HistoryRow(Base):
    """The engine's history of a run that is over, kept for as long as the case is."""

    __tablename__ = "histories"
    run_id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime]
    outcome: Mapped[str]
    events: Mapped[int]
    history: Mapped[bytes] = mapped_column(comment="Temporal's JSON, decrypted, gzip")
    sha256: Mapped[str] = mapped_column(comment="of the JSON, hex; the audit row has it too")
    archived_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        Index("ix_histories_reference", "reference"),
        Index("ix_histories_closed_at", "closed_at"),
    )


class ErasureRow(Base):
    """A case whose texts were erased, and what of it lies outside until it is removed."""

    __tablename__ = "erasures"
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"), primary_key=True)
    version: Mapped[int] = mapped_column(comment="the journal entry that says so")
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())
    files: Mapped[list[str]] = mapped_column(comment="digests of its attachments")
    uploads: Mapped[list[str]] = mapped_column(comment="files to be imported that may hold its row")
    finished_at: Mapped[datetime | None] = mapped_column(
        comment="when nothing of it lay outside any more"
    )
    __table_args__ = (
        Index("ix_erasures_unfinished", "erased_at", postgresql_where=text("finished_at is null")),
    )


class RetryRow(Base):
    """Cases of one incident that are tried again together."""

    __tablename__ = "retries"
    id: Mapped[str] = mapped_column(primary_key=True)
    incident: Mapped[str] = mapped_column(comment="the key of what they share")
    cause: Mapped[str]
    cases: Mapped[list[str]] = mapped_column(comment="in their order; the first goes first")
    tried: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        one_of("status", RetryStatus),
        Index(
            "ix_retries_open",
            "incident",
            unique=True,
            postgresql_where=text("status in ('first', 'running', 'stopped', 'first_failed')"),
        ),
    )


class IncidentAssignmentRow(Base):
    """That somebody has an incident in hand, from when to when."""

    __tablename__ = "incident_assignments"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    incident: Mapped[str] = mapped_column(comment="the key of what is wrong")
    cause: Mapped[str]
    cases: Mapped[list[str]] = mapped_column(comment="those it held up when it was handed over")
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    assigned_by: Mapped[str]
    assigned_at: Mapped[datetime] = mapped_column(server_default=func.now())
    quiet_since: Mapped[datetime | None] = mapped_column(
        comment="since when none of its cases has been held up"
    )
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    outcome: Mapped[str | None]
    __table_args__ = (
        one_of("outcome", AssignmentOutcome),
        Index(
            "ix_incident_assignments_open",
            "incident",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )


class RepairRow(Base):
    """Somebody's wish to take a case's workflow back to a point; a second person decides."""

    __tablename__ = "repairs"
    id: Mapped[str] = mapped_column(primary_key=True, comment="the engine's request id too")
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    run_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(comment="the WorkflowTaskCompleted to go back to")
    point: Mapped[str] = mapped_column(comment="the last business step before it")
    reason: Mapped[str]
    preview: Mapped[dict[str, Any]] = mapped_column(comment="what both persons were shown")
    requested_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status: Mapped[str]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    new_run_id: Mapped[str | None]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("status", RepairStatus),
        CheckConstraint("decided_by is distinct from requested_by", name="four_eyes"),
        Index("ix_repairs_reference", "reference"),
        Index("ix_repairs_status", "status", "requested_at"),
    )


class VerificationRow(Base):
    """What one comparison of rows, workflows and journals found."""

    __tablename__ = "verifications"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    looked_at: Mapped[dict[str, Any]] = mapped_column(comment="how many of what")
    disagreements: Mapped[list[Any]] = mapped_column(comment="domain.verification.Disagreement")
