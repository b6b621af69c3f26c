"""The ways out of the house: mail to one person, chat robots and webhooks to the staff.

Every gateway is one apprise URL. Mail goes by Python's own `smtplib`, with host, port, security and
password as apprise reads them from the URL: apprise's mail sender makes a new Message-ID each time
and does not say why a server refused, and both are needed here.
"""

import contextlib
import copy
import hashlib
import logging
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import apprise
from apprise.plugins.email import NotifyEmail

from config import SettingsRefused

IN_ALL = 3
"""Times the patience: how long one gateway may take for one message, however it drips (default).
Two that do so, one after the other, still end within one try."""

SENDS_AT_ONCE = 8
"""Through one gateway (default): who sends waits no longer than it may, and a gateway that drips
keeps these threads of its own busy and nobody else's."""

KEY_HEADER = "X-Redress-Key"
"""The same in every try of the same notice."""


class NotTaken(Exception):
    """A gateway did not take a message."""

    def __init__(self, code: str, says: str, *, for_good: bool = False) -> None:
        """`code` is a class of failure without anything personal; `says` are the gateway's words.
        `for_good` when asking again is of no use."""
        super().__init__(code)
        self.code = code
        self.says = says
        self.for_good = for_good


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent, in the words of one language."""

    key: str
    subject: str
    text: str
    email: str
    """Whom to write to; empty when only the chats hear it."""
    for_staff: bool
    """Chats and webhooks hear only what is meant for the staff."""


class Bounded:
    """Sends through one gateway and waits no longer than a whole message may take.

    The patience of sockets is for each answer anew: a server that says one character at a time,
    always within it, would be waited for without end.
    """

    def __init__(self, gateway: "MailGateway | ChatGateway", seconds: float) -> None:
        self.name = gateway.name
        self._gateway = gateway
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(SENDS_AT_ONCE, thread_name_prefix=gateway.name)

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`. What was not taken in time may arrive all the
        same; its receiver knows it again by the key."""
        sending = self._threads.submit(self._gateway.send, message)
        try:
            sending.result(self._seconds)
        except TimeoutError:
            sending.cancel()
            raise NotTaken("deadline", "") from None


class MailGateway:
    """An SMTP server that takes mail for anybody."""

    def __init__(self, name: str, plugin: NotifyEmail, sender: str, patience: float) -> None:
        self.name = name
        self._plugin = plugin
        self._sender = sender
        self._patience = patience

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`. Without an error, the server answers for it."""
        try:
            with self._connected() as server:
                server.send_message(self._mail(message))
        except smtplib.SMTPRecipientsRefused as refused:
            code, says = next(iter(refused.recipients.values()))
            raise NotTaken(f"SMTP {code}", _text(says), for_good=code >= 500) from None
        except smtplib.SMTPResponseException as answer:
            raise NotTaken(
                f"SMTP {answer.smtp_code}",
                _text(answer.smtp_error),
                # Wrong credentials and a refused sender are ours to mend; refused contents are not.
                for_good=isinstance(answer, smtplib.SMTPDataError) and answer.smtp_code >= 500,
            ) from None
        except (OSError, smtplib.SMTPException) as away:
            raise NotTaken(type(away).__name__, str(away)) from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        plugin = self._plugin
        trust = ssl.create_default_context()
        if not plugin.verify_certificate:
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        host, port = plugin.smtp_host, plugin.port or 0  # 0: the usual one
        server = (
            smtplib.SMTP_SSL(host, port, timeout=self._patience, context=trust)
            if plugin.secure_mode == "ssl"
            else smtplib.SMTP(host, port, timeout=self._patience)
        )
        try:
            if plugin.secure_mode == "starttls":
                server.starttls(context=trust)
            if plugin.user and plugin.password:
                server.login(plugin.user, plugin.password)
            yield server
            # A server that hangs up instead of saying goodbye has taken the message all the same.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        domain = self._sender.rpartition("@")[2]
        try:
            mail["From"] = self._sender
            mail["To"] = Address(addr_spec=message.email)
        except ValueError as unfit:
            raise NotTaken("address", str(unfit), for_good=True) from None
        mail["Subject"] = " ".join(message.subject.split())
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.key}@{domain}>"
        mail[KEY_HEADER] = message.key
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
        mail.set_content(message.text)
        return mail


class ChatGateway:
    """A chat robot or a webhook: whatever else apprise knows."""

    def __init__(self, name: str, plugin: apprise.NotifyBase) -> None:
        self.name = name
        self._plugin = plugin

    def send(self, message: Message) -> None:
        """Hand a message over; raises `NotTaken`."""
        text = f"{message.text}\n[{message.key}]"
        if not self._bearing(message.key).notify(title=message.subject, body=text):
            raise NotTaken(str(self._plugin.service_name), "")

    def _bearing(self, key: str) -> apprise.NotifyBase:
        """The plugin with this key among its headers, if it has any. A copy for each send: others
        send through the same plugin at this moment, and a notice that bore another's key would be
        dropped by its receiver as a repeat."""
        headers = getattr(self._plugin, "headers", None)
        if not isinstance(headers, dict):
            return self._plugin
        bearing = copy.copy(self._plugin)
        vars(bearing)["headers"] = {**headers, KEY_HEADER: key}
        return bearing


class Gateways:
    """Every way out that is configured."""

    def __init__(self, urls: Iterable[str], *, sender: str, patience: float) -> None:
        """`patience` is how many seconds a gateway may leave us without an answer; for a whole
        message it may take `IN_ALL` times as long. Raises
        `SettingsRefused` for a URL that nothing understands; its text is a secret, not shown."""
        self._mail: list[Bounded] = []
        self._chats: list[Bounded] = []
        for number, url in enumerate(urls, start=1):
            plugin = _understood(url)
            if plugin is None:
                raise SettingsRefused(
                    "REDRESS_MAIL_URL holds a gateway that apprise does not understand, number"
                    f" {number} of them."
                )
            name = f"{url.partition(':')[0]}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
            if isinstance(plugin, NotifyEmail):
                mail = MailGateway(name, plugin, sender, patience)
                self._mail.append(Bounded(mail, IN_ALL * patience))
            else:
                plugin.socket_connect_timeout = plugin.socket_read_timeout = patience
                # Following a redirect would let a gateway send us anywhere inside the bank.
                plugin.redirects = False
                self._chats.append(Bounded(ChatGateway(name, plugin), IN_ALL * patience))

    @property
    def has_chat(self) -> bool:
        """Whether staff without an address are reached all the same."""
        return bool(self._chats)

    def reach(self, message: Message) -> bool:
        """Whether any gateway carries this message."""
        return bool((message.email and self._mail) or (message.for_staff and self._chats))

    def carry(self, message: Message, carried_by: frozenset[str]) -> Iterator[str]:
        """Send through every gateway that has not taken it, naming each that now has.

        Mail gateways stand in for one another, in the order they are configured; the chats each
        hear it. Raises `NotTaken` after all have been asked, with the last one's reason.
        """
        failure: NotTaken | None = None
        if message.email and self._mail and not carried_by & {each.name for each in self._mail}:
            for gateway in self._mail:
                try:
                    gateway.send(message)
                except NotTaken as refused:
                    failure = refused
                else:
                    failure = None
                    yield gateway.name
                    break
        for chat in self._chats if message.for_staff else ():
            if chat.name in carried_by:
                continue
            try:
                chat.send(message)
            except NotTaken as refused:
                failure = refused if failure is None or failure.for_good else failure
            else:
                yield chat.name
        if failure is not None:
            raise failure


def _text(says: bytes | str) -> str:
    return says.decode("utf-8", "replace") if isinstance(says, bytes) else says


def _understood(url: str) -> apprise.NotifyBase | None:
    """The gateway of a URL. Of one it does not know apprise logs the whole, with its password."""
    log = logging.getLogger("apprise")
    log.disabled = True
    try:
        return apprise.Apprise.instantiate(url)
    finally:
        log.disabled = False
