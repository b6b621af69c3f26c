"""The mailbox in which mail comes in, as `REDRESS_MAILBOX_URL` names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.mail_oauth import SETTINGS, takes_tokens, wrong_with_a_token
from config.reading import SettingsRefused


class Encryption(StrEnum):
    """How a connection to a mailbox is encrypted, as its address begins."""

    FROM_THE_BEGINNING = "imaps"
    STARTTLS = "imap+starttls"
    """Before anything is said that is secret, and not without."""
    NONE = "imap"


PORTS = {Encryption.FROM_THE_BEGINNING: 993, Encryption.STARTTLS: 143, Encryption.NONE: 143}
INBOX, TAKEN = "INBOX", "Redress"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAddress:
    """Where mail is read, by IMAP."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    """Empty where a token is shown."""
    folder: str
    """What comes in lies here."""
    taken: str
    """What was taken is moved here."""
    encryption: Encryption

    @property
    def name(self) -> str:
        """Names it on pages and in the log, without its password."""
        return f"{self.user}@{self.host}/{self.folder}"


def mailbox(environ: Mapping[str, str], variable: str) -> MailboxAddress | None:
    """One mailbox, such as `imaps://name:password@imap.bank.example/INBOX?taken=Redress`; None when
    nothing is set. Its text is a secret and never shown."""
    url = environ.get(variable, "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        return _mailbox(parts, parts.port, by_token=takes_tokens(environ))
    except ValueError:
        why = "it is no address"
    except SettingsRefused as refused:
        why = str(refused)
    raise SettingsRefused(
        f"{variable} will not do: {why}. It is written as"
        " imaps://NAME:PASSWORD@HOST/FOLDER?taken=FOLDER, with %40 for @ in a name, without"
        f" :PASSWORD where {SETTINGS} are set, or with imap+starttls:// where the server has"
        " STARTTLS alone;"
        " docs/operations.md says more."
    )


def _mailbox(parts: SplitResult, port: int | None, *, by_token: bool) -> MailboxAddress:
    if parts.scheme not in set(Encryption):
        raise SettingsRefused("it begins with none of imaps://, imap+starttls:// and imap://")
    encryption = Encryption(parts.scheme)
    if not parts.hostname or not parts.username or not (parts.password or by_token):
        raise SettingsRefused("host, name or password is missing")
    if by_token and (wrong := wrong_with_a_token(parts.username, parts.password)):
        raise SettingsRefused(f"it {wrong}")
    if encryption is Encryption.NONE and not is_this_machine(parts.hostname):
        raise SettingsRefused(
            "imap:// is for this machine alone; another one is read by imaps:// or imap+starttls://"
        )
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    folder = unquote(parts.path.strip("/")) or INBOX
    taken = asked.pop("taken", TAKEN)
    if asked:
        raise SettingsRefused("after the question mark only taken=FOLDER is known")
    if not taken or taken == folder:
        raise SettingsRefused("what was taken needs a folder of its own")
    return MailboxAddress(
        host=parts.hostname,
        port=port or PORTS[encryption],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=folder,
        taken=taken,
        encryption=encryption,
    )


def is_this_machine(host: str) -> bool:
    """Whether nobody else can hear what is said to this host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
