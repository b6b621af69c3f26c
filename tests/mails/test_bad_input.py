"""What strangers send: too large, broken, made to break things. Each is answered, none is lost."""

import inspect
import sys

import pytest
from sqlalchemy import select

from domain.mails import MailFlaw
from relay.mailbox import watch
from relay.mailbox.mime import read_mail
from store.tables import MailRow
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages


def nested(levels: int) -> bytes:
    """Parts within parts."""
    each = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return b"Subject: nested\r\nMIME-Version: 1.0\r\n" + b"".join(
        each % (level, level) for level in range(levels)
    )


BROKEN = {
    "nothing at all": b"\r\n",
    "no head": b"hello\r\nworld\r\n",
    "no end of its parts": b"Subject: x\r\n"
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
    "parts in parts in parts": nested(50),
    "a charset that nobody knows": b"Subject: y\r\n"
    b"Content-Type: text/plain; charset=klingon\r\n\r\n\xe4\xbd\xa0\r\n",
    "base64 that is none": b"Subject: z\r\nContent-Type: text/plain\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n%%%%\r\n",
    "a head that cannot be taken apart": b"From: =?utf-8?b?\xff?= <@@>\r\nSubject: =?x?q?=\r\n"
    b"Message-ID: <\r\n\r\nstill a text\r\n",
    "control characters": b"Subject: a\x00b\x07c\r\n\r\na\x00b\x1bc\r\n",
    "a report without a body": b"Subject: r\r\nContent-Type: multipart/report;"
    b" report-type=delivery-status; boundary=q\r\n\r\n--q--\r\n",
    "a date of no year": b"Date: yesterday\r\nSubject: d\r\n\r\nlate\r\n",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_mail_is_taken_and_waits_for_somebody(
    post: Post, pages: Pages, broken: str
) -> None:
    before = newest(post)
    post.comes_in(BROKEN[broken])
    assert post.imap.lying() == []
    number = newest(post)
    assert number > before
    listed = "".join(pages.reads("ines", f"/mails?page={page}") for page in range(1, 4))
    assert f'/mails/{number}"' in listed
    assert "Mail of" in pages.reads("ines", f"/mails/{number}")


def test_a_broken_mail_keeps_no_other_one_waiting(post: Post, pages: Pages) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    post.comes_in(nested(49), a_mail("whole", answers=receipt))
    assert "whole" in pages.reads("han", reference)


def test_a_mail_that_nobody_can_take_apart_is_said_to_be_unreadable() -> None:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 40)
    try:
        mail = read_mail(nested(50))
    finally:
        sys.setrecursionlimit(usual)
    assert [each.flaw for each in mail.left_out] == [MailFlaw.UNREADABLE]


def test_of_a_mail_too_large_its_head_is_read_and_its_reader_told_where_the_rest_lies(
    post: Post, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LARGEST_MAIL", 20_000)
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    large = a_mail("x" * 30_000, answers=receipt, subject="a large one")
    post.comes_in(large)
    case = pages.reads("han", reference)
    assert "a large one" in case
    assert "too large to be taken. Read it in the mailbox itself." in case
    assert any(b"x" * 70 in each for each in post.imap.lying("Redress"))


def test_a_file_whose_name_hides_what_it_is_is_not_taken(post: Post, pages: Pages) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    names = {"a\u202efdp.pdf": b"%PDF-1.7", "6222021234567890128.pdf": b"%PDF-1.7"}
    post.comes_in(a_mail("two files", answers=receipt, files=names))
    case = pages.reads("han", reference)
    assert case.count("not taken, its name will not do") == 2
    assert "6222021234567890128" not in case


def newest(post: Post) -> int:
    with post.sessions() as session:
        return session.scalars(select(MailRow.id).order_by(MailRow.id.desc())).first() or 0
