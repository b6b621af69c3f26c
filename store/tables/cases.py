"""Complaints and cases: receipt, projection, clocks, journal, commands, imports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Sequence,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.case import Status
from domain.statuses import CommandStatus
from domain.uploads import UploadStatus
from store.personal import Sealed
from store.tables.base import Base, one_of

case_number = Sequence("case_number", metadata=Base.metadata)


class ComplaintRow(Base):
    """What the customer said; never changed. Who the customer is, is encrypted
    (`store.customers`), and may be corrected (`store.contacts`)."""

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
    name: Mapped[Sealed]
    phone: Mapped[Sealed]
    email: Mapped[Sealed]
    address: Mapped[Sealed] = mapped_column(server_default="")
    account: Mapped[Sealed] = mapped_column(server_default="")
    name_hash: Mapped[str | None] = mapped_column(comment="store.personal: to be found by")
    phone_hash: Mapped[str | None]
    email_hash: Mapped[str | None]
    account_hash: Mapped[str | None]
    sender: Mapped[str | None]
    source: Mapped[dict[str, Any]]
    contents: Mapped[Sealed | None] = mapped_column(
        comment="domain.complaint.Complaint.fingerprint"
    )
    __table_args__ = (
        Index("ix_complaints_name", "name_hash"),
        Index("ix_complaints_phone", "phone_hash"),
        Index("ix_complaints_email", "email_hash"),
        Index("ix_complaints_account", "account_hash"),
        Index(
            "ix_complaints_grams",
            text("grams_of(complaint_says(reference, subject, narrative, demand))"),
            postgresql_using="gin",
        ),
    )


_ASKED_OF = ("status", "channel", "category", "breaches", "rungs", "policy", "handler")
"""What lists are narrowed by and rights ask for (`store.listed`), beside what sorts them."""

_AND_OFFICES = (*_ASKED_OF, "concerned")
"""And whose offices something waits for: where a whole line of units is gone through."""


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
    next_step_at: Mapped[datetime | None] = mapped_column(
        comment="when a clock of it does something by itself next: domain.clocks.steps.next_step"
    )
    breaches: Mapped[int] = mapped_column(server_default="0", comment="clocks that ran out")
    rungs: Mapped[int] = mapped_column(server_default="0", comment="escalation rungs fired")
    concerned: Mapped[list[str]] = mapped_column(
        server_default="[]", comment="domain.concerns.offices_concerned"
    )
    state: Mapped[dict[str, Any]] = mapped_column(comment="domain.case.Case")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        one_of("status", Status),
        Index(
            "ix_cases_handler",
            "handler",
            "unit",
            text("received_at desc"),
            "reference",
            postgresql_include=["next_due_at", "first_owner", *_ASKED_OF[:-1]],
        ),
        Index(
            "ix_cases_open_due",
            "next_due_at",
            "received_at",
            "reference",
            postgresql_where=text("status <> 'closed'"),
            postgresql_include=["unit", "first_owner", *_AND_OFFICES],
        ),
        Index(
            "ix_cases_open_unit",
            "unit",
            "next_due_at",
            "received_at",
            "reference",
            postgresql_where=text("status <> 'closed'"),
            postgresql_include=["first_owner", *_AND_OFFICES],
        ),
        Index(
            "ix_cases_first_owner",
            "first_owner",
            text("received_at desc"),
            "reference",
            postgresql_include=["next_due_at", "unit", *_ASKED_OF],
        ),
        Index("ix_cases_status_due", "status", "next_due_at"),
        Index(
            "ix_cases_unfinished",
            "next_step_at",
            "reference",
            postgresql_where=text("status <> 'closed' or next_step_at is not null"),
            postgresql_include=["updated_at"],
        ),
        Index(
            "ix_cases_late",
            "next_due_at",
            "received_at",
            "reference",
            postgresql_where=text("status <> 'closed' and breaches > 0"),
            postgresql_include=["unit", "first_owner", *_AND_OFFICES],
        ),
        Index(
            "ix_cases_escalated",
            "next_due_at",
            "received_at",
            "reference",
            postgresql_where=text("status <> 'closed' and rungs > 0"),
            postgresql_include=["unit", "first_owner", *_AND_OFFICES],
        ),
        Index(
            "ix_cases_received",
            text("received_at desc"),
            "reference",
            postgresql_include=["next_due_at", "unit", "first_owner", *_AND_OFFICES],
        ),
        Index(
            "ix_cases_wishes",
            "next_due_at",
            "reference",
            postgresql_where=text(
                "status <> 'closed' and (state ->> 'extension_request') is not null"
            ),
        ),
        Index(
            "ix_cases_kept",
            "closed_at",
            "reference",
            postgresql_where=text("status = 'closed' and (state ->> 'erased_at') is null"),
        ),
        # The few cases with which somebody or some unit has something to do apart.
        Index(
            "ix_cases_person_complained_about",
            text("(state ->> 'person_complained_about')"),
            postgresql_where=text("(state ->> 'person_complained_about') is not null"),
        ),
        Index(
            "ix_cases_host_unit",
            text("(state ->> 'host_unit')"),
            postgresql_where=text("(state ->> 'host_unit') is not null"),
        ),
        Index(
            "ix_cases_disputed_with",
            text("(state ->> 'disputed_with')"),
            postgresql_where=text("(state ->> 'disputed_with') is not null"),
        ),
        Index(
            "ix_cases_also_complained_about",
            text("(state -> 'also_complained_about')"),
            postgresql_using="gin",
            postgresql_where=text("jsonb_array_length(state -> 'also_complained_about') > 0"),
        ),
        Index(
            "ix_cases_in_conflict",
            text("(state -> 'in_conflict')"),
            postgresql_using="gin",
            postgresql_where=text("jsonb_array_length(state -> 'in_conflict') > 0"),
        ),
        Index(
            "ix_cases_assisting_units",
            text("(state -> 'assisting_units')"),
            postgresql_using="gin",
            postgresql_where=text("jsonb_array_length(state -> 'assisting_units') > 0"),
        ),
        Index("ix_cases_concerned", "concerned", postgresql_using="gin"),
        Index(
            "ix_cases_restricted",
            "reference",
            postgresql_where=text("jsonb_array_length(state -> 'restricted_to') > 0"),
        ),
        Index(
            "ix_cases_improvements",
            "reference",
            postgresql_where=text("jsonb_array_length(state -> 'improvements') > 0"),
        ),
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
    counted_on: Mapped[date | None] = mapped_column(
        comment="on which day a calendar counts its case: that of its date, once a nature"
    )
    planned_in_version: Mapped[int] = mapped_column(comment="journal version that planned it so")
    clock: Mapped[dict[str, Any]] = mapped_column(comment="domain.clocks.ledger.Clock")
    derivation: Mapped[dict[str, Any]] = mapped_column(comment="domain.clocks.ledger.Derivation")
    __table_args__ = (
        Index(
            "ix_clocks_counted_on",
            "counted_on",
            postgresql_where=text("counted_on is not null"),
            postgresql_include=["reference", "nature"],
        ),
    )


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
    status: Mapped[str] = mapped_column(server_default=CommandStatus.STORED)
    answered_at: Mapped[datetime | None]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(comment="code and facts")
    __table_args__ = (
        one_of("status", CommandStatus),
        Index("ix_commands_reference", "reference", "stored_at"),
        Index("ix_commands_stored", "stored_at", postgresql_where=text("status = 'stored'")),
    )


class ContactCorrectionRow(Base):
    """How a customer is reached, as somebody has typed it: encrypted (`store.contacts`), and only
    until its command is answered. Then the complaint has it, or nobody."""

    __tablename__ = "contact_corrections"
    command: Mapped[str] = mapped_column(ForeignKey("commands.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    digest: Mapped[str] = mapped_column(comment="keyed: tells the same form from another one")
    said: Mapped[Sealed]
    __table_args__ = (
        Index("ix_contact_corrections_reference", "reference"),
        Index("ix_contact_corrections_said", "command", postgresql_where=text("said <> ''")),
    )


class SurveyRow(Base):
    """A link to say how it was: nothing of it but a digest, so the records open none."""

    __tablename__ = "surveys"
    digest: Mapped[str] = mapped_column(primary_key=True, comment="store.survey_codes")
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    number: Mapped[int]
    closes_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("reference", "number"),)


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


class UploadRow(Base):
    """A file somebody handed in to be imported. The file lies beside PostgreSQL under this id."""

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(comment="as its owner calls it")
    mapping: Mapped[dict[str, Any] | None] = mapped_column(comment="desk.imports: how to read it")
    is_confirmed: Mapped[bool] = mapped_column(
        server_default="false", comment="receipts of long ago are right"
    )
    status: Mapped[str] = mapped_column(server_default="uploaded")
    bytes_read: Mapped[int] = mapped_column(BigInteger, server_default="0")
    bytes_all: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any] | None] = mapped_column(comment="what came of it; personal")
    uploaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    held_until: Mapped[datetime | None] = mapped_column(comment="some worker has it in hand")
    is_to_stop: Mapped[bool] = mapped_column(
        server_default="false", comment="somebody has asked the worker to let it be"
    )
    __table_args__ = (
        one_of("status", UploadStatus),
        Index("ix_uploads_by", "by", "uploaded_at"),
    )
