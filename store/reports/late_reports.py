"""Word of reports to the regulator that are overdue: told once, also after an outage."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.notices import notices_of_late_report
from domain.statuses import ReportStatus
from store.notices import write_notices
from store.people.directory import directory_above
from store.tables import CaseRow, RegulatorReportRow
from store.values import CASE


def tell_of_late_case_reports(session: Session, now: datetime) -> int:
    """Write down every draft that is overdue, and tell who owes it and human resources; again, it
    changes nothing. Says how many are new.
    """
    late = session.execute(
        select(RegulatorReportRow, CaseRow.state)
        .join(CaseRow, CaseRow.reference == RegulatorReportRow.reference)
        .where(
            RegulatorReportRow.status == ReportStatus.DRAFT,
            RegulatorReportRow.due_at < now,
            RegulatorReportRow.told_late_at.is_(None),
        )
        .order_by(RegulatorReportRow.key)
        .with_for_update(of=RegulatorReportRow, skip_locked=True)
    ).all()
    for row, state in late:
        case = CASE.validate_python(state)
        told = notices_of_late_report(case, row.key, directory_above(session, case.unit))
        write_notices(session, case, told)
        row.told_late_at, row.is_late = now, True
    return len(late)
