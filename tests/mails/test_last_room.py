"""Two who put a file with a case at the same moment, by whichever doors, where there is room for
one alone: the second is told that the case has as many as it may."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.acts import Attach
from rulebook.attachments import read_limits
from store.cases.commands import store_command
from store.database import Sessions
from store.files import attachments
from store.tables import AttachmentRow, MailRow
from tests.bank import WHOLE
from tests.mails.post import Post, a_mail
from tests.tasks.letters import stands_in
from tests.waiting import eventually, somebody_waits
from tests.web.browser import Visit

PDF = b"%PDF-1.7 scanned"
FULL = "A case may have 1 files, and it has them already."

Door = Callable[[str], str]
"""Puts a file with a case; what is then said of it."""


@pytest.fixture(autouse=True)
def _room_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = replace(read_limits(), files_per_case=1)
    monkeypatch.setattr(attachments, "read_limits", lambda: limits)


@pytest.fixture
def doors(visit: Visit, post: Post) -> dict[str, Door]:
    """Every way by which a file comes to a case."""
    han, ines = visit("han"), visit("ines")

    def by_the_page(reference: str) -> str:
        file = BytesIO(PDF), "scan.pdf"
        return han.send(f"/cases/{reference}/attachments", file=file, command_id=str(uuid4())).text

    def as_a_letter(reference: str) -> str:
        url = f"/cases/{reference}/letters/new/progress/en"
        typed = stands_in(han.get(url), url)
        said = {name: text or "We are looking into it." for name, text in typed.items()}
        return han.send(url, **{**said, "keep": "yes"}).text

    def in_a_mail(reference: str) -> str:
        mail = a_mail(subject=f"About {reference}", files={"scan.pdf": PDF})
        post.comes_in(mail)
        return han.get(f"/cases/{reference}").text

    def in_a_mail_joined_by_hand(reference: str) -> str:
        mail = a_mail(subject=str(uuid4()), sender="son@example.org", files={"scan.pdf": PDF})
        post.comes_in(mail)
        with post.sessions() as session:
            wanted = select(MailRow.id).where(MailRow.subject == mail["Subject"])
            number = session.scalars(wanted).one()
        ines.send(f"/mails/{number}/case", reference=reference)
        post.taken()
        return han.get(f"/cases/{reference}").text

    return {
        "page": by_the_page,
        "letter": as_a_letter,
        "mail": in_a_mail,
        "mail joined by hand": in_a_mail_joined_by_hand,
    }


@pytest.mark.parametrize("door", ["page", "letter", "mail", "mail joined by hand"])
async def test_of_two_at_once_one_has_the_last_room(
    post: Post, doors: dict[str, Door], sessions: Sessions, door: str
) -> None:
    reference = post.a_case()
    with ThreadPoolExecutor(1) as beside:
        with sessions.begin() as first:
            store_command(
                first,
                command_id=str(uuid4()),
                reference=reference,
                act=Attach(digest="0" * 64, size=1),
                words={"file_name": "statement.pdf"},
                by=WHOLE.actor("han"),
                seen_version=None,
            )
            second = beside.submit(doors[door], reference)
            await eventually(
                "the second one waits, or is through",
                lambda: second.done() or somebody_waits(sessions),
            )
        said = unescape(second.result())
    with sessions() as session:
        of_the_case = select(AttachmentRow.digest).where(AttachmentRow.reference == reference)
        assert session.scalars(of_the_case).all() == ["0" * 64]
    assert FULL in said if "mail" not in door else "the case has no room for more files" in said
