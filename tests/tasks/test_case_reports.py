"""A report to the regulator on one case: begun, written, agreed to, submitted, acknowledged,
corrected (C-21)."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from domain.acts import Classify, Flag, NoteReportReceipt, SubmitCaseReport
from domain.case_report_templates import ReportFact
from domain.classification import Category, Mark
from domain.complaint import Language
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.statuses import ReportStatus
from rulebook.returns import read_case_report
from store.database import Sessions
from store.reports.late_reports import tell_of_late_case_reports
from store.tables import RegulatorReportRow
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit, hidden
from tests.web.seen import Page
from web.kit.forms import typed_instant

TEXTS = {
    "summary": "A card machine kept 60,000 yuan and nobody looked after it.",
    "investigation": "The counter was not balanced that evening.",
    "measures": "The sum was paid out; the counter is balanced by two.",
    "contact": "Office for complaints, 010 6000 0000",
}


class Liaison:
    """Whoever reports to the regulator, at the pages of one report."""

    def __init__(self, visit: Visit, work: Work, pages: Pages, reference: str, key: str) -> None:
        self._browser, self._work, self._pages = visit("lin"), work, pages
        self.reference, self.address = reference, f"/reports/{reference}/{key}"

    def reads(self) -> str:
        return Page(self._browser.get(self.address)).words

    def writes(self, **texts: str) -> int:
        status: int = self.sends("", **{**TEXTS, **texts})[0]
        self._work.carry_out_what_waits(self.reference)
        return status

    def sends(self, what: str, **typed: str) -> tuple[int, str]:
        """One of the forms, clicked twice; what comes back the second time."""
        self._browser.get(self.address)
        url, command = self.address.replace("/reports/", f"/reports/{what}", 1), str(uuid4())
        for _ in range(2):
            answer = self._browser.send(url, command_id=command, **typed)
        return answer.status_code, answer.text

    def submits(self, reason: str = "checked") -> None:
        assert self.sends("submission/", reason=reason)[0] == 302
        self._pages.agrees("hong", self.reference)

    def notes_receipt(self, number: int, receipt: str) -> tuple[int, str]:
        sent = self.sends(
            f"receipts/{number}/", receipt=receipt, acknowledged_at=typed_instant(datetime.now(UTC))
        )
        self._work.carry_out_what_waits(self.reference)
        return sent

    def saves(self, ending: str, number: int | None = None) -> bytes:
        asked = f"?number={number}" if number else ""
        url = self.address.replace("/reports/", f"/reports/files/{ending}/", 1)
        answer = self._browser.get(url + asked)
        assert answer.status_code == 200
        return bytes(answer.data)


@pytest.fixture
def major(work: Work, pages: Pages, visit: Visit) -> Liaison:
    """A report that the liaison has begun on a major case."""
    reference = work.received("head-office", narrative="The heron in the vault")
    sorted_ = Classify(category=Category.WORK_ERROR, amount_fen=60_000_00)
    work.does(reference, sorted_, "sun")
    pages.does("lin", reference, "draft_case_report")
    return Liaison(visit, work, pages, reference, "report/1")


def test_the_liaison_begins_a_report_on_a_major_case_and_nobody_else_does(
    major: Liaison, work: Work, pages: Pages
) -> None:
    assert major.reference in pages.reads("lin", "/reports")
    assert "draft" in major.reads()
    assert major.address in pages.reads("lin", "/tasks")
    assert major.address not in pages.reads("hong", "/tasks")
    assert not pages.offers("sun", major.reference, "draft_case_report")
    again = pages.does_not_do("lin", major.reference, "draft_case_report")
    assert "A report on this case is begun already" in again
    ordinary = work.received("head-office")
    assert not pages.offers("lin", ordinary, "draft_case_report")


def test_who_writes_in_a_report_after_somebody_else_did_reads_both_and_loses_nothing(
    major: Liaison, work: Work, visit: Visit
) -> None:
    """Their page was opened before."""
    lin = visit("lin")
    seen = hidden(lin.get(major.address).text, "seen")
    major.writes(summary="Sixty thousand yuan lay in the machine.")
    typed = {**TEXTS, "summary": "The machine kept the notes for a day."}
    answer = lin.send(major.address, command_id=str(uuid4()), seen=seen, **typed)
    assert answer.status_code == 409
    assert "has written in it since you opened it" in answer.text
    assert "The machine kept the notes for a day.</textarea>" in answer.text
    assert "Sixty thousand yuan lay in the machine.</pre>" in answer.text
    assert answer.text.count('<pre class="written">') == 1, "the others say the same"
    seen = hidden(answer.text, "seen")
    again = lin.send(major.address, command_id=str(uuid4()), seen=seen, **typed)
    assert again.status_code == 302, "knowingly"
    work.carry_out_what_waits(major.reference)
    assert "The machine kept the notes for a day." in major.reads()


def test_to_begin_one_is_what_the_liaison_finds_first_on_a_major_case(
    work: Work, pages: Pages
) -> None:
    reference = work.received("head-office")
    sorted_ = Classify(category=Category.WORK_ERROR, amount_fen=60_000_00)
    work.does(reference, sorted_, "sun")
    page = pages.reads("lin", reference)
    found = re.findall(r'id="act-(\w+)"', page)
    assert found[0] == "draft_case_report"
    assert page.index('id="act-draft_case_report"') < page.index("Less usual")


def test_the_task_to_report_leads_to_where_the_report_is_begun_then_to_the_report_and_ends_with_it(
    work: Work, pages: Pages, visit: Visit
) -> None:
    """C-21."""
    title = "Report the major problem to the regulator promptly"
    reference = work.received("trial-three-hotlines")
    work.does(reference, Flag(mark=Mark.GRAVE), "sun", "note")

    def leads_to(words: str) -> str:
        return Page(visit("lin").get("/tasks")).link(f"{words} {reference}")

    assert title in pages.reads("lin", "/tasks")
    begin = leads_to("Begin a report to the regulator")
    assert begin == f"/cases/{reference}?act=draft_case_report#act-draft_case_report"
    assert Page(visit("lin").get(begin)).form("Begin a report to the regulator").is_unfolded
    pages.does("lin", reference, "draft_case_report")
    liaison = Liaison(visit, work, pages, reference, "report/1")
    assert leads_to("Submit a report to the regulator") == liaison.address
    liaison.writes()
    liaison.submits()
    assert title not in pages.reads("lin", "/tasks"), "it is done by being submitted"


def test_what_is_missing_is_told_at_once_and_nobody_is_asked_before(
    major: Liaison, pages: Pages
) -> None:
    page = major.reads()
    for label in ("What happened", "What was found", "Measures taken", "Whom to ask at the bank"):
        assert f"nothing is written yet: {label}" in page
    status, page = major.sends("submission/", reason="checked")
    assert (status, "see what is missing above" in page) == (409, True)
    assert major.reference not in pages.reads("hong", "/approvals")


def test_what_is_written_is_kept_and_told_in_the_journal(major: Liaison, pages: Pages) -> None:
    status, page = major.sends("", summary=" ")
    assert (status, "error-summary" in page) == (422, True)
    status, page = major.sends("", summary="his card 6225 8801 2345 6783")
    assert status == 422
    assert "his card" in page, "what was typed is kept"
    assert major.writes() == 302
    assert TEXTS["summary"] in major.reads()
    journal = pages.reads("sun", major.reference)
    assert journal.count("Report to the regulator written") == 1, "a double click is one act"
    assert "Nothing is written yet" not in major.reads()


def test_the_file_is_held_against_its_schema_before_it_goes(major: Liaison) -> None:
    major.writes(contact="x" * 201)
    assert "Whom to ask at the bank: it may have at most 200 characters" in major.reads()
    status, _page = major.sends("submission/", reason="checked")
    assert status == 409
    major.writes()
    assert "maxLength" not in major.reads()


def test_two_submit_it_and_who_waits_is_told(major: Liaison, work: Work, pages: Pages) -> None:
    major.writes()
    work.post(major.reference)
    status, _page = major.sends("submission/", reason="promptly, as C-21 has it")
    assert status == 302
    waits = pages.reads("hong", "/approvals")
    assert TEXTS["investigation"] in waits, "the second person reads all of it"
    assert "Category: Work error" in waits
    assert "has asked for a second person" in major.reads()
    pages.agrees("hong", major.reference)
    page = major.reads()
    assert "submitted, receipt awaited" in page
    assert "agreed to by hong" in page
    mail = work.post(major.reference)
    assert any("reported to the regulator" in each for each in mail["sun"])
    assert "Report to the regulator submitted" in pages.reads("sun", major.reference)
    assert "To correct it, change its words above and keep them." in page


def test_who_agrees_to_it_reads_the_names_of_its_form(major: Liaison, visit: Visit) -> None:
    """So does whoever reads the journal, in both languages."""
    rows = [row for row in read_case_report().rows if row.fact is not ReportFact.CLOCK]
    texts = {row.name: f"all is well with {row.name}" for row in rows if row.text is not None}
    major.writes(**texts)
    major.sends("submission/", reason="promptly")
    hong, sun = visit("hong"), visit("sun")
    for language in Language:
        for browser in (hong, sun):
            browser.get("/tasks")
            browser.send("/language", language=language)
        asked = Page(hong.get("/approvals")).words.partition(major.reference)[2]
        journal = Page(sun.get(f"/cases/{major.reference}")).words
        assert {"en": "Submission", "zh": "报送次序"}[language] in asked, "which of several it is"
        for row in rows:
            assert row.label[language] in asked
            if row.text is not None:
                told = re.compile(f"{re.escape(row.label[language])}[:：] ?{texts[row.name]}")
                assert told.search(journal), row.name
    for browser in (hong, sun):
        browser.send("/language", language="en")


def test_a_receipt_that_will_not_do_stays_in_the_field_of_its_submission_alone(
    major: Liaison,
) -> None:
    major.writes()
    major.submits()
    major.writes(summary="Said anew.")
    major.submits("corrected")
    page = major.sends("receipts/2/", receipt="R-2", acknowledged_at="2126-01-01T00:00")[1]
    first = page.partition('id="receipt-1"')[2].partition(">")[0]
    second = page.partition('id="receipt-2"')[2].partition(">")[0]
    assert 'value="R-2"' in second
    assert "R-2" not in first
    assert page.count('value="2126-01-01T00:00"') == 1


def test_the_receipt_is_noted_once_and_never_of_the_future(
    major: Liaison, work: Work, pages: Pages
) -> None:
    major.writes()
    major.submits()
    assert "Receipt number: Write down the receipt number." in major.notes_receipt(1, " ")[1]
    for day in ("2126-01-01T00:00", "2026-01-01T00:00"):
        status, page = major.sends("receipts/1/", receipt="R-1", acknowledged_at=day)
        assert status == 422
        assert "cannot have come before it was submitted" in page
        assert 'value="R-1"' in page, "what was typed is kept"
        assert f'value="{day}"' in page
    assert major.notes_receipt(1, "回执-2026-17")[0] == 302
    page = major.reads()
    assert "Receipt number 回执-2026-17" in page
    assert "submitted and acknowledged" in page
    once = NoteReportReceipt(report="report/1", number=1, acknowledged_at=datetime.now(UTC))
    assert work.refused(major.reference, once, "lin").code is Refusal.RECEIPT_NOTED_ALREADY
    assert major.reference not in pages.reads("lin", "/reports")
    assert major.reference in pages.reads("lin", "/reports?show=reports_submitted")


def test_whoever_notes_a_receipt_after_another_reads_theirs_and_keeps_what_was_typed(
    major: Liaison,
) -> None:
    major.writes()
    major.submits()
    typed = {"receipt": "R-2", "acknowledged_at": typed_instant(datetime.now(UTC))}
    assert major.notes_receipt(1, "R-1")[0] == 302
    status, page = major.sends("receipts/1/", **typed)
    assert status == 409
    assert "The receipt of this submission is noted already." in page
    assert "Receipt number R-1" in page
    assert "noted by lin" in page
    assert f"R-2 ({typed['acknowledged_at'].replace('T', ' ')}) was not noted." in page
    assert major.notes_receipt(1, "R-1")[0] == 302, "both have the same number: nothing is lost"


def test_a_reason_stays_in_sight_where_another_has_asked_first(major: Liaison) -> None:
    major.writes()
    assert major.sends("submission/", reason="promptly")[0] == 302
    status, page = major.sends("submission/", reason="as C-21 has it")
    assert (status, "has asked for a second person" in page) == (409, True)
    assert "as C-21 has it" in page


def test_a_correction_says_what_changed_and_why_and_the_first_stays_readable(
    major: Liaison, pages: Pages
) -> None:
    major.writes()
    major.submits()
    first = major.saves("json", 1)
    major.writes(measures="Nothing was paid out after all.")
    assert major.saves("json", 1) == first, "what was submitted stays"
    major.submits("the sum came back on Tuesday")
    page = major.reads()
    assert "Correction 1" in page
    assert "the sum came back on Tuesday" in page
    assert "changed: Measures taken" in page
    assert TEXTS["measures"] in page, "what was told first can be read"
    corrected = json.loads(major.saves("json", 2))
    assert corrected["correction"] is True
    assert corrected["reason"] == "the sum came back on Tuesday"
    assert corrected["texts"]["measures"] == "Nothing was paid out after all."
    assert major.saves("json", 1) == first
    assert pages.reads("sun", major.reference).count("Report to the regulator submitted") == 2


def test_it_is_saved_as_a_document_and_as_files_that_say_the_same(major: Liaison) -> None:
    major.writes(summary="自动取款机吞卡，客户损失六万元，当班人员未处理。")
    major.submits()
    told = json.loads(major.saves("json", 1))
    root = ElementTree.fromstring(major.saves("xml", 1))
    assert {each.tag: each.text for each in root.find("texts") or ()} == told["texts"]
    assert {each.tag: each.text for each in root.find("facts") or ()} == told["facts"]
    assert told["facts"]["category"] == "work_error"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(major.saves("pdf", 1))).pages)
    assert "自动取款机吞卡" in text
    assert major.saves("pdf", 1) == major.saves("pdf", 1)


def test_nobody_submits_alone_nor_what_its_template_does_not_let_go(
    major: Liaison, work: Work
) -> None:
    """By whatever door."""
    act = SubmitCaseReport(
        report="report/1", number=1, template=read_case_report().version, says=("channel=phone",)
    )
    assert work.refused(major.reference, act, "lin").code is Refusal.TAKES_TWO
    with pytest.raises(Refused) as met:
        work.do_together(major.reference, act, "lin", "hong")
    assert met.value.code is Refusal.REPORT_NOT_FIT


def test_a_report_that_a_ladder_has_drafted_is_owed_and_stays_late(
    work: Work, pages: Pages, visit: Visit, sessions: Sessions
) -> None:
    reference = work.received("head-office", category=Category.WORK_ERROR)
    while not _row(sessions, reference):
        work.let_happen(reference, Event.ESCALATED, "reply")
    (row,) = _row(sessions, reference)
    assert row.due_at is not None
    assert row.due_at > row.drafted_at
    with sessions.begin() as session:
        late = datetime.now(UTC) - timedelta(days=1)
        one = RegulatorReportRow.key == row.key
        session.execute(update(RegulatorReportRow).where(one).values(due_at=late))
    for _ in range(2):
        with sessions.begin() as session:
            tell_of_late_case_reports(session, datetime.now(UTC))
    mail = work.post(reference)
    assert sum("Overdue: report to the regulator" in each for each in mail["lin"]) == 1
    assert any("Overdue: report to the regulator" in each for each in mail["hong"])
    assert reference in pages.reads("lin", "/reports?show=reports_late")
    tasks = Page(visit("lin").get("/tasks")).words
    assert "Report to the regulator: Reply, Time limit exceeded" in tasks, "and not a mere Reply"
    liaison = Liaison(visit, work, pages, reference, row.key.removeprefix(f"{reference}/"))
    liaison.writes()
    liaison.submits()
    assert re.search(r"submitted, receipt awaited.*late", liaison.reads())
    (row,) = _row(sessions, reference)
    assert (row.status, row.is_late, row.submissions) == (ReportStatus.SUBMITTED, True, 1)


def _row(sessions: Sessions, reference: str) -> list[RegulatorReportRow]:
    with sessions() as session:
        rows = select(RegulatorReportRow).where(RegulatorReportRow.reference == reference)
        return list(session.scalars(rows))
