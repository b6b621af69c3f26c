"""A report to the regulator on a case, from its draft to its end (C-21)."""

from dataclasses import replace

from domain.acts import (
    DraftCaseReport,
    NoteReportReceipt,
    SubmitCaseReport,
    WordCaseReport,
    regulator,
)
from domain.case import Fired
from domain.case_reports import CaseReport
from domain.classification import Severity
from domain.errors import Refusal
from domain.filings import Filing
from domain.statuses import ReportStatus
from tests.bank import WHOLE
from tests.builders import MONDAY
from tests.domain.acts.doing import ASSIGNED, CLOSED, LATER, line
from tests.domain.acts.sentences import Sentences

LIN = WHOLE.actor("lin")
MAJOR = replace(ASSIGNED, severity=Severity.MAJOR)
LADDER = "step/reply/regulator"
CLIMBED = replace(
    CLOSED, fired=(Fired(clock="reply", step="regulator", planned_at=MONDAY, at=MONDAY),)
)
TOLD = CaseReport(
    key=LADDER,
    drafted_at=MONDAY,
    filing=Filing(submissions=1),
    submitted_at=MONDAY,
    submitted_by="lin",
)
SUBMITTED = replace(CLIMBED, reports=(TOLD,))
KNOWN = Filing(submissions=1, receipts=(1,))
RECEIPT = NoteReportReceipt(report=LADDER, number=1, acknowledged_at=LATER)


def submission(number: int, report: str = LADDER) -> SubmitCaseReport:
    return SubmitCaseReport(
        report=report,
        number=number,
        template="case-report@0123456789ab",
        says=("channel=phone",),
        approved_by="hong",
    )


class TestRegulator(Sentences):
    about = regulator
    done = (
        line(
            "the liaison begins a report on a major case",
            DraftCaseReport(),
            lambda case: [each.key for each in case.reports] == ["report/1"],
            by=LIN,
            case=MAJOR,
        ),
        line(
            "what a ladder has drafted is written, on a closed case too",
            WordCaseReport(report=LADDER),
            lambda case: case.reports[0].filing.status is ReportStatus.DRAFT,
            by=LIN,
            case=CLIMBED,
            words=("summary",),
        ),
        line(
            "two submit it",
            submission(1),
            lambda case: (
                (case.reports[0].filing.submissions, case.reports[0].submitted_by) == (1, "lin")
                and case.reports[0].filing.status is ReportStatus.SUBMITTED
            ),
            by=LIN,
            case=CLIMBED,
        ),
        line(
            "the regulator has it",
            RECEIPT,
            lambda case: case.reports[0].filing.status is ReportStatus.ACKNOWLEDGED,
            by=LIN,
            case=SUBMITTED,
        ),
    )
    refused = (
        line(
            "on a case that is not major none is begun",
            DraftCaseReport(),
            Refusal.NOT_MAJOR,
            by=LIN,
        ),
        line(
            "nor a second one beside a draft",
            DraftCaseReport(),
            Refusal.REPORT_DRAFTED_ALREADY,
            by=LIN,
            case=replace(MAJOR, reports=(CaseReport(key="report/1", drafted_at=MONDAY),)),
        ),
        line(
            "nothing is written in a report that there is none of",
            WordCaseReport(report="step/forward/regulator"),
            Refusal.NO_SUCH_REPORT,
            by=LIN,
            case=CLIMBED,
            words=("summary",),
        ),
        line(
            "a report that says nothing is none",
            WordCaseReport(report=LADDER),
            Refusal.REPORT_SAYS_NOTHING,
            by=LIN,
            case=CLIMBED,
        ),
        line(
            "the same submission is not made twice",
            submission(1),
            Refusal.REPORT_MOVED_ON,
            by=LIN,
            case=SUBMITTED,
        ),
        line(
            "a draft has no receipt",
            RECEIPT,
            Refusal.REPORT_NOT_SUBMITTED,
            by=LIN,
            case=CLIMBED,
        ),
        line(
            "a receipt is noted once",
            RECEIPT,
            Refusal.RECEIPT_NOTED_ALREADY,
            by=LIN,
            case=replace(CLIMBED, reports=(replace(TOLD, filing=KNOWN),)),
        ),
    )


def test_a_correction_keeps_when_it_was_first_submitted_and_awaits_a_receipt_of_its_own() -> None:
    known = replace(CLIMBED, reports=(replace(TOLD, filing=KNOWN),))
    doing = line("", submission(2), None, by=LIN, case=known, at=LATER).values[0]
    (report,) = doing.done().reports
    assert (report.filing.submissions, report.submitted_at) == (2, MONDAY)
    assert report.filing.status is ReportStatus.SUBMITTED
