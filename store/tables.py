"""Columns only: what PostgreSQL keeps. Everything personal lies here and nowhere else."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Sequence,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.case import Status


class Base(DeclarativeBase):
    """Named constraints by convention, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
        list[Any]: JSONB(),
    }


case_number = Sequence("case_number", metadata=Base.metadata)


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
    away: Mapped[bool] = mapped_column(server_default="false")
    on_duty: Mapped[bool] = mapped_column(server_default="false")
    active: Mapped[bool] = mapped_column(server_default="true")
    password_hash: Mapped[str | None]
    session_number: Mapped[int] = mapped_column(
        server_default="1", comment="raised to end every session of this person"
    )
    failed_logins: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]


class InvitationRow(Base):
    """A one-time link by which somebody sets the first password."""

    __tablename__ = "invitations"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


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


class CalendarVersionRow(Base):
    """A working calendar as it stood when dates were computed by it."""

    __tablename__ = "calendar_versions"
    version: Mapped[str] = mapped_column(primary_key=True, comment="name@digest")
    name: Mapped[str]
    text: Mapped[dict[str, Any]]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ComplaintRow(Base):
    """What the customer said; never changed."""

    __tablename__ = "complaints"
    reference: Mapped[str] = mapped_column(primary_key=True)
    intake_key: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    recorded_by: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    narrative: Mapped[str]
    demand: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    sender: Mapped[str | None]
    source: Mapped[dict[str, Any]]
    contents: Mapped[str | None] = mapped_column(comment="domain.complaint.Complaint.fingerprint")


class CaseRow(Base):
    """The projection of a case that pages read; only `store.cases.journal` moves it."""

    __tablename__ = "cases"
    reference: Mapped[str] = mapped_column(ForeignKey("complaints.reference"), primary_key=True)
    version: Mapped[int]
    status: Mapped[str]
    channel: Mapped[str]
    category: Mapped[str | None]
    severity: Mapped[str]
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"))
    handler: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    first_owner: Mapped[str]
    policy: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    is_waiting: Mapped[bool] = mapped_column(server_default="false")
    next_due_at: Mapped[datetime | None]
    next_clock: Mapped[str | None]
    breaches: Mapped[int] = mapped_column(server_default="0", comment="clocks that ran out")
    rungs: Mapped[int] = mapped_column(server_default="0", comment="escalation rungs fired")
    state: Mapped[dict[str, Any]] = mapped_column(comment="domain.case.Case")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        CheckConstraint(
            "status in (" + ", ".join(f"'{status}'" for status in Status) + ")", name="status"
        ),
        Index("ix_cases_queue", "handler", "next_due_at"),
        Index("ix_cases_unit_queue", "unit", "status", "next_due_at"),
        Index("ix_cases_status_due", "status", "next_due_at"),
    )


class ClockRow(Base):
    """A clock of a case with the proof of its date."""

    __tablename__ = "clocks"
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    breached: Mapped[bool]
    nature: Mapped[str]
    planned_in_version: Mapped[int] = mapped_column(comment="journal version that planned it so")
    clock: Mapped[dict[str, Any]] = mapped_column(comment="domain.clocks.Clock")
    derivation: Mapped[dict[str, Any]] = mapped_column(comment="domain.clocks.Derivation")


class JournalRow(Base):
    """One entry of a case's journal, chained to the one before by its hash."""

    __tablename__ = "journal"
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    event: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(comment="when it happened")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    facts: Mapped[dict[str, Any]]
    words: Mapped[dict[str, Any] | None] = mapped_column(
        comment="texts; personal; null once erased"
    )
    words_digest: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (
        UniqueConstraint("reference", "key"),
        Index("ix_journal_at", "at"),
    )


class CommandRow(Base):
    """Something a person asked for: stored first, then delivered to the case's workflow."""

    __tablename__ = "commands"
    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    act: Mapped[dict[str, Any]] = mapped_column(comment="domain.acts.AnyAct")
    words: Mapped[dict[str, Any]] = mapped_column(comment="texts; personal")
    by: Mapped[dict[str, Any]] = mapped_column(comment="domain.case.Actor at that moment")
    seen_version: Mapped[int | None]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status: Mapped[str] = mapped_column(server_default="stored")
    answered_at: Mapped[datetime | None]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(comment="code and facts")
    __table_args__ = (
        CheckConstraint("status in ('stored', 'accepted', 'refused')", name="status"),
        Index("ix_commands_reference", "reference", "stored_at"),
        Index("ix_commands_stored", "stored_at", postgresql_where=text("status = 'stored'")),
    )


class AttachmentRow(Base):
    """A file somebody put with a case. The file itself lies under its digest beside PostgreSQL."""

    __tablename__ = "attachments"
    command: Mapped[str] = mapped_column(
        ForeignKey("commands.id"),
        primary_key=True,
        comment="the act that brought it; its words name it",
    )
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    digest: Mapped[str] = mapped_column(comment="SHA-256, by which its file is found")
    size: Mapped[int] = mapped_column(BigInteger, comment="bytes")
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        Index("ix_attachments_reference", "reference", "stored_at"),
        Index("ix_attachments_digest", "digest"),
    )


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


class NoticeRow(Base):
    """Word to somebody: what the in-app inbox shows and what is sent outside."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    version: Mapped[int] = mapped_column(comment="the journal entry it speaks of")
    recipient: Mapped[str]
    about: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    delivery: Mapped[str] = mapped_column(
        comment="inbox: nothing to send; pending; sent; dead: somebody must see to it"
    )
    round: Mapped[int] = mapped_column(
        server_default="0", comment="raised each time somebody has a dead notice tried again"
    )
    attempts: Mapped[int] = mapped_column(server_default="0", comment="tries of this round")
    tried_at: Mapped[datetime | None] = mapped_column(comment="the last sign of life")
    carried_by: Mapped[list[str]] = mapped_column(
        server_default="[]", comment="gateways that have taken it, never asked again"
    )
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(comment="a gateway's words; may be personal")
    __table_args__ = (
        CheckConstraint("delivery in ('inbox', 'pending', 'sent', 'dead')", name="delivery"),
        Index("ix_notices_recipient", "recipient", "written_at"),
        Index("ix_notices_delivery", "delivery", "written_at"),
    )


class TaskRow(Base):
    """Something a person must do that is not an act on a case by itself."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    kind: Mapped[str]
    person: Mapped[str | None]
    role: Mapped[str]
    opened_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    __table_args__ = (Index("ix_tasks_person", "person", "done_at"),)


class RegulatorReportRow(Base):
    """A report to the regulator, drafted by a ladder and finished by the liaison (C-21)."""

    __tablename__ = "regulator_reports"
    key: Mapped[str] = mapped_column(primary_key=True, comment="reference/step key")
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    status: Mapped[str] = mapped_column(server_default="draft")
    drafted_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]


class PeriodicReportRow(Base):
    """A report that a unit owed for a stretch of time, as it was submitted; never altered."""

    __tablename__ = "periodic_reports"
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    periodical: Mapped[str] = mapped_column(primary_key=True, comment="its name in the pack")
    begins: Mapped[date] = mapped_column(primary_key=True, comment="first day of the stretch")
    ends: Mapped[date] = mapped_column(comment="last day of the stretch")
    policy: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    submitted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    cases: Mapped[int] = mapped_column(comment="how many complaints the figures are of")
    tables: Mapped[list[Any]] = mapped_column(comment="domain.report_tables.Table")


class AuditRow(Base):
    """What people did outside a case's journal: log-ins, refusals, repairs, looks at files."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_subject", "subject"))


class ImportRow(Base):
    """One run of an import: which file, how far it came, what it refused."""

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    file_digest: Mapped[str]
    mapping: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    received: Mapped[int] = mapped_column(server_default="0")
    known: Mapped[int] = mapped_column(server_default="0")
    refused: Mapped[int] = mapped_column(server_default="0")
    oldest_on: Mapped[date | None]


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
    status: Mapped[str] = mapped_column(server_default="requested")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    new_run_id: Mapped[str | None]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("status in ('requested', 'approved', 'declined', 'done')", name="status"),
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
