"""A mailbox, spoken to by IMAP. Nothing in it is deleted: what was taken is moved."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from imapclient import IMAPClient
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)

from activities.access_token import AccessToken, NoToken
from config import Encryption, MailboxAddress
from domain.mails import MailboxTrouble

PATIENCE_SECONDS = 30.0
"""How long the server may keep us waiting for one answer (default)."""

SIZE, WHOLE, HEAD = "RFC822.SIZE", "BODY.PEEK[]", "BODY.PEEK[HEADER]"


class NotRead(Exception):
    """A mailbox cannot be read now."""

    def __init__(self, trouble: MailboxTrouble, kind: str) -> None:
        """`kind` is the class of the failure, or the code of one: a server's own words may name
        somebody."""
        super().__init__(f"{trouble} ({kind})")
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A mail as it lies in the mailbox."""

    received_at: datetime
    content: bytes
    is_whole: bool
    """Whether all of it was read, and not its head alone."""


class OpenMailbox:
    """A mailbox that is being read. Whatever is asked of it raises `NotRead` when it is away."""

    def __init__(self, client: IMAPClient, address: MailboxAddress) -> None:
        self._client = client
        self._address = address

    def uids(self) -> list[int]:
        """Everything that lies in it, the oldest first."""
        with _trouble_told():
            return sorted(self._client.search(["UNDELETED"]))

    def read(self, uid: int, at_most: int) -> Lying | None:
        """One mail, of one with more bytes than that the head alone; None when it is gone. Reading
        marks nothing. One that the server does not give, as when it is damaged there, is a fault of
        that mail alone."""
        with _trouble_told(otherwise=MailboxTrouble.FAULT):
            known = self._client.fetch([uid], [SIZE, "INTERNALDATE"]).get(uid)
            if known is None:
                return None
            size, at = known[SIZE.encode()], known[b"INTERNALDATE"]
            is_whole = size <= at_most
            found = self._client.fetch([uid], [WHOLE if is_whole else HEAD]).get(uid)
        if found is None:
            return None
        return Lying(
            received_at=_in_utc(at) if at else datetime.now(UTC),
            content=found[b"BODY[]" if is_whole else b"BODY[HEADER]"],
            is_whole=is_whole,
        )

    def put_away(self, uid: int) -> None:
        """Move what was taken out of the way. Again, it does nothing."""
        with _trouble_told(otherwise=MailboxTrouble.NO_FOLDER):
            if self._client.has_capability("MOVE"):
                self._client.move([uid], self._address.taken)
                return
            self._client.copy([uid], self._address.taken)
            self._client.delete_messages([uid])
            self._client.uid_expunge([uid])


@contextmanager
def opened(address: MailboxAddress, token: AccessToken | None) -> Iterator[OpenMailbox]:
    """The mailbox, to be read, by its password or by a token; raises `NotRead` with what stands in
    the way."""
    with _trouble_told():
        client = _connected(address)
    with client:
        with _trouble_told():
            _encrypt(client, address)
            _log_in(client, address, token)
        _select(client, address)
        yield OpenMailbox(client, address)


def _connected(address: MailboxAddress) -> IMAPClient:
    at_once = address.encryption is Encryption.FROM_THE_BEGINNING
    client = IMAPClient(
        address.host,
        address.port,
        ssl=at_once,
        ssl_context=ssl.create_default_context() if at_once else None,
        timeout=PATIENCE_SECONDS,
    )
    client.normalise_times = False  # instants with their zone, not the wall clock of this machine
    return client


def _encrypt(client: IMAPClient, address: MailboxAddress) -> None:
    """Speak TLS from here on, where that is wanted: a server that has none is told no password."""
    if address.encryption is not Encryption.STARTTLS:
        return
    if not client.has_capability("STARTTLS"):
        raise NotRead(MailboxTrouble.NOT_ENCRYPTED, "no STARTTLS")
    client.starttls(ssl.create_default_context())


def _log_in(client: IMAPClient, address: MailboxAddress, token: AccessToken | None) -> None:
    if token is not None:
        known = (each.decode().upper() for each in client.capabilities())
        offered = [each.removeprefix("AUTH=") for each in known if each.startswith("AUTH=")]
        token.log_in(offered, client.sasl_login, LoginError)
    elif f"{address.user}{address.password}".isascii():
        client.login(address.user, address.password)
    else:
        client.plain_login(address.user, address.password)  # LOGIN takes ASCII alone


def _select(client: IMAPClient, address: MailboxAddress) -> None:
    with _trouble_told(otherwise=MailboxTrouble.NO_FOLDER):
        if not client.folder_exists(address.taken):
            client.create_folder(address.taken)
        client.select_folder(address.folder)


@contextmanager
def _trouble_told(otherwise: MailboxTrouble = MailboxTrouble.AWAY) -> Iterator[None]:
    """What goes wrong with a server, by its class; `otherwise` is what it says no to."""
    try:
        yield
    except LoginError as refused:
        # A server that hangs up while it is asked has refused nobody.
        is_away = isinstance(refused.__context__, IMAPClientAbortError)
        trouble = MailboxTrouble.AWAY if is_away else MailboxTrouble.NOT_LET_IN
        raise NotRead(trouble, type(refused).__name__) from None
    except NoToken as none:
        trouble = MailboxTrouble.NOT_LET_IN if none.is_refused else MailboxTrouble.AWAY
        raise NotRead(trouble, none.code) from None
    except CapabilityError as lacking:
        raise NotRead(MailboxTrouble.NO_FOLDER, type(lacking).__name__) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as ended:
        raise NotRead(MailboxTrouble.AWAY, type(ended).__name__) from None
    except ssl.SSLError as failed:
        raise NotRead(MailboxTrouble.NOT_ENCRYPTED, type(failed).__name__) from None
    except (OSError, IMAPClientAbortError) as away:
        raise NotRead(MailboxTrouble.AWAY, type(away).__name__) from None
    except IMAPClientError as said:
        raise NotRead(otherwise, type(said).__name__) from None


def _in_utc(instant: datetime) -> datetime:
    """An instant as it is kept; a server that names no zone means UTC."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
