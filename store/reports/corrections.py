"""Corrections of reports that units have submitted: new figures beside those that stay filed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.case import Actor
from domain.complaint import flaws_of_free_text
from domain.errors import NotFit, Refusal, Refused
from domain.report_tables import Table, changed_rows
from rulebook.texts import read_text_limits
from store.evidence.audit import Action, note
from store.reports.periodic import TABLES, figures_now, hold_report, words_of
from store.reports.telling import tell_of_correction
from store.tables import PeriodicReportRow, ReportCorrectionRow
from store.values import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVersion:
    """A report as it was submitted, or corrected."""

    number: int
    """0 for what was submitted first."""
    tables: tuple[Table, ...]
    words: Mapping[str, str]
    """What was written in it, by its parts."""
    cases: int
    by: str
    at: datetime
    reason: str


def versions_of(
    session: Session, unit: str, periodical: str, begins: date
) -> tuple[ReportVersion, ...]:
    """What a unit has submitted for that period, and each correction after it; for whoever may read
    the report itself."""
    first = session.get(PeriodicReportRow, (unit, periodical, begins))
    if first is None:
        return ()
    corrected = session.scalars(
        select(ReportCorrectionRow)
        .where(
            ReportCorrectionRow.unit == unit,
            ReportCorrectionRow.periodical == periodical,
            ReportCorrectionRow.begins == begins,
        )
        .order_by(ReportCorrectionRow.number)
    )
    submitted = ReportVersion(
        number=0,
        tables=TABLES.validate_python(first.tables),
        words=first.words,
        cases=first.cases,
        by=first.submitted_by,
        at=first.submitted_at,
        reason="",
    )
    return (submitted, *map(_version, corrected))


def correct_report(
    session: Session,
    unit: str,
    periodical: str,
    begins: date,
    *,
    by: Actor,
    reason: str,
    now: datetime,
    words: Mapping[str, str] | None = None,
) -> int:
    """Keep the figures as they are now, and what is written now (`words`; None: as it was), beside
    what was submitted, which stays; its receiver is told. Returns the number of the correction.

    Raises `NotFit` for a reason or words that will not do; `Refused` without a reason, for whoever
    may not answer for the report, for one that was not submitted, and where nothing has changed;
    `LookupError` when the unit owes no such report, or is not this person's to answer for.
    """
    if not reason.strip():
        raise Refused(Refusal.WORDS_MISSING, missing="reason")
    limit = read_text_limits().with_an_act
    flaws = flaws_of_free_text("reason", reason, limit)
    if flaws:
        raise NotFit(flaws)
    report = hold_report(session, unit, periodical, begins, by, now)
    known = versions_of(session, unit, periodical, begins)
    if not known:
        raise Refused(Refusal.REPORT_NOT_SUBMITTED)
    last = known[-1]
    written = last.words if words is None else words_of(report.periodical, words)
    tables, cases = figures_now(session, report)
    if not any(changed_rows(last.tables, tables)) and written == last.words:
        raise Refused(Refusal.REPORT_UNCHANGED)
    number = len(known)
    session.add(
        ReportCorrectionRow(
            unit=unit,
            periodical=periodical,
            begins=begins,
            number=number,
            corrected_by=by.person,
            corrected_at=now,
            reason=reason,
            cases=cases,
            tables=to_json(TABLES, tables),
            words=dict(written),
        )
    )
    note(
        session,
        Action.PERIODIC_REPORT_CORRECTED,
        by=by.person,
        subject=unit,
        periodical=periodical,
        begins=begins.isoformat(),
        number=str(number),
    )
    tell_of_correction(session, report.due, by.person, number)
    return number


def _version(row: ReportCorrectionRow) -> ReportVersion:
    return ReportVersion(
        number=row.number,
        tables=TABLES.validate_python(row.tables),
        words=row.words,
        cases=row.cases,
        by=row.corrected_by,
        at=row.corrected_at,
        reason=row.reason,
    )
