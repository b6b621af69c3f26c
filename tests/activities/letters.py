"""Notices to be sent, and what sends them, for the tests of every way out."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from activities.gateways import Gateways, Message
from activities.notices import Notices
from config import OAuthClient
from domain.complaint import Language
from domain.robots import RobotRules
from rulebook.notices import read_sending, read_words
from rulebook.robots import read_robots
from store.cases.receipts import receive
from store.database import Sessions
from store.files.attachments import AttachmentFolder
from store.tables import NoticeRow
from tests.builders import a_complaint, actor
from tests.mail_sink import MailSink

IMPATIENT = 0.3
"""Seconds a gateway that does not answer may keep us waiting."""

GENEROUS = 30.0
"""Seconds for gateways that do answer, and for what must come to an end."""


class Anytime:
    """Nobody counts."""

    def wait_for(self, robot: str, rules: RobotRules) -> timedelta:
        return timedelta(0)

    def rest(self, robot: str, time: timedelta) -> None:
        """Nobody rests."""


def gateways_to(
    *urls: str, patience: float = GENEROUS, client: OAuthClient | None = None
) -> Gateways:
    """The ways out of these settings."""
    return Gateways(
        urls, sender="bank@example.org", patience=patience, robots=read_robots(), client=client
    )


NO_FILES = Path("no-letters-lie-here")


def notices_through(
    sessions: Sessions,
    *urls: str,
    patience: float = GENEROUS,
    files: Path = NO_FILES,
    client: OAuthClient | None = None,
) -> Notices:
    """The sending of notices through these gateways; `files` is where letters to customers lie."""
    return Notices(
        sessions,
        gateways_to(*urls, patience=patience, client=client),
        read_words(),
        read_sending(),
        AttachmentFolder(files),
        bank_name="Harbour Bank",
        base_url="https://redress.example.org",
    )


def mail_by_reader(sessions: Sessions, sink: MailSink, ids: Sequence[int]) -> dict[str, str]:
    """Send these notices; the mail each address has of them, subject and text."""
    before = len(sink.taken)
    for each in ids:
        notices_through(sessions, sink.url, patience=GENEROUS).send(each)
    mail: dict[str, str] = {}
    for message in sink.taken[before:]:
        body = message.get_body()
        assert body is not None
        mail[str(message["To"])] = f"{message['Subject']}\n{body.get_content()}"
    return mail


def a_message(**over: Any) -> Message:
    """Word to the staff."""
    said = {
        "key": "k" * 32,
        "subject": "C-2026-000001 is due soon",
        "text": "C-2026-000001: due 2026-11-20.\nhttps://redress.example.org/cases/C-2026-000001\n",
        "link": "https://redress.example.org/cases/C-2026-000001",
        "email": "",
        "mail_id": f"1.{'0' * 32}",
        "rooms": frozenset[str](),
        **over,
    }
    return Message(**said)


def a_receipt(sessions: Sessions, **over: Any) -> int:
    """The notice by which a customer with an address hears that the complaint was received."""
    complaint = a_complaint(**{"email": "wang@example.org", "language": Language.EN, **over})
    with sessions.begin() as session:
        reference = receive(session, complaint, actor("ines")).reference
        return session.scalars(select(NoticeRow.id).where(NoticeRow.reference == reference)).one()


def a_staff_notice(sessions: Sessions, **over: Any) -> int:
    """Word to somebody of the staff who has no address."""
    notice_id = a_receipt(sessions, **over)
    with sessions.begin() as session:
        row = session.get_one(NoticeRow, notice_id)
        row.recipient, row.about = "han", "assigned"
    return notice_id


def row_of(sessions: Sessions, notice_id: int) -> NoticeRow:
    """A notice as it stands now."""
    with sessions() as session:
        return session.get_one(NoticeRow, notice_id)
