"""Whoever reads the mailbox is killed in the midst of it: each mail is taken once all the same."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crashpoints import POINTS
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages

IN_A_MAILBOX = sorted(point for point in POINTS if point.startswith("mail."))


@pytest.mark.parametrize("point", IN_A_MAILBOX)
def test_a_mail_is_taken_once_whenever_its_reader_is_killed(
    post: Post, pages: Pages, database: str, folder: Path, point: str
) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    scan = {"scan.pdf": b"%PDF-1.7 sent once"}
    post.imap.put(a_mail("written once", answers=receipt, files=scan))
    assert read_and_die(database, post.imap.port, folder, point) == -signal.SIGKILL
    assert any(b"written once" in each for each in post.imap.lying())
    post.taken()
    assert post.imap.lying() == []
    case = pages.reads("han", reference)
    conversation = case.partition('id="conversation"')[2].partition("</section>")[0]
    assert conversation.count("written once") == 1
    assert conversation.count(">scan.pdf<") == 1
    told = f'Mail of the customer received</strong>: <a href="/cases/{reference}"'
    assert pages.reads("han", "/inbox").count(told) == 1


def read_and_die(database: str, port: int, folder: Path, point: str) -> int:
    """Another program reads the mailbox, and how it ended."""
    told = [database, str(port), str(folder / "attachments"), point]
    return subprocess.run(
        [sys.executable, "-m", "tests.mails.dying", *told], check=False
    ).returncode
