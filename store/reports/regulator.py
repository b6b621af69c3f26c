"""Reports to the regulator on cases: which there are, what each says, what was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from domain.approvals import Approval, ApprovalKind
from domain.case import Case
from domain.case_report_templates import ReportFact, ReportText
from domain.case_reports import facts_said
from domain.events import Event
from domain.paging import PAGE, PageOf, bounds_of
from domain.permission_names import Permission
from domain.relations import Reader
from domain.statuses import ReportStatus
from rulebook.returns import read_case_report
from store.approvals.lists import waiting_about
from store.scope import cases_for
from store.tables import CaseRow, JournalRow, RegulatorReportRow
from store.values import CASE

OF_A_REPORT = (
    Event.CASE_REPORT_WORDED,
    Event.CASE_REPORT_SUBMITTED,
    Event.CASE_REPORT_ACKNOWLEDGED,
)


class ReportList(StrEnum):
    """Which reports a list shows."""

    OPEN = "reports_open"
    """Drafts, and what was submitted and not acknowledged yet."""
    LATE = "reports_late"
    SUBMITTED = "reports_submitted"
    EVERY = "reports_every"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """A report as a list shows it."""

    key: str
    reference: str
    status: ReportStatus
    drafted_at: datetime
    due_at: datetime | None
    is_late: bool
    """Overdue, or submitted after its time; it stays so."""
    submissions: int
    facts: Mapping[str, Any]
    """As they were when it was drafted."""
    submitted_at: datetime | None
    submitted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedReport:
    """A report as it was told to the regulator; from the second on a correction."""

    number: int
    template: str
    facts: Mapping[str, str]
    texts: Mapping[str, str]
    reason: str
    submitted_by: str
    approved_by: str
    submitted_at: datetime
    receipt: str = ""
    acknowledged_at: datetime | None = None
    noted_by: str = ""
    """Who wrote the receipt down."""
    changed: tuple[str, ...] = ()
    """The texts and facts that differ from the submission before; empty for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulatorReport:
    """A report with all that it says, and all that was submitted of it."""

    line: ReportLine
    case: Case
    name: str
    """Its key within its case."""
    facts: Mapping[str, str]
    """What its template has it say of the case by itself, as the case stands now."""
    texts: Mapping[str, str]
    """As they were written last."""
    worded_by: str | None
    worded_at: datetime | None
    submissions: tuple[SubmittedReport, ...]
    waiting: Approval | None
    """What a second person has been asked for and not decided on."""

    @property
    def worded_when(self) -> str:
        """By which a form tells whether it was written anew since it was opened."""
        return self.worded_at.isoformat() if self.worded_at else "-"

    @property
    def next_number(self) -> int:
        """Which submission the next one is, as the case counts them."""
        known = next((each for each in self.case.reports if each.key == self.name), None)
        return (known.filing.submissions if known else 0) + 1

    @property
    def has_changed(self) -> bool:
        """Whether it says anything else than what was submitted last."""
        last = self.submissions[-1] if self.submissions else None
        return last is None or bool(_changed(last.facts, self.facts, last.texts, self.texts))


def list_reports(
    session: Session, reader: Reader, shown: ReportList, page: int
) -> PageOf[ReportLine]:
    """The reports on cases that this person reports on: what is due first, then the newest."""
    wanted = _reports(reader).where(_is_shown(shown))
    count = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(
        wanted.order_by(
            RegulatorReportRow.submitted_at.is_not(None),
            RegulatorReportRow.due_at.asc().nulls_last(),
            RegulatorReportRow.drafted_at.desc(),
            RegulatorReportRow.key,
        ).slice(*bounds_of(page))
    )
    return PageOf(lines=tuple(map(_line, rows)), count=count, page=page)


def drafts_waiting(session: Session, reader: Reader) -> tuple[ReportLine, ...]:
    """Reports that this person is to submit, what is due soonest first."""
    rows = session.scalars(
        _reports(reader)
        .where(RegulatorReportRow.status == ReportStatus.DRAFT)
        .order_by(RegulatorReportRow.due_at.asc().nulls_last(), RegulatorReportRow.key)
        .limit(PAGE)
    )
    return tuple(map(_line, rows))


def find_report(session: Session, reader: Reader, key: str) -> RegulatorReport | None:
    """One report, if there is one on a case that this person reports on."""
    found = session.execute(
        _reports(reader).add_columns(CaseRow.state).where(RegulatorReportRow.key == key)
    ).one_or_none()
    if found is None:
        return None
    row, state = found
    case = CASE.validate_python(state)
    name = key.removeprefix(f"{row.reference}/")
    told = _Told()
    for entry in _entries(session, row.reference, name):
        told.take(entry)
    waits = waiting_about(session, row.reference)
    return RegulatorReport(
        line=_line(row),
        case=case,
        name=name,
        facts=_facts_now(row, case),
        texts=told.texts,
        worded_by=told.worded_by,
        worded_at=told.worded_at,
        submissions=tuple(told.submissions),
        waiting=next(
            (each for each in waits if each.kind is ApprovalKind.SUBMIT_CASE_REPORT
             and each.request["act"]["report"] == name), None
        ),
    )  # fmt: skip


@dataclass
class _Told:
    """What the entries of a journal tell of one report, one after the other."""

    texts: dict[str, str] = field(default_factory=dict)
    worded_by: str | None = None
    worded_at: datetime | None = None
    submissions: list[SubmittedReport] = field(default_factory=list)

    def take(self, entry: JournalRow) -> None:
        said = {name: text for name, text in (entry.words or {}).items() if name in set(ReportText)}
        match entry.event:
            case Event.CASE_REPORT_WORDED:
                self.texts, self.worded_by, self.worded_at = said, entry.by, entry.at
            case Event.CASE_REPORT_SUBMITTED:
                facts = facts_said(entry.facts.get("says", ""))
                before = self.submissions[-1] if self.submissions else None
                self.submissions.append(
                    SubmittedReport(
                        number=int(entry.facts["number"]),
                        template=entry.facts["template"],
                        facts=facts,
                        texts=said,
                        reason=(entry.words or {}).get("reason", ""),
                        submitted_by=entry.by,
                        approved_by=entry.facts["approved_by"],
                        submitted_at=entry.at,
                        changed=_changed(before.facts, facts, before.texts, said) if before else (),
                    )
                )
            case Event.CASE_REPORT_ACKNOWLEDGED:
                place = int(entry.facts["number"]) - 1
                self.submissions[place] = replace(
                    self.submissions[place],
                    receipt=(entry.words or {}).get("receipt", ""),
                    acknowledged_at=datetime.fromisoformat(entry.facts["acknowledged_at"]),
                    noted_by=entry.by,
                )


def _changed(
    facts_before: Mapping[str, str],
    facts: Mapping[str, str],
    texts_before: Mapping[str, str],
    texts: Mapping[str, str],
) -> tuple[str, ...]:
    before, after = {**facts_before, **texts_before}, {**facts, **texts}
    names = dict.fromkeys([*after, *before])
    return tuple(name for name in names if before.get(name, "") != after.get(name, ""))


def _entries(session: Session, reference: str, name: str) -> tuple[JournalRow, ...]:
    rows = select(JournalRow).where(
        JournalRow.reference == reference,
        JournalRow.event.in_(OF_A_REPORT),
        JournalRow.facts["report"].astext == name,
    )
    return tuple(session.scalars(rows.order_by(JournalRow.version)))


def _facts_now(row: RegulatorReportRow, case: Case) -> dict[str, str]:
    ran_out = row.facts.get("due_at")
    found = {
        ReportFact.REFERENCE: case.reference,
        ReportFact.UNIT: case.unit,
        ReportFact.CHANNEL: case.channel,
        ReportFact.CATEGORY: case.category,
        ReportFact.SEVERITY: case.severity,
        ReportFact.SITUATION: case.situation,
        ReportFact.RECEIVED_AT: case.received_at.isoformat(),
        ReportFact.STATUS: case.status,
        ReportFact.CLOCK: row.facts.get("clock"),
        ReportFact.DUE_AT: datetime.fromisoformat(ran_out).isoformat() if ran_out else None,
        ReportFact.DRAFTED_AT: row.drafted_at.astimezone(UTC).isoformat(),
    }
    wanted = {row.fact for row in read_case_report().rows}
    return {name.value: str(value) for name, value in found.items() if value and name in wanted}


def _is_shown(shown: ReportList) -> ColumnElement[bool]:
    match shown:
        case ReportList.OPEN:
            return RegulatorReportRow.status != ReportStatus.ACKNOWLEDGED
        case ReportList.LATE:
            return _is_late()
        case ReportList.SUBMITTED:
            return RegulatorReportRow.submitted_at.is_not(None)
        case ReportList.EVERY:
            return true()


def _is_late() -> ColumnElement[bool]:
    overdue = and_(
        RegulatorReportRow.submitted_at.is_(None), RegulatorReportRow.due_at < func.now()
    )
    return or_(RegulatorReportRow.is_late, func.coalesce(overdue, False))


def _reports(reader: Reader) -> Select[RegulatorReportRow]:
    return (
        select(RegulatorReportRow)
        .join(CaseRow, CaseRow.reference == RegulatorReportRow.reference)
        .where(cases_for(Permission.REPORT_TO_REGULATOR, reader))
    )


def _line(row: RegulatorReportRow) -> ReportLine:
    overdue = row.submitted_at is None and row.due_at is not None and row.due_at < datetime.now(UTC)
    return ReportLine(
        key=row.key,
        reference=row.reference,
        status=ReportStatus(row.status),
        drafted_at=row.drafted_at,
        due_at=row.due_at,
        is_late=row.is_late or overdue,
        submissions=row.submissions,
        facts=row.facts,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by,
    )
