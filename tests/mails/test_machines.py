"""Mail that machines write: their answers are kept nowhere, and what a person said by one is not
lost."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select

from store.tables import MailRow
from tests.mails.post import WANG, Post, a_mail, a_report
from tests.tasks.pages import Pages

BY_ITSELF: Mapping[str, Mapping[str, str]] = {
    "a form of the website": {"Auto_Submitted": "auto-generated"},
    "a system of the regulator": {"Auto_Submitted": "auto-notified; owner-email=a@b.example"},
    "a system that wants no note of absence": {"X_Auto_Response_Suppress": "all"},
    "a server whose report no program reads": {
        "Auto_Submitted": "auto-replied",
        "X_Failed_Recipients": WANG,
    },
}
"""What says nothing of whether somebody should read it."""

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "a note of absence": {"Auto_Submitted": "auto-replied"},
    "a note that says why": {"Auto_Submitted": "auto-replied (vacation)"},
    "an older note of absence": {"X_Autoreply": "yes"},
    "a note of absence of Exchange": {
        "Auto_Submitted": "auto-generated",
        "X_Auto_Response_Suppress": "All",
    },
}


def last(post: Post) -> MailRow:
    with post.sessions() as session:
        return session.scalars(select(MailRow).order_by(MailRow.id.desc()).limit(1)).one()


@pytest.mark.parametrize("written", BY_ITSELF)
def test_what_a_machine_sends_by_itself_waits_for_somebody(
    post: Post, pages: Pages, written: str
) -> None:
    post.comes_in(
        a_mail("My card was kept.", sender="form@bank.example", **BY_ITSELF[written])  # type: ignore[arg-type]
    )
    assert "My card was kept." in pages.reads("ines", f"/mails/{last(post).id}")


@pytest.mark.parametrize("written", ANSWERS)
def test_what_a_machine_answers_is_kept_nowhere(post: Post, pages: Pages, written: str) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    away = a_mail("I am away.", answers=receipt, files={"logo.png": b"\x89PNG\r\n\x1a\n"})
    for name, value in ANSWERS[written].items():
        away[name.replace("_", "-")] = value
    post.comes_in(away)
    row = last(post)
    assert (row.status, row.subject, row.text) == ("automatic", "", "")
    assert "I am away." not in pages.reads("han", reference)


def test_word_that_a_mail_was_opened_is_kept_nowhere(post: Post, pages: Pages) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    opened = (
        a_report(receipt)
        .replace(b"Auto-Submitted: auto-replied\r\n", b"")
        .replace(b"MAILER-DAEMON@mx.example.org", WANG.encode())
        .replace(b"report-type=delivery-status", b"report-type=disposition-notification")
        .replace(b"message/delivery-status", b"message/disposition-notification")
        .replace(b"Action: failed", b"Disposition: manual-action/MDN-sent-manually; displayed")
    )
    post.comes_in(opened)
    assert last(post).status == "automatic"


@pytest.mark.parametrize("action", ["", "perhaps"])
def test_a_report_that_does_not_say_what_became_of_a_mail_waits_for_somebody(
    post: Post, pages: Pages, action: str
) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    post.comes_in(a_report(receipt, action=action))
    page = pages.reads("ines", f"/mails/{last(post).id}")
    assert "your message could not be delivered" in page


def test_the_answer_of_a_person_through_a_server_that_writes_as_postmaster_is_not_joined(
    post: Post, pages: Pages
) -> None:
    """What a server says in its own words, beside our mail, is not said by the customer."""
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    before = count(post)
    post.comes_in(
        a_mail("Your mail was not delivered.", answers=receipt, sender="postmaster@example.org")
    )
    assert count(post) == before + 1
    assert "Your mail was not delivered." not in pages.reads("han", reference)
    assert "Your mail was not delivered." in pages.reads("ines", f"/mails/{last(post).id}")


def test_a_mail_of_ours_that_lies_in_the_mailbox_too_is_kept_nowhere_else(post: Post) -> None:
    """As when somebody of the staff has no other address, or the bank keeps copies there."""
    [receipt] = post.delivered(post.a_case())
    post.comes_in(receipt)
    assert last(post).status == "automatic"


def count(post: Post) -> int:
    with post.sessions() as session:
        return session.scalar(select(func.count()).select_from(MailRow)) or 0
