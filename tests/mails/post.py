"""The mail between a bank and its customers: what goes out is read, what is written comes in."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from sqlalchemy import select

from activities.notices import Notices
from domain.acts import Assign
from domain.classification import Level
from domain.complaint import Language
from domain.notices import COMPLAINANT, Delivery
from relay.mailbox import MailboxWatch
from store.database import Sessions
from store.files.attachments import AttachmentFolder
from store.tables import MailRow, NoticeRow
from tests.activities.letters import notices_through
from tests.imap_server import ImapServer
from tests.mail_sink import MailSink
from tests.tasks.work import Work

WANG = "wang@example.org"
ASSIGNED = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)


class Post:
    """What a customer gets and writes, and what the bank takes of it."""

    def __init__(
        self, sessions: Sessions, imap: ImapServer, sink: MailSink, work: Work, files: Path
    ) -> None:
        self.sessions = sessions
        self.imap = imap
        self._sink = sink
        self._work = work
        self._files = files
        self.watch = MailboxWatch(sessions, imap.address, AttachmentFolder(files))

    def a_case(self, **over: object) -> str:
        """A complaint of Wang's, in han's hands."""
        said = {"email": WANG, "language": Language.ZH, **over}
        reference = self._work.received("head-office", **said)
        self._work.does(reference, ASSIGNED, "sun")
        return reference

    def delivered(self, reference: str, sender: Notices | None = None) -> list[EmailMessage]:
        """The mail that goes out to the customer of this case by what waits."""
        with self.sessions() as session:
            waiting = select(NoticeRow.id).where(
                NoticeRow.reference == reference,
                NoticeRow.recipient == COMPLAINANT,
                NoticeRow.delivery == Delivery.PENDING,
            )
            ids = session.scalars(waiting.order_by(NoticeRow.id)).all()
        before = len(self._sink.taken)
        if sender is None:
            url = self._sink.url
            sender = notices_through(self.sessions, url, patience=30, files=self._files)
        for each in ids:
            sender.send(each)
        return self._sink.taken[before:]

    def comes_in(self, mail: EmailMessage | bytes, *more: EmailMessage | bytes) -> None:
        """Mail comes in and is taken; what it asks of cases is carried out."""
        for each in (mail, *more):
            self.imap.put(each)
        self.taken()

    def taken(self) -> None:
        """Everything that lies in the mailbox is taken; what it asks of cases is carried out."""
        self.watch.look()
        with self.sessions() as session:
            of_cases = select(MailRow.reference).where(MailRow.reference.is_not(None)).distinct()
            references = session.scalars(of_cases).all()
        for reference in references:
            if reference is not None:
                self._work.carry_out_what_waits(reference)


def a_mail(
    text: str = "I have found the receipt.",
    *,
    subject: str = "About my complaint",
    sender: str = f"Wang Fang <{WANG}>",
    answers: EmailMessage | None = None,
    files: Mapping[str, bytes] = {},
    **headers: str,
) -> EmailMessage:
    """A mail of a customer's; `answers` is the mail of ours that it answers."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "complaints@bank.example"
    mail["Subject"] = subject
    mail["Message-ID"] = make_msgid(domain="example.org")
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = answers["Message-ID"]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def a_report(
    of: EmailMessage | str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    only_head: bool = False,
) -> bytes:
    """What a server sends back about a mail of ours, as one of the usual ones writes it."""
    message_id = of if isinstance(of, str) else str(of["Message-ID"])
    kind = "text/rfc822-headers" if only_head else "message/rfc822"
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: bank@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: {make_msgid(domain="mx.example.org")}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org. I'm sorry to have to inform you
that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 9 Nov 2026 10:00:00 +0800

Final-Recipient: rfc822; {WANG}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{WANG}>: Recipient address rejected

--cut
Content-Type: {kind}

From: bank@example.org
To: {WANG}
Subject: about your complaint
Message-ID: {message_id}

Dear customer
--cut--
""".replace("\n", "\r\n").encode()
