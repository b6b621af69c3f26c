"""What the liaison does about a report to the regulator on one case (C-21): drafted, worded,
submitted once a second person has agreed, acknowledged by the regulator, corrected.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from domain.acts.base import Act, ActContext, ApprovedAct, Need
from domain.approvals import ApprovalKind
from domain.case import Case, Status
from domain.case_report_templates import ReportText
from domain.case_reports import CaseReport, asked_key, submitted, with_report
from domain.classification import Severity
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission
from domain.policy import CaseRules
from domain.statuses import ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCaseReport(Act):
    """Begin a report to the regulator about a major case, whether or not a time limit ran out; a
    ladder drafts one by itself.
    """

    kind: Literal["draft_case_report"] = "draft_case_report"

    event = Event.CASE_REPORT_DRAFTED
    permission = Permission.REPORT_TO_REGULATOR
    statuses = frozenset(Status)
    is_free_of_version = True

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if case.severity is not Severity.MAJOR:
            raise Refused(Refusal.NOT_MAJOR)
        if any(each.filing.status is ReportStatus.DRAFT for each in case.reports):
            raise Refused(Refusal.REPORT_DRAFTED_ALREADY)

    def apply(self, case: Case, context: ActContext) -> Case:
        drafted = CaseReport(key=asked_key(case.reports), drafted_at=context.at)
        return replace(case, reports=(*case.reports, drafted))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCaseReport(Act):
    """Write or change what a report says. Of one that was submitted it is a correction in the
    making: what was submitted stays.
    """

    kind: Literal["word_case_report"] = "word_case_report"
    report: str

    event = Event.CASE_REPORT_WORDED
    permission = Permission.REPORT_TO_REGULATOR
    statuses = frozenset(Status)
    words = {each.value: Need.OPTIONAL for each in ReportText}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if not context.words:
            raise Refused(Refusal.REPORT_SAYS_NOTHING)
        return replace(case, reports=with_report(case.reports, report_in(case, self.report)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCaseReport(ApprovedAct):
    """Submit a report to the regulator, or a correction of one, once a second person has agreed to
    just these words.
    """

    kind: Literal["submit_case_report"] = "submit_case_report"
    report: str
    number: int
    """1; a correction is 2 and so on. The same number is submitted once."""
    template: str
    """Its name and version."""
    says: tuple[str, ...]
    """What it says of the case, beside its texts: classes and instants."""

    event = Event.CASE_REPORT_SUBMITTED
    permission = Permission.REPORT_TO_REGULATOR
    statuses = frozenset(Status)
    words = {"reason": Need.REQUIRED, **{each.value: Need.OPTIONAL for each in ReportText}}
    is_free_of_version = True

    def takes_second_person(self, case: Case, conduct: CaseRules) -> ApprovalKind | None:
        return ApprovalKind.SUBMIT_CASE_REPORT

    def apply(self, case: Case, context: ActContext) -> Case:
        report = report_in(case, self.report)
        if self.number != report.filing.submissions + 1:
            raise Refused(Refusal.REPORT_MOVED_ON)
        told = submitted(report, by=context.by.person, at=context.at)
        return replace(case, reports=with_report(case.reports, told))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReportReceipt(Act):
    """Write down by which number and when the regulator said that it has a report."""

    kind: Literal["note_report_receipt"] = "note_report_receipt"
    report: str
    number: int
    """Of the submission."""
    acknowledged_at: datetime

    event = Event.CASE_REPORT_ACKNOWLEDGED
    permission = Permission.REPORT_TO_REGULATOR
    statuses = frozenset(Status)
    words = {"receipt": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        report = report_in(case, self.report)
        known = replace(report, filing=report.filing.acknowledged(self.number))
        return replace(case, reports=with_report(case.reports, known))


def report_in(case: Case, key: str) -> CaseReport:
    """The report of that key, one that a ladder has drafted among them; raises `Refused` where
    there is none.
    """
    known = next((each for each in case.reports if each.key == key), None)
    if known is not None:
        return known
    drafted = next((each for each in case.fired if each.key == key), None)
    if drafted is None:
        raise Refused(Refusal.NO_SUCH_REPORT)
    return CaseReport(key=key, drafted_at=drafted.at)
