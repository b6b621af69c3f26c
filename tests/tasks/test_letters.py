"""Letters to the customer on the pages of a bank: chosen, filled, looked at, kept, sent and lost.

The mail is real; its PDF is read back by three readers that share nothing.
"""

import asyncio
import hashlib
import re
import subprocess
import threading
from datetime import datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pypdf
import pytest
from flask import Flask
from pdfminer.high_level import extract_text

from domain.acts import Commit, ExplainOverrun, Extend, SendLetter
from domain.case import Milestone, Status
from domain.complaint import Language
from domain.errors import Refusal
from domain.letters import LetterWay
from store.cases import commands
from store.cases.requirements import require_all
from store.database import Sessions
from tests.mail_sink import ACCEPT, UNKNOWN, MailSink
from tests.tasks.letters import (
    ASSIGNED,
    DECIDED,
    FINAL,
    FOUND,
    INSIDE,
    Letters,
    entry,
    in_stans_hands,
    plain,
    stands_in,
)
from tests.tasks.opening import CLOSED
from tests.tasks.work import Work
from tests.waiting import eventually, somebody_waits
from tests.web.browser import Visit
from tests.web.seen import Page
from web.casework.letters import pages
from web.kit.forms import typed_instant
from web.kit.letters import day_of


@pytest.fixture
def reference(work: Work) -> str:
    return in_stans_hands(work)


def read_back(content: bytes, tmp_path: Path) -> tuple[str, str, str]:
    """The text of a PDF as three readers give it back, without what breaks its lines."""
    file = tmp_path / f"{uuid4()}.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True)
    first = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    texts = (told.stdout.decode(), first, extract_text(BytesIO(content)))
    one, two, three = (re.sub(r"\s", "", each) for each in texts)
    return one, two, three


def pdf_of(mail: EmailMessage) -> tuple[str, bytes]:
    [enclosed] = list(mail.iter_attachments())
    assert enclosed.get_content_type() == "application/pdf"
    content = enclosed.get_content()
    assert isinstance(content, bytes)
    return enclosed.get_filename() or "", content


def test_an_acknowledgement_names_the_reference_and_the_promised_date(
    letters: Letters, reference: str, work: Work
) -> None:
    """A-07."""
    due = next(each.due_on for each in work.clocks(reference) if each.key == "reply")
    for language in ("zh", "en"):
        filled = letters.fills(reference, "acknowledgement", language)
        assert reference in filled["opening"]
        assert str(due) in filled["promised_date"]
    assert "尊敬的客户" in letters.fills(reference, "acknowledgement")["greeting"]


def test_it_is_looked_at_before_it_is_kept_and_what_was_typed_stays(
    letters: Letters, reference: str, work: Work
) -> None:
    before = work.case(reference).version
    typed = {**letters.fills(reference, "final-reply"), **FINAL}
    page = letters.browser.send(
        f"/cases/{reference}/letters/new/final-reply/zh", **{**typed, "preview": "yes"}
    )
    sheet = page.text.partition('<article class="letter-sheet"')[2].partition("</article>")[0]
    words = plain(re.sub(r"<[^>]+>", "", sheet))
    assert plain(DECIDED) in words
    assert "处理结果" in words
    again = stands_in(page, f"/cases/{reference}/letters/new/final-reply/zh")
    assert again["findings"] == FOUND
    assert work.case(reference).version == before


def test_a_kept_letter_is_a_pdf_whose_chinese_comes_back_and_the_journal_holds_its_digest(
    letters: Letters, reference: str, sessions: Sessions, tmp_path: Path
) -> None:
    page = letters.keeps(reference, "final-reply", **FINAL)
    written = entry(sessions, reference, "letter_written")
    content = letters.file(written.facts["digest"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == written.facts["digest"]
    for text in read_back(content, tmp_path):
        assert plain(FOUND) in text
        assert plain(DECIDED) in text
        assert "投诉处理结果答复书" in text
        assert reference in text
    saved = letters.browser.get(f"/cases/{reference}/attachments/{page.rpartition('/')[2]}")
    assert saved.data == content


def test_the_journal_says_a_letter_in_the_order_of_the_letter(
    letters: Letters, reference: str
) -> None:
    letters.keeps(reference, "final-reply", **FINAL)
    journal = Page(letters.browser.get(f"/cases/{reference}")).words.partition("Letter written")[2]
    parts = ("Greeting:", "How it begins:", "What was found:", "Result:", "How it ends:")
    said = [journal.index(each) for each in parts]
    assert said == sorted(said)
    assert re.search(r"Size: \d+ bytes", journal)


def test_a_page_looks_again_by_itself_while_the_mail_is_on_its_way(
    letters: Letters, reference: str
) -> None:
    page = letters.keeps(reference, "final-reply", **FINAL)
    assert "Refresh" not in letters.browser.get(page).headers
    letters.sends(page, way="mail", **INSIDE)
    on_its_way = letters.browser.get(page)
    assert int(on_its_way.headers["Refresh"]) > 0
    assert not Page(on_its_way).form("Send the letter").is_unfolded, "it has just gone out"
    letters.posts(reference)
    told = letters.browser.get(page)
    assert "taken by the mail server" in Page(told).words
    assert "Refresh" not in told.headers


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("བོད་སྐད", "has no character for “བ”"),
        ("退至卡 6222021234567890128", "Mask it and go on"),
    ],
)
def test_what_cannot_be_printed_or_must_not_be_written_comes_back_as_it_was_typed(
    letters: Letters, reference: str, work: Work, typed: str, says: str
) -> None:
    before = work.case(reference).version
    url = f"/cases/{reference}/letters/new/final-reply/zh"
    form = {**letters.fills(reference, "final-reply"), **FINAL, "result": typed}
    answer = letters.browser.send(url, **{**form, "keep": "yes"})
    assert answer.status_code == 422
    assert says in answer.text
    assert stands_in(answer, url)["result"] == typed
    assert work.case(reference).version == before


def test_each_version_is_kept_and_the_one_before_is_gone_on_from(
    letters: Letters, reference: str
) -> None:
    first = letters.keeps(reference, "final-reply", **FINAL)
    url = f"/cases/{reference}/letters/new/final-reply/zh?after={first.rpartition('/')[2]}"
    form = stands_in(letters.browser.get(url), f"/cases/{reference}/letters/new/final-reply/zh")
    assert form["findings"] == FOUND
    letters.keeps(reference, "final-reply", **{**FINAL, "result": "另行补偿一百元。"})
    listed = letters.browser.get(f"/cases/{reference}/letters").text
    assert "version 1" in listed
    assert "version 2" in listed
    assert DECIDED in letters.browser.get(first).text, "the first says what it said"


def test_what_a_letter_lacks_is_said_before_it_is_sent_and_no_door_sends_it(
    letters: Letters, reference: str, work: Work, sessions: Sessions
) -> None:
    """A-53."""
    page = letters.keeps(reference, "final-reply", result=DECIDED)
    shown = Page(letters.browser.get(page)).words
    assert "The letter cannot be sent as it stands. It does not say:" in shown
    assert "What we found" in shown
    assert "Telephone" in shown
    assert "Send the letter" not in shown
    status, answer = letters.sends(page, way="mail", **INSIDE)
    assert status == 409
    digest = entry(sessions, reference, "letter_written").facts["digest"]
    refused = work.refused(reference, SendLetter(enclosed=digest, way=LetterWay.MAIL), "stan")
    assert refused.code is Refusal.LETTER_INCOMPLETE
    assert "findings" in refused.facts["missing"]
    assert "What was found" in Page(answer).words
    assert work.case(reference).status is Status.ASSIGNED


def test_a_final_reply_goes_out_as_the_reply_whose_clock_it_stops_with_its_pdf_by_mail(
    letters: Letters, reference: str, work: Work, sessions: Sessions, tmp_path: Path
) -> None:
    page = letters.keeps(reference, "final-reply", **FINAL)
    status, answer = letters.sends(page, way="mail", **INSIDE)
    assert status == 302, answer.text
    assert work.case(reference).status is Status.REPLIED
    assert next(e for e in work.clocks(reference) if e.key == "reply").stopped_at is not None
    replied = entry(sessions, reference, "replied")
    kept = entry(sessions, reference, "letter_written")
    assert replied.facts["enclosed"] == kept.facts["digest"]
    assert replied.facts["way"] == "mail"
    assert replied.words["persons"] == INSIDE["persons"]
    mails = letters.posts(reference)
    about = [each for each in mails if list(each.iter_attachments())]
    assert len(about) == 1, "one mail, one letter"
    name, content = pdf_of(about[0])
    assert name == f"{reference}.pdf"
    assert hashlib.sha256(content).hexdigest() == kept.facts["digest"]
    for text in read_back(content, tmp_path):
        assert plain(FOUND) in text
        assert plain(DECIDED) in text
    body = about[0].get_body()
    assert body is not None
    assert DECIDED in body.get_content(), "whoever opens no file reads it in the mail"
    assert INSIDE["persons"] not in str(body.get_content()), "that is not the customer's"
    assert "By mail, taken by the mail server:" in Page(letters.browser.get(page)).words


def test_a_letter_by_post_is_noted_with_its_day_and_nobody_is_mailed(
    letters: Letters, reference: str, sessions: Sessions, work: Work
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "acknowledgement")
    status, answer = letters.sends(page, way="post", sent_at="")
    assert status == 422
    assert "checked" in answer.text, "what was chosen is kept"
    with_day = "2099-01-01T10:00"
    assert letters.sends(page, way="post", sent_at=with_day)[0] in (409, 422)
    now = Page(letters.browser.get(f"/cases/{reference}")).words
    assert "Letter sent" not in now
    typed = _minute_of(work, reference)
    status, answer = letters.sends(page, way="post", sent_at=typed)
    assert status == 302, answer.text
    sent = entry(sessions, reference, "letter_sent")
    assert sent.facts["way"] == "post"
    assert sent.facts["sent_at"]
    assert letters.posts(reference) == []
    assert "Sent by post:" in Page(letters.browser.get(page)).words


def _minute_of(work: Work, reference: str) -> str:
    """When the complaint came in, as a field holds it."""
    return typed_instant(work.case(reference).received_at)


def test_a_customer_without_an_address_is_not_mailed_to(letters: Letters, work: Work) -> None:
    reference = work.received("head-office", unit="station-outlet")
    work.does(reference, ASSIGNED, "stan")
    page = letters.keeps(reference, "acknowledgement")
    shown = letters.browser.get(page).text
    assert 'value="mail"' not in shown
    assert "No mail address of the customer is known." in shown
    status, answer = letters.sends(page, way="mail")
    assert status == 409
    assert "Send the letter by post, or hand it over." in answer.text


def test_a_letter_that_did_not_arrive_is_shown_on_the_case_until_it_went_another_way(
    letters: Letters, reference: str, sink: MailSink, work: Work
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "acknowledgement")
    letters.sends(page, way="mail")
    sink.answers = [UNKNOWN]
    try:
        assert letters.posts(reference) == []
    finally:
        sink.answers = [ACCEPT]
    lost = "Mail could not be delivered; the customer does not have it."
    assert lost in Page(letters.browser.get(page)).words
    assert (
        "The mail server does not take what the mail says." in Page(letters.browser.get(page)).words
    )
    case_page = Page(letters.browser.get(f"/cases/{reference}")).words
    assert "A letter to the customer could not be delivered:" in case_page
    assert reference in letters.browser.get("/inbox").text, "it is the handler's to tell"
    letters.sends(page, way="handed_over", sent_at=_minute_of(work, reference))
    case_page = Page(letters.browser.get(f"/cases/{reference}")).words
    assert "A letter to the customer could not be delivered" not in case_page


def test_a_damaged_file_is_mailed_to_nobody_and_said(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "acknowledgement")
    letters.sends(page, way="mail")
    file = letters.file(entry(sessions, reference, "letter_written").facts["digest"])
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(b"%PDF-1.7 something else")
    try:
        assert letters.posts(reference) == []
    finally:
        file.write_bytes(content)
    assert "The file of the letter is missing here, or damaged." in letters.browser.get(page).text


def test_a_progress_letter_is_the_word_on_how_the_case_stands(
    letters: Letters, reference: str, work: Work
) -> None:
    """D-16, H-03."""
    page = letters.keeps(reference, "progress", findings="已调取监控录像。")
    status, answer = letters.sends(page, way="mail")
    assert status == 302, answer.text
    assert work.case(reference).reached(Milestone.STATUS_TOLD) is not None
    mails = letters.posts(reference)
    assert any(list(each.iter_attachments()) for each in mails)


def test_an_extension_letter_waits_for_the_later_date(letters: Letters, reference: str) -> None:
    """A-37: what was not granted is promised to nobody."""
    filled = letters.fills(reference, "extension")
    assert filled["promised_date"] == ""
    page = letters.keeps(reference, "extension", reason="正在等待卡组织回复。")
    assert "When you will have our answer" in Page(letters.browser.get(page)).words


def test_an_extension_letter_names_the_day_that_was_promised_or_granted_last(
    letters: Letters, reference: str, work: Work
) -> None:
    own = next(each.due_at for each in work.clocks(reference) if each.key == "reply")
    assert own is not None

    def day(at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"

    earlier, later = own - timedelta(hours=25), own + timedelta(days=20)
    work.does(reference, Commit(until_at=earlier), "stan", "reason")
    assert day(earlier) in letters.fills(reference, "extension")["promised_date"]
    work.does(reference, ExplainOverrun(overrun="reply"), "stan")
    work.do_together(reference, Extend(clock="reply", until_at=later), "stan", "sun")
    assert day(later) in letters.fills(reference, "extension")["promised_date"]
    acknowledged = letters.fills(reference, "acknowledgement")["promised_date"]
    assert day(earlier) in acknowledged, "the first of the two days"


def test_an_invitation_offers_the_survey_and_its_link_stands_in_the_mail_alone(
    app: Flask, sessions: Sessions, sink: MailSink, work: Work, visit: Visit, tmp_path: Path
) -> None:
    """S-02: nobody of the bank answers in the customer's place."""
    letters = Letters(app, sessions, sink, work, visit("han"))
    reference = work.received("head-office", email="wang@example.org", language=Language.ZH)
    for act, by, words in CLOSED:
        work.does(reference, act, by, *words)
    letters.posts(reference)
    page = letters.keeps(reference, "survey-invitation")
    status, answer = letters.sends(page, way="mail")
    assert status == 302, answer.text
    assert work.case(reference).surveys
    [mail] = letters.posts(reference)
    body = mail.get_body()
    assert body is not None
    assert "/survey/" in body.get_content()
    for text in read_back(pdf_of(mail)[1], tmp_path):
        assert "/survey/" not in text
        assert "满意度调查邀请函" in text
    assert "/survey/" not in letters.browser.get(page).text


def test_another_handler_reads_and_writes_nothing_and_whoever_stands_above_may(
    letters: Letters, reference: str, visit: Visit
) -> None:
    page = letters.keeps(reference, "acknowledgement")
    assert visit("han").get(page).status_code == 404
    assert visit("han").get(f"/cases/{reference}/letters").status_code == 404
    assert visit("tess").get(page).status_code == 200


def test_a_letter_of_another_case_is_sent_for_none(
    letters: Letters, reference: str, work: Work, sessions: Sessions
) -> None:
    letters.keeps(reference, "acknowledgement")
    digest = entry(sessions, reference, "letter_written").facts["digest"]
    other = work.received("head-office", unit="station-outlet", email="li@example.org")
    work.does(other, ASSIGNED, "stan")
    refused = work.refused(other, SendLetter(enclosed=digest, way=LetterWay.MAIL), "stan")
    assert refused.code is Refusal.NO_SUCH_LETTER


def test_a_reply_is_sent_as_nothing_less_than_the_reply(
    letters: Letters, reference: str, work: Work, sessions: Sessions
) -> None:
    letters.keeps(reference, "final-reply", **FINAL)
    digest = entry(sessions, reference, "letter_written").facts["digest"]
    refused = work.refused(reference, SendLetter(enclosed=digest, way=LetterWay.MAIL), "stan")
    assert (refused.code, refused.facts["act"]) == (Refusal.LETTER_OF_OTHER_ACT, "reply")


@pytest.mark.parametrize("name", ["final-reply", "acknowledgement"])
def test_a_letter_that_is_sent_by_two_clicks_goes_out_once_and_both_are_told_so(
    letters: Letters, reference: str, name: str
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, name, **(FINAL if name == "final-reply" else {}))
    inside = INSIDE if name == "final-reply" else {}
    click = {"way": "mail", "command_id": str(uuid4()), **inside}
    assert letters.sends(page, **click)[0] == 302
    status, answer = letters.sends(page, **click)
    assert status == 302, Page(answer).alert
    assert len(letters.posts(reference)) == 1


def test_a_letter_that_is_kept_again_after_midnight_is_the_same_letter(
    letters: Letters, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key = f"/cases/{reference}/letters/new/acknowledgement/zh", str(uuid4())
    typed = {**letters.fills(reference, "acknowledgement"), "keep": "yes", "command_id": key}
    first = letters.browser.send(url, **typed)
    assert first.status_code == 302
    monkeypatch.setattr(pages, "day_of", lambda at: day_of(at) + timedelta(days=1))
    again = letters.browser.send(url, **typed)
    assert (again.status_code, again.location) == (302, first.location), Page(again).alert
    otherwise = letters.browser.send(url, **{**typed, "closing": "Yours"})
    assert otherwise.status_code == 409


def test_of_two_who_send_one_letter_in_the_same_moment_the_second_hears_of_the_first(
    letters: Letters,
    reference: str,
    work: Work,
    visit: Visit,
    sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "acknowledgement")
    sent = {"way": "mail", "seen_version": str(work.case(reference).version)}
    first, second = visit("tess"), visit("stan")
    answers: list[int] = []

    def sends_it_too() -> None:
        answer = second.send(f"{page}/dispatches", **sent, command_id=str(uuid4()))
        answers.append(answer.status_code)

    other = threading.Thread(target=sends_it_too)

    def looks_slowly(*said: Any, **more: Any) -> None:
        require_all(*said, **more)
        if other.ident is None:
            other.start()
            is_there = "the other has sent it too, or waits to"
            asyncio.run(eventually(is_there, lambda: answers or somebody_waits(sessions)))

    monkeypatch.setattr(commands, "require_all", looks_slowly)
    assert first.send(f"{page}/dispatches", **sent, command_id=str(uuid4())).status_code == 302
    other.join()
    assert answers == [409]
    work.carry_out_what_waits(reference)
    assert len(letters.posts(reference)) == 1


def test_two_who_send_one_letter_one_after_the_other_write_to_the_customer_once(
    letters: Letters, reference: str, work: Work, visit: Visit
) -> None:
    letters.posts(reference)
    page = letters.keeps(reference, "acknowledgement")
    seen = str(work.case(reference).version)
    assert letters.sends(page, way="mail", seen_version=seen)[0] == 302
    status, answer = letters.sends(page, way="mail", seen_version=seen)
    assert status == 409
    alert = Page(answer).alert
    assert "Somebody changed the case since you opened this page." in alert
    assert "Since then: Letter sent, by stan," in alert
    assert len(letters.posts(reference)) == 1
    assert letters.sends(page, way="mail")[0] == 302, "whoever has seen that it went may repeat it"
    assert len(letters.posts(reference)) == 1
