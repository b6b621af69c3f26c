"""Reports to the regulator: drafted by a ladder, submitted by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.errors import Refusal, Refused
from domain.permission_names import Permission
from domain.permissions import holders, holds
from domain.relations import Reader
from domain.statuses import ReportStatus
from store.evidence.audit import Action, note
from store.reads.tasks import SHOWN_AT_MOST
from store.scope import cases_for, reader_of
from store.tables import CaseRow, RegulatorReportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulatorReport:
    """A report to the regulator: drafted by a ladder, submitted by a person."""

    key: str
    reference: str
    is_submitted: bool
    drafted_at: datetime
    facts: Mapping[str, Any]
    submitted_at: datetime | None
    submitted_by: str | None


def list_reports(session: Session, reader: Reader) -> tuple[RegulatorReport, ...]:
    """Reports to the regulator: drafts first, then newest first."""
    rows = session.scalars(
        _reports(reader)
        .order_by(
            RegulatorReportRow.submitted_at.is_not(None),
            RegulatorReportRow.drafted_at.desc(),
            RegulatorReportRow.key,
        )
        .limit(SHOWN_AT_MOST)
    )
    return tuple(_report(row) for row in rows)


def find_report(session: Session, reader: Reader, key: str) -> RegulatorReport | None:
    """One report, if there is one on a case that this person reports on."""
    row = session.scalar(_reports(reader).where(RegulatorReportRow.key == key))
    return _report(row) if row else None


def submit_report(session: Session, key: str, by: Actor) -> None:
    """Write down that a report went to the regulator. Again, it changes nothing; raises `Refused`
    for anybody but the liaison, and where there is none that this liaison may send."""
    if not holds(by.roles, Permission.REPORT_TO_REGULATOR):
        roles = ", ".join(holders(Permission.REPORT_TO_REGULATOR))
        raise Refused(Refusal.NOT_YOUR_ROLE, roles=roles)
    if find_report(session, reader_of(session, by), key) is None:
        raise Refused(Refusal.UNKNOWN_REFERENCE, reference=key)
    reference = session.scalar(
        update(RegulatorReportRow)
        .where(RegulatorReportRow.key == key, RegulatorReportRow.submitted_at.is_(None))
        .values(status=ReportStatus.SUBMITTED, submitted_at=func.now(), submitted_by=by.person)
        .returning(RegulatorReportRow.reference)
    )
    if reference is not None:
        note(session, Action.REPORT_SUBMITTED, by=by.person, subject=reference)


def _reports(reader: Reader) -> Select[RegulatorReportRow]:
    return (
        select(RegulatorReportRow)
        .join(CaseRow, CaseRow.reference == RegulatorReportRow.reference)
        .where(cases_for(Permission.REPORT_TO_REGULATOR, reader))
    )


def _report(row: RegulatorReportRow) -> RegulatorReport:
    return RegulatorReport(
        key=row.key,
        reference=row.reference,
        is_submitted=row.submitted_at is not None,
        drafted_at=row.drafted_at,
        facts=row.facts,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by,
    )
