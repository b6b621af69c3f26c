"""Reports to the regulator and those that units owe."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.events import REPORT_EVENTS
from domain.statuses import ReportStatus
from store.tables.base import Base, one_of


class RegulatorReportRow(Base):
    """A report to the regulator, drafted by a ladder and finished by the liaison (C-21)."""

    __tablename__ = "regulator_reports"
    key: Mapped[str] = mapped_column(primary_key=True, comment="reference/step key")
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    status: Mapped[str] = mapped_column(server_default=ReportStatus.DRAFT)
    drafted_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    __table_args__ = (one_of("status", ReportStatus),)


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
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        one_of("event", REPORT_EVENTS),
        UniqueConstraint("unit", "periodical", "begins", "event"),
    )
