"""Reports to the regulator on a case, as pages list them: drafted, and how far each has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.case import Case
from domain.clocks.counting import count
from domain.effects import Effects
from domain.events import Event
from rulebook.returns import read_case_report
from store.policies.calendar_versions import published_calendar
from store.tables import RegulatorReportRow

MOVES = frozenset({Event.CASE_REPORT_SUBMITTED, Event.CASE_REPORT_ACKNOWLEDGED})
"""The entries by which a report comes further than its draft."""


def write_case_reports(session: Session, every: Sequence[Effects]) -> None:
    """Keep what these changes draft, each once, and where a report stands that they moved."""
    drafted = [
        {
            "key": draft.key,
            "reference": effects.case.reference,
            "drafted_at": draft.drafted_at,
            "due_at": draft.due_at or _usual_due_at(session, effects.case, draft.drafted_at),
            "facts": draft.facts,
        }
        for effects in every
        for draft in effects.drafts
    ]
    if drafted:
        reports = insert(RegulatorReportRow).on_conflict_do_nothing(index_elements=["key"])
        session.execute(reports, drafted)
    for effects in every:
        if effects.entry.event in MOVES:
            _write_standing(session, effects.case, effects.entry.facts)


def _usual_due_at(session: Session, case: Case, drafted_at: datetime) -> datetime | None:
    """Until when a report is owed where the pack says nothing, in the days of its case."""
    calendar = published_calendar(session, case.calendar)
    within = read_case_report().within
    return count(within, drafted_at, (), calendar, receipt_day_counts=False)[0]


def _write_standing(session: Session, case: Case, facts: Mapping[str, Any]) -> None:
    report = next(each for each in case.reports if each.key == facts["report"])
    at = report.submitted_at
    was_late = and_(RegulatorReportRow.due_at.is_not(None), RegulatorReportRow.due_at < at)
    session.execute(
        update(RegulatorReportRow)
        .where(RegulatorReportRow.key == f"{case.reference}/{report.key}")
        .values(
            status=report.filing.status,
            submissions=report.filing.submissions,
            submitted_at=func.coalesce(RegulatorReportRow.submitted_at, at),
            submitted_by=func.coalesce(RegulatorReportRow.submitted_by, report.submitted_by),
            is_late=or_(RegulatorReportRow.is_late, was_late),
        )
    )
