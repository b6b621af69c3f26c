"""Mail to one person.

It goes by Python's own `smtplib`, with host, port, security and password as apprise reads them from
the URL: apprise's mail sender makes a new Message-ID each time and does not say why a server
refused, and both are needed here.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from apprise.plugins.email import NotifyEmail

from activities.access_token import AccessToken, NoToken, token_for
from activities.gateways.message import KEY_HEADER, Message, NotTaken
from config import OAuthClient
from domain.addresses import is_address
from domain.notices import Obstacle


class MailGateway:
    """An SMTP server that takes mail for anybody."""

    def __init__(
        self,
        name: str,
        plugin: NotifyEmail,
        sender: str,
        patience: float,
        client: OAuthClient | None,
    ) -> None:
        """It is shown the token that `client` is given for whom the URL names, if there is one."""
        self.name = name
        self._token = token_for(plugin.user, client, patience)
        self._plugin = plugin
        self._sender = sender
        self._patience = patience
        self._trust = _trust(plugin)

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`. Without an error, the server answers for it."""
        mail = self._mail(message)
        try:
            with self._connected() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code, says = next(iter(refused.recipients.values()))
            raise _refused(Obstacle.MAILBOX, code, says) from None
        except smtplib.SMTPDataError as answer:
            raise _refused(Obstacle.CONTENTS, answer.smtp_code, answer.smtp_error) from None
        except smtplib.SMTPResponseException as answer:
            raise _refused(Obstacle.NOT_LET_IN, answer.smtp_code, answer.smtp_error) from None
        except NoToken as none:
            obstacle = Obstacle.NOT_LET_IN if none.is_refused else Obstacle.AWAY
            raise NotTaken(obstacle, none.code) from None
        except TimeoutError as slow:
            raise NotTaken(Obstacle.SLOW, type(slow).__name__, str(slow)) from None
        except (OSError, smtplib.SMTPException) as away:
            raise NotTaken(Obstacle.AWAY, type(away).__name__, str(away)) from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        plugin = self._plugin
        host, port = plugin.smtp_host, plugin.port or 0  # 0: the usual one
        server = (
            smtplib.SMTP_SSL(host, port, timeout=self._patience, context=self._trust)
            if plugin.secure_mode == "ssl"
            else smtplib.SMTP(host, port, timeout=self._patience)
        )
        try:
            if plugin.secure_mode == "starttls":
                server.starttls(context=self._trust)
            if self._token is not None:
                _show(self._token, server)
            elif plugin.user and plugin.password:
                server.login(plugin.user, plugin.password)
            yield server
            # A server that hangs up instead of saying goodbye has taken the message all the same.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _mail(self, message: Message) -> EmailMessage:
        # What was kept before every door asked may still be no address.
        if not is_address(message.email, host_may_be_short=True):
            raise NotTaken(Obstacle.ADDRESS, "address")
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=message.email)
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.mail_id}@{self._sender.rpartition('@')[2]}>"
        mail[KEY_HEADER] = message.key
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
        mail.set_content(message.text)
        if message.enclosed is not None:
            mail.add_attachment(
                message.enclosed.content,
                maintype="application",
                subtype="pdf",
                filename=message.enclosed.name,
            )
        return mail


def _show(token: AccessToken, server: smtplib.SMTP) -> None:
    """Be let in by a token. It goes in a line of its own: one with the command before it would be
    longer than a command may be (RFC 4954, 4)."""
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    token.log_in(
        offered,
        lambda mechanism, answer: server.auth(mechanism, answer, initial_response_ok=False),
        smtplib.SMTPAuthenticationError,
    )


def _trust(plugin: NotifyEmail) -> ssl.SSLContext | None:
    """Which certificates a server may show; None when the way is not encrypted. Made once: to read
    those of the system takes ten times as long as to hand a mail over."""
    if plugin.secure_mode == "insecure":
        return None
    trust = ssl.create_default_context()
    if not plugin.verify_certificate:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    return trust


def _refused(for_good: Obstacle, code: int, says: bytes | str) -> NotTaken:
    """What a server's code means: 4xx is "not now" (RFC 5321, 4.2.1)."""
    words = says.decode("utf-8", "replace") if isinstance(says, bytes) else says
    return NotTaken(for_good if code >= 500 else Obstacle.BUSY, f"SMTP {code}", words)
