"""A customer answers by mail: what was written is with the case, and whoever handles it is told.

The mail that is answered was really sent, and the answer really lies in a mailbox.
"""

import logging
import re

import pytest
from sqlalchemy import select

from domain.acts import AskCustomer
from domain.case import Status
from domain.notices import COMPLAINANT
from store.mail_headers import mail_id_of
from store.tables import JournalRow, MailRow, NoticeRow
from tests.mails.post import WANG, Post, a_mail
from tests.store.erasure.lives import a_closed_case, erased
from tests.tasks.opening import CLOSED
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Visit
from tests.web.seen import Page

FOUND = "收据找到了，见附件：那天机器上没有退卡。"


@pytest.fixture
def reference(post: Post) -> str:
    return post.a_case()


def conversation(page: str) -> str:
    """What a page of a case shows of the conversation."""
    return page.partition('id="conversation"')[2].partition("</section>")[0]


def test_an_answer_to_a_mail_stands_in_the_case_and_in_the_inbox_of_its_handler(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_mail(FOUND, subject="Re: 投诉", answers=receipt))
    shown = conversation(pages.reads("han", reference))
    assert FOUND in shown
    assert "Re: 投诉" in shown
    assert "w***@example.org" in shown
    assert WANG not in shown
    assert "Make sure who wrote it" not in shown
    inbox = pages.reads("han", "/inbox")
    assert f'Mail of the customer received</strong>: <a href="/cases/{reference}"' in inbox
    assert FOUND not in inbox


def test_what_was_taken_is_moved_out_of_the_mailbox_and_deleted_nowhere(
    post: Post, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    mail = a_mail("moved out of the way", answers=receipt)
    post.comes_in(mail)
    assert post.imap.lying() == []
    assert any(b"moved out of the way" in each for each in post.imap.lying("Redress"))


def test_it_decides_nothing_and_the_clocks_go_on_as_before(
    post: Post, work: Work, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    before, clocks = work.case(reference), work.clocks(reference)
    post.comes_in(a_mail(answers=receipt))
    after = work.case(reference)
    assert (after.status, after.milestones, after.tasks) == (
        before.status, before.milestones, before.tasks,
    )  # fmt: skip
    assert work.clocks(reference) == clocks
    assert after.version == before.version + 1


def test_its_files_are_files_of_the_case_held_to_what_every_file_is_held_to(
    post: Post, pages: Pages, visit: Visit, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    scan = b"%PDF-1.7 a receipt"
    files = {"收据.pdf": scan, "invoice.exe": b"MZ\x00", "empty.pdf": b""}
    post.comes_in(a_mail(FOUND, answers=receipt, files=files))
    browser = visit("han")
    page = browser.get(f"/cases/{reference}")
    saved = browser.get(Page(page).link("收据.pdf"))
    assert saved.data == scan
    assert "收据.pdf" in browser.get(f"/cases/{reference}/attachments").text
    shown = conversation(pages.reads("han", reference))
    assert "invoice.exe</bdi>: not taken, files of this kind are not" in shown
    assert "empty.pdf</bdi>: not taken, the file is empty" in shown


@pytest.mark.parametrize("written", ["{reference}", "Re: {lower}: 我的投诉", "关于{reference}号"])
def test_a_mail_that_names_its_case_and_comes_from_the_address_of_the_customer_is_joined(
    post: Post, pages: Pages, reference: str, written: str
) -> None:
    subject = written.format(reference=reference, lower=reference.lower())
    post.comes_in(a_mail("named in the subject", subject=subject, sender=WANG.upper()))
    assert "named in the subject" in conversation(pages.reads("han", reference))


def test_a_mail_that_names_a_case_and_comes_from_somebody_else_waits(
    post: Post, pages: Pages, work: Work, reference: str
) -> None:
    before = work.case(reference)
    post.comes_in(a_mail("a stranger", subject=reference, sender="li@example.org"))
    assert work.case(reference) == before
    assert "a stranger" not in pages.reads("han", reference)
    assert reference in pages.reads("ines", "/mails")


def test_a_made_up_message_id_opens_no_case(post: Post, work: Work, reference: str) -> None:
    [receipt] = post.delivered(reference)
    before = work.case(reference)
    number = str(receipt["Message-ID"]).partition(".")[0]
    forged = f"{number}.{'0' * 32}@example.org>"
    post.comes_in(a_mail("forged", In_Reply_To=forged, sender="li@example.org"))
    assert work.case(reference) == before


def test_an_answer_from_another_address_is_joined_and_says_so(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_mail("from my office", answers=receipt, sender="wang@office.example"))
    shown = conversation(pages.reads("han", reference))
    assert "from my office" in shown
    assert "It does not come from the address that the complaint has" in shown


def test_of_a_mail_in_html_the_words_are_read(post: Post, pages: Pages, reference: str) -> None:
    [receipt] = post.delivered(reference)
    mail = a_mail("", answers=receipt)
    mail.set_content(
        "<html><head><title>x</title><style>p {color: red}</style></head><body>"
        "<p>第一段</p><p>The <b>second</b> one<br>and a line</p><script>alert(1)</script></body>",
        subtype="html",
    )
    post.comes_in(mail)
    shown = conversation(pages.reads("han", reference))
    said = re.search(r'<div class="narrative">(.*?)</div>', shown, re.DOTALL)
    assert said is not None
    assert said[1].split("\n")[0] == "第一段"
    assert " ".join(said[1].split()) == "第一段 The second one and a line"


def test_chinese_is_read_that_calls_itself_by_too_narrow_a_name(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    mail = a_mail("x", answers=receipt)
    raw = mail.as_bytes().replace(b'charset="utf-8"', b'charset="gb2312"')
    raw = raw.replace(b"7bit", b"8bit").replace(
        b"\n\nx\n", b"\n\n" + "请尽快处理，张镕".encode("gb18030")
    )
    post.comes_in(raw)
    assert "请尽快处理，张镕" in conversation(pages.reads("han", reference))


def test_a_card_number_in_it_is_masked_and_its_reader_is_told(
    post: Post, pages: Pages, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    post.comes_in(a_mail("退至卡 6222021234567890128", answers=receipt))
    shown = conversation(pages.reads("han", reference))
    assert "6222021234567890128" not in shown
    assert "622202" in shown
    assert "was masked" in shown


def test_of_a_text_too_long_to_be_shown_all_is_in_a_file(
    post: Post, visit: Visit, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    whole = "每一行都要读。\n" * 4_000 + "the last line"
    post.comes_in(a_mail(whole, answers=receipt))
    browser = visit("han")
    page = browser.get(f"/cases/{reference}")
    assert "the last line" not in page.text
    assert "the file mail.txt has all of it" in page.text
    assert browser.get(Page(page).link("mail.txt")).data.decode().endswith("the last line")


def test_two_copies_of_a_mail_are_one(post: Post, pages: Pages, reference: str) -> None:
    [receipt] = post.delivered(reference)
    mail = a_mail("sent to two addresses", answers=receipt)
    copy = b"Received: by another.example\r\n" + mail.as_bytes()
    post.comes_in(mail, copy)
    post.comes_in(mail)
    shown = conversation(pages.reads("han", reference))
    assert shown.count("sent to two addresses") == 1
    assert post.imap.lying() == []


def test_an_answer_of_a_machine_is_none(
    post: Post, pages: Pages, work: Work, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    before = work.case(reference)
    away = a_mail("I am on holiday", answers=receipt, Auto_Submitted="auto-replied")
    post.comes_in(away)
    assert work.case(reference) == before
    assert "I am on holiday" not in pages.reads("ines", "/mails")
    with post.sessions() as session:
        kept = session.scalars(select(MailRow).order_by(MailRow.id.desc())).first()
        assert kept is not None
        assert (kept.status, kept.text, kept.subject, bool(kept.sender_address)) == (
            "automatic", "", "", False,
        )  # fmt: skip


def test_while_an_answer_is_awaited_the_handler_is_led_from_the_mail_to_taking_it(
    post: Post, pages: Pages, work: Work, visit: Visit, reference: str
) -> None:
    work.does(reference, AskCustomer(), "han")
    question = post.delivered(reference)[-1]
    post.comes_in(a_mail("It was the machine by the door.", answers=question))
    assert work.case(reference).is_waiting
    page = Page(visit("han").get(f"/cases/{reference}"))
    link = page.link("Go on with it: Record the customer's answer")
    begun = visit("han").get(link.partition("#")[0])
    form = re.search(r'id="take_answer-answer"[^>]*>([^<]*)</textarea>', begun.text)
    assert form is not None
    assert form[1].strip() == "It was the machine by the door."
    pages.does("han", reference, "take_answer", answer="It was the machine by the door.")
    assert not work.case(reference).is_waiting


def test_a_mail_to_a_closed_case_is_joined_and_its_handler_told(
    post: Post, pages: Pages, work: Work, reference: str
) -> None:
    [receipt] = post.delivered(reference)
    closed(work, reference)
    post.comes_in(a_mail("and now it has happened again", answers=receipt))
    assert work.case(reference).status is Status.CLOSED
    shown = pages.reads("han", reference)
    assert "and now it has happened again" in conversation(shown)
    assert "Go on with it: Note that the customer came back" in shown
    assert reference in pages.reads("han", "/inbox")


def test_a_mail_to_an_erased_case_brings_nothing_back_and_its_mails_went_with_it(
    post: Post, pages: Pages, work: Work
) -> None:
    reference = a_closed_case(post.sessions)
    receipt = message_id_of(post, reference)
    post.comes_in(a_mail("before", In_Reply_To=receipt, files={"a.pdf": b"%PDF-1.7 before"}))
    assert "before" in conversation(pages.reads("sun", reference))
    erased(post.sessions, reference)
    version = work.case(reference).version
    post.comes_in(a_mail("after", subject="it comes too late", In_Reply_To=receipt))
    assert work.case(reference).version == version
    assert "it comes too late" in pages.reads("ines", "/mails")
    with post.sessions() as session:
        row = session.scalars(select(MailRow).where(MailRow.reference == reference)).one()
        assert not row.sender_address
        assert not row.sender_name
        entries = select(JournalRow.words).where(JournalRow.reference == reference)
        assert set(session.scalars(entries)) == {None}


def test_nothing_of_a_mail_stands_in_the_log(
    post: Post, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    [receipt] = post.delivered(reference)
    post.comes_in(a_mail(FOUND, answers=receipt, files={"secret.exe": b"MZ"}))
    post.comes_in(a_mail(FOUND, sender="li@example.org"))
    ours = [each for each in caplog.records if each.name != "mail.log"]  # not the test's server
    told = "\n".join(each.getMessage() for each in ours)
    assert "a mail was taken: joined" in told
    assert "a mail was taken: waiting" in told
    for word in (FOUND, WANG, "li@example.org", "secret.exe", reference):
        assert word not in told


def closed(work: Work, reference: str) -> None:
    """The case is answered and closed."""
    for act, by, words in CLOSED[1:]:
        work.does(reference, act, by, *words)


def message_id_of(post: Post, reference: str) -> str:
    """Under which the first word of a case went to its customer."""
    with post.sessions() as session:
        row = session.scalars(
            select(NoticeRow)
            .where(NoticeRow.reference == reference, NoticeRow.recipient == COMPLAINANT)
            .order_by(NoticeRow.id)
        ).first()
        assert row is not None
        return f"<{mail_id_of(session, row.id, row.dedupe_key)}@bank.example>"
