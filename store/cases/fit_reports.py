"""What must hold of a report to the regulator before anything is done to it, and before it goes."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from domain.acts import NoteReportReceipt, SubmitCaseReport, WordCaseReport
from domain.case_report_templates import document_of, flaws_of_case_report
from domain.case_reports import facts_said
from domain.errors import Refusal, Refused
from rulebook.returns import breaches_of, read_case_report
from store.tables import RegulatorReportRow


def require_fit_report(
    session: Session,
    act: WordCaseReport | SubmitCaseReport | NoteReportReceipt,
    reference: str,
    said: Mapping[str, str],
) -> None:
    """Raises `Refused` for a report that there is none of, and for one that its template or the
    schema of its file does not let go, whichever door it comes by.
    """
    if session.get(RegulatorReportRow, f"{reference}/{act.report}") is None:
        raise Refused(Refusal.NO_SUCH_REPORT)
    if not isinstance(act, SubmitCaseReport):
        return
    template = read_case_report()
    facts = facts_said(", ".join(act.says))
    document = document_of(template, facts, said, number=act.number, reason=said.get("reason", ""))
    unfit = [*flaws_of_case_report(template, facts, said), *breaches_of(template.schema, document)]
    if unfit or act.template != template.version:
        raise Refused(Refusal.REPORT_NOT_FIT)
