"""A mailbox that is away or closed is tried again, and administrators see it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from config import MailboxAddress
from domain.mails import Mail
from relay.mailbox import MailboxWatch
from relay.mailbox import watch as mailbox_watch
from relay.mailbox.mime import read_mail
from store.files.attachments import AttachmentFolder
from store.tables import MailboxRow, MailRow
from tests.imap_server import ImapServer, an_imap_server
from tests.mails.odd_server import HANGS_UP, REFUSES, a_server_that_answers
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ImapServer]:
    """A mail server of this test's own."""
    server = an_imap_server(tmp_path)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def no_mailbox_was_read_before(post: Post) -> None:
    with post.sessions.begin() as session:
        session.execute(delete(MailboxRow))


def watching(post: Post, address: MailboxAddress, folder: Path) -> MailboxWatch:
    return MailboxWatch(post.sessions, address, AttachmentFolder(folder))


def test_one_that_is_away_is_tried_again_and_read_once_it_is_there(
    post: Post, pages: Pages, other: ImapServer, tmp_path: Path
) -> None:
    watch = watching(post, other.address, tmp_path / "files")
    watch.look()
    shown = pages.reads("ada", "/admin/notices")
    assert "Its mail server does not answer" in shown
    assert "it is tried again every minute" in shown
    other.start()
    other.put(a_mail("it waited in vain"))
    watch.look()
    assert other.lying() == []
    shown = pages.reads("ada", "/admin/notices")
    assert "Its mail server does not answer" not in shown
    assert "Last read to its end" in shown


def test_it_says_since_when_and_never_by_which_password(
    post: Post, pages: Pages, other: ImapServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other.start()
    wrong = replace(other.address, password="not-the-password-of-it")
    watch = watching(post, wrong, tmp_path / "files")
    watch.look()
    with post.sessions() as session:
        since = session.scalars(select(MailboxRow.trouble_since)).one()
    watch.look()
    with post.sessions() as session:
        assert session.scalars(select(MailboxRow.trouble_since)).one() == since
    shown = pages.reads("ada", "/admin/notices")
    assert "refuses the name or the password" in shown
    assert "not-the-password-of-it" not in shown + caplog.text + repr(wrong)


def test_one_without_its_folder_is_told_apart_from_one_that_is_away(
    post: Post, pages: Pages, other: ImapServer, tmp_path: Path
) -> None:
    other.start()
    watching(post, replace(other.address, folder="Nowhere"), tmp_path / "files").look()
    assert "A folder is missing there" in pages.reads("ada", "/admin/notices")


def test_two_who_read_one_mailbox_at_once_take_each_mail_once(
    post: Post, other: ImapServer, tmp_path: Path
) -> None:
    other.start()
    for number in range(12):
        other.put(a_mail(f"number {number}", subject=f"at once {number}"))
    watches = [watching(post, other.address, tmp_path / "files") for _ in range(3)]
    threads = [threading.Thread(target=each.look) for each in watches]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    watches[0].look()
    assert other.lying() == []
    with post.sessions() as session:
        taken = select(MailRow.subject).where(MailRow.subject.startswith("at once"))
        found = sorted(session.scalars(taken))
    assert found == sorted(f"at once {number}" for number in range(12))


def test_a_server_whose_answers_nobody_understands_ends_no_worker(
    post: Post, pages: Pages, tmp_path: Path
) -> None:
    with a_server_that_answers(SEARCH=["* SEARCH 1", "* SEARCH 2"]) as address:
        watching(post, address, tmp_path / "files").look()
    assert "Something went wrong as it was read" in pages.reads("ada", "/admin/notices")


def test_a_mail_that_its_server_does_not_give_keeps_no_other_waiting(
    post: Post, pages: Pages, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with a_server_that_answers(SEARCH=["* SEARCH 1 2"], FETCH=REFUSES) as address:
        watching(post, address, tmp_path / "files").look()
    assert caplog.text.count("a mail stays where it is") == 2
    assert "it is damaged" not in caplog.text
    assert "Something went wrong as it was read" in pages.reads("ada", "/admin/notices")


def test_a_server_that_hangs_up_instead_of_letting_us_in_is_away_and_refuses_no_password(
    post: Post, pages: Pages, tmp_path: Path
) -> None:
    with a_server_that_answers(LOGIN=HANGS_UP) as address:
        watching(post, address, tmp_path / "files").look()
    assert "Its mail server does not answer" in pages.reads("ada", "/admin/notices")


def test_a_password_of_letters_outside_ascii_is_asked_for_like_any(
    post: Post, pages: Pages, other: ImapServer, tmp_path: Path
) -> None:
    other.start()
    watching(post, replace(other.address, password="nicht-für-uns"), tmp_path / "files").look()
    assert "refuses the name or the password" in pages.reads("ada", "/admin/notices")


def test_a_mail_that_cannot_be_moved_keeps_no_other_waiting(
    post: Post,
    pages: Pages,
    other: ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other.start()
    for number in range(3):
        other.put(a_mail(subject=f"not moved {number}"))

    def as_its_folder_is_taken_away(*said: Any, **more: Any) -> Mail:
        other.remove("Redress")
        return read_mail(*said, **more)

    watch = watching(post, other.address, tmp_path / "files")
    with monkeypatch.context() as patched:
        patched.setattr(mailbox_watch, "read_mail", as_its_folder_is_taken_away)
        watch.look()
    assert len(other.lying()) == 3
    assert "mails cannot be moved" in pages.reads("ada", "/admin/notices")
    listed = "".join(pages.reads("ines", f"/mails?page={page}") for page in range(1, 4))
    assert [listed.count(f"not moved {number}") for number in range(3)] == [1, 1, 1]
    watch.look()
    assert other.lying() == []
    assert len(other.lying("Redress")) == 3
    again = "".join(pages.reads("ines", f"/mails?page={page}") for page in range(1, 4))
    assert again.count("not moved") == 3


def test_of_a_mailbox_that_was_moved_or_renamed_nothing_is_said_any_more(
    post: Post, pages: Pages, other: ImapServer, tmp_path: Path
) -> None:
    other.start()
    watching(post, replace(other.address, folder="Before"), tmp_path / "files").look()
    assert "/Before" in pages.reads("ada", "/admin/notices")
    watching(post, other.address, tmp_path / "files").look()
    shown = pages.reads("ada", "/admin/notices")
    assert "/Before" not in shown
    assert "tried again every minute" not in shown
