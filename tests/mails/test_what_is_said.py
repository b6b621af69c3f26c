"""Whatever a customer's program makes of it, the words and files of a mail are with its case."""

import time
from collections.abc import Mapping
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from domain.mails import MailFlaw
from relay.mailbox.mime import LARGEST_TEXT, LONGEST_HEADER, MOST_BOUNDARIES, read_mail
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages

WORDS = "我要撤销投诉，钱已退回。"
FOOTER = "This mail was looked at for viruses."
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 120_000


def in_two_forms(plain: str, html: str) -> MIMEMultipart:
    """The same, as most programs send it."""
    both = MIMEMultipart("alternative")
    both.attach(MIMEText(plain, "plain", "utf-8"))
    both.attach(MIMEText(html, "html", "utf-8"))
    return both


def one_after_the_other(*parts: MIMEMultipart | MIMEText) -> MIMEMultipart:
    whole = MIMEMultipart("mixed")
    for each in parts:
        whole.attach(each)
    return whole


HTML = f"<p>{WORDS}</p>"

MADE: Mapping[str, MIMEMultipart | MIMEText] = {
    "an empty plain form": in_two_forms(" \r\n", HTML),
    "a footer of plain text below it": one_after_the_other(
        MIMEText(HTML, "html", "utf-8"), MIMEText(FOOTER, "plain", "utf-8")
    ),
    "a footer of HTML below it": one_after_the_other(
        MIMEText(WORDS, "plain", "utf-8"), MIMEText(f"<p>{FOOTER}</p>", "html", "utf-8")
    ),
    "two forms, and a footer of one": one_after_the_other(
        in_two_forms("", HTML), MIMEText(FOOTER, "plain", "utf-8")
    ),
    "a picture before its words": MIMEText(f'<img src="{PICTURE}"><p>{WORDS}</p>', "html"),
}


@pytest.mark.parametrize("made", MADE)
def test_the_words_are_read_however_a_program_sends_them(
    post: Post, pages: Pages, made: str
) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    mail = MADE[made]
    for name, value in a_mail(answers=receipt).items():
        if not name.startswith(("Content", "MIME")) and name not in mail:
            mail[name] = value
    post.comes_in(mail.as_bytes())
    shown = pages.reads("han", reference)
    assert WORDS in shown
    assert "Read it in the mailbox" not in shown
    assert (FOOTER in shown) == ("footer" in made)


def test_what_is_said_in_two_forms_is_told_once() -> None:
    assert read_mail(in_two_forms("said once", "<p>said once</p>").as_bytes()).text == "said once"


def test_a_file_without_a_name_is_a_file_of_the_case(post: Post, pages: Pages) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    mail = a_mail("a picture", answers=receipt)
    mail.add_attachment(b"%PDF-1.7 scanned", maintype="application", subtype="pdf")
    [file] = mail.iter_attachments()
    del file["Content-Disposition"]
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar")
    post.comes_in(mail)
    shown = pages.reads("han", reference)
    assert "attachment.pdf</bdi></a>" in shown
    assert "attachment.ics</bdi>: not taken, files of this kind are not" in shown


@pytest.mark.parametrize("charset", ["undefined", "idna", "utf-8\x00x", "rot13", "base64"])
def test_a_charset_that_is_none_hides_no_words(charset: str) -> None:
    head = f'Subject: x\r\nContent-Type: text/plain; charset="{charset}"\r\n\r\n'
    mail = read_mail(head.encode() + WORDS.encode())
    assert mail.subject == "x"
    assert mail.text == WORDS


def test_a_text_beyond_all_measure_is_read_from_its_beginning_and_said_to_go_on() -> None:
    mail = read_mail(b"Subject: long\r\n\r\n" + b"0123456789\n" * (LARGEST_TEXT // 4))
    assert mail.text.startswith("0123456789\n0123456789")
    assert MailFlaw.UNREADABLE in [each.flaw for each in mail.left_out]
    assert [each.name for each in mail.files] == ["mail.txt"]


def test_a_mail_of_more_parts_than_anybody_sends_is_known_by_its_head() -> None:
    mail = read_mail(
        b"Subject: apart\r\nIn-Reply-To: <a@b>\r\n\r\n" + b"--\n" * MOST_BOUNDARIES * 2
    )
    assert (mail.subject, mail.answers, mail.text) == ("apart", ("<a@b>",), "")
    assert [each.flaw for each in mail.left_out] == [MailFlaw.UNREADABLE]


def test_no_header_is_so_long_that_all_other_mail_waits_for_it() -> None:
    head = b"Subject: " + b"a b " * (LONGEST_HEADER * 8)
    began = time.process_time()
    mail = read_mail(head + b"\r\n\r\nwhat was written")
    assert time.process_time() - began < 10
    assert mail.subject.startswith("a b a b")
    assert mail.text == "what was written"
