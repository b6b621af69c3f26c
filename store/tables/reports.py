"""Reports to the regulator and those that units owe."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.early_warning import WATCHED
from domain.events import REPORT_EVENTS
from domain.statuses import AskedReportStatus, ReportStatus
from store.tables.base import Base, one_of


class RegulatorReportRow(Base):
    """A report to the regulator on a case, drafted by a ladder or for a major case (C-21). What the
    case knows of it is read here; what it says lies in the journal."""

    __tablename__ = "regulator_reports"
    key: Mapped[str] = mapped_column(primary_key=True, comment="reference/step key")
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    status: Mapped[str] = mapped_column(server_default=ReportStatus.DRAFT)
    drafted_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(
        comment="until when it is owed; none in drafts of before that was kept"
    )
    facts: Mapped[dict[str, Any]]
    submissions: Mapped[int] = mapped_column(
        server_default="0", comment="how often it was submitted; after the first it is a correction"
    )
    submitted_at: Mapped[datetime | None] = mapped_column(comment="for the first time")
    submitted_by: Mapped[str | None]
    is_late: Mapped[bool] = mapped_column(
        server_default="false", comment="submitted after its time, or told as late; it stays so"
    )
    told_late_at: Mapped[datetime | None] = mapped_column(
        comment="when word went out that it is overdue"
    )
    __table_args__ = (
        one_of("status", ReportStatus),
        Index("ix_regulator_reports_open", "due_at", postgresql_where=text("submitted_at is null")),
    )


class PeriodicReportRow(Base):
    """A report that a unit owed for a reporting period, as it was submitted; never altered."""

    __tablename__ = "periodic_reports"
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"), primary_key=True)
    periodical: Mapped[str] = mapped_column(primary_key=True, comment="its name in the pack")
    begins: Mapped[date] = mapped_column(primary_key=True, comment="first day of the stretch")
    ends: Mapped[date] = mapped_column(comment="last day of the stretch")
    policy: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    submitted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime | None] = mapped_column(
        comment="until when it was owed; none in reports of before that was kept"
    )
    is_late: Mapped[bool] = mapped_column(server_default="false")
    cases: Mapped[int] = mapped_column(comment="how many complaints the figures are of")
    tables: Mapped[list[Any]] = mapped_column(comment="domain.report_tables.Table")
    words: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}", comment="what was written in it, by the parts that its pack names"
    )


class ReportCorrectionRow(Base):
    """A report that a unit owed as it was corrected after it was submitted; never altered, and
    what was submitted stays beside it."""

    __tablename__ = "report_corrections"
    unit: Mapped[str] = mapped_column(primary_key=True)
    periodical: Mapped[str] = mapped_column(primary_key=True)
    begins: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, comment="1 is the first correction")
    corrected_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    corrected_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str]
    cases: Mapped[int] = mapped_column(comment="how many complaints the figures are of")
    tables: Mapped[list[Any]] = mapped_column(comment="domain.report_tables.Table")
    words: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}", comment="what is written in it now, by the parts that its pack names"
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit", "periodical", "begins"],
            ["periodic_reports.unit", "periodic_reports.periodical", "periodic_reports.begins"],
        ),
    )


class ReturnRow(Base):
    """A return as it was submitted to an authority, and each correction of it after; its figures
    are never altered."""

    __tablename__ = "returns"
    name: Mapped[str] = mapped_column(primary_key=True, comment="of its template")
    begins: Mapped[date] = mapped_column(primary_key=True, comment="first day of the period")
    number: Mapped[int] = mapped_column(primary_key=True, comment="1; a correction is 2 and so on")
    ends: Mapped[date] = mapped_column(comment="last day of the period")
    template: Mapped[str] = mapped_column(comment="digest of the template it was made by")
    known_at: Mapped[datetime] = mapped_column(comment="as the journals told of the cases then")
    figures: Mapped[dict[str, Any]] = mapped_column(comment="domain.returns.Figures")
    cases: Mapped[int] = mapped_column(comment="how many cases the figures are of")
    cases_digest: Mapped[str] = mapped_column(comment="of their references and what each counts as")
    submitted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str] = mapped_column(comment="why it is submitted, or corrected, as it is")
    receipt: Mapped[str] = mapped_column(
        server_default="", comment="the authority's number for it; empty until it is known"
    )


class HandOverRow(Base):
    """A file of what was decided about people, made once for the system of human resources."""

    __tablename__ = "hand_overs"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    receipt: Mapped[str] = mapped_column(
        server_default="", comment="number or date of their system; empty until it is known"
    )
    received_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    received_at: Mapped[datetime | None]


class HandOverItemRow(Base):
    """An item of such a file; none goes in two."""

    __tablename__ = "hand_over_items"
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True, comment="domain.hand_over.HandOverItem.key")
    file: Mapped[int] = mapped_column(ForeignKey("hand_overs.number"), index=True)


class ReportEventRow(Base):
    """Something that happened to a report or a check that a unit owes, and of which word went out:
    announced, overdue, missed at close of business (A-26), submitted. Each once; it stays, whatever
    becomes of the report."""

    __tablename__ = "report_events"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    event: Mapped[str]
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"))
    periodical: Mapped[str] = mapped_column(comment="its name in the pack")
    begins: Mapped[date] = mapped_column(comment="first day of the period")
    ends: Mapped[date] = mapped_column(comment="last day of the period")
    policy: Mapped[str] = mapped_column(ForeignKey("policy_versions.version"))
    due_at: Mapped[datetime] = mapped_column(comment="until when the report is owed")
    number: Mapped[int] = mapped_column(
        server_default="0", comment="of the correction; 0 for what happens once"
    )
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        one_of("event", REPORT_EVENTS),
        UniqueConstraint("unit", "periodical", "begins", "event", "number"),
    )


class AskedReportRow(Base):
    """A report that somebody has asked for, over any days and units, and made in the worker."""

    __tablename__ = "asked_reports"
    id: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(comment="domain.reporting.Form")
    units: Mapped[list[str]] = mapped_column(comment="each with those below it")
    begins: Mapped[date] = mapped_column(comment="first day")
    ends: Mapped[date] = mapped_column(comment="last day")
    asked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status: Mapped[str] = mapped_column(server_default=AskedReportStatus.ASKED)
    done: Mapped[int] = mapped_column(server_default="0", comment="complaints read")
    total: Mapped[int | None] = mapped_column(
        comment="complaints there are; none before it was begun"
    )
    made_at: Mapped[datetime | None]
    tables: Mapped[list[Any] | None] = mapped_column(
        comment="domain.report_tables.Table; none until it is made"
    )
    is_whole: Mapped[bool] = mapped_column(
        server_default="false", comment="whether nothing was left out because of who asked"
    )
    __table_args__ = (
        one_of("status", AskedReportStatus),
        Index("ix_asked_reports_asked_by", "asked_by", "asked_at"),
    )


class BoardPackRow(Base):
    """A pack for the board as it was made, the file itself; never altered."""

    __tablename__ = "board_packs"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    unit: Mapped[str | None] = mapped_column(
        ForeignKey("units.id"), comment="with those below it; none when it is of the whole bank"
    )
    units: Mapped[list[str]] = mapped_column(comment="all whose complaints are counted")
    begins: Mapped[date] = mapped_column(comment="first day")
    ends: Mapped[date] = mapped_column(comment="last day")
    language: Mapped[str]
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the file")
    content: Mapped[bytes] = mapped_column(deferred=True, comment="the file, a PDF")
    __table_args__ = (UniqueConstraint("digest", "made_by"),)


class EarlyWarningRow(Base):
    """That a unit, a business or a cause left its usual range in a month, and word of it went out:
    once."""

    __tablename__ = "early_warnings"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    dimension: Mapped[str]
    key: Mapped[str] = mapped_column(comment="the unit, the business or the cause")
    month: Mapped[date] = mapped_column(comment="its first day")
    unit: Mapped[str] = mapped_column(ForeignKey("units.id"), comment="who answers for it")
    number: Mapped[int] = mapped_column(comment="complaints of the month, when it was found")
    usual_at_most: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        one_of("dimension", WATCHED),
        UniqueConstraint("dimension", "key", "month"),
    )
