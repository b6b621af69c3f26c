"""A mail server that is read by IMAP, as a program of its own, and what people put into it."""

import imaplib
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from config import Encryption, MailboxAddress
from embedded.certificates import Certificates
from embedded.ports import remembered_ports
from tests.token_endpoint import TokenEndpoint

USER, PASSWORD = "complaints@bank.example", "read-by-nobody-else"
INBOX, TAKEN = "INBOX", "Redress"

PROGRAM = "from pymap.main import main; main()"


@dataclass
class ImapServer:
    """Holds what is put into it for as long as it runs."""

    port: int
    certificates: Certificates | None = None
    """What it shows to whoever asks for STARTTLS; without any it has none."""
    tokens: TokenEndpoint | None = None
    """Whose tokens it takes; with them it takes no password."""
    mechanism: str = "XOAUTH2"
    """By which tokens are shown."""
    _program: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        user = USER.replace("@", "%40")
        if self.tokens is not None:
            return f"imap+starttls://{user}@127.0.0.1:{self.port}/{INBOX}?taken={TAKEN}"
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.port}/{INBOX}?taken={TAKEN}"

    @property
    def address(self) -> MailboxAddress:
        return MailboxAddress(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, folder=INBOX,
            taken=TAKEN, encryption=Encryption.STARTTLS if self.certificates else Encryption.NONE,
        )  # fmt: skip

    def start(self) -> None:
        options = ["--host", "127.0.0.1", "--port", str(self.port), *self._tls()]
        user = ["--demo-user", USER, "--demo-password", PASSWORD]
        # The program says what it does on its own output, which nobody reads.
        self._program = subprocess.Popen(
            [sys.executable, *self._program_to_run(), *options, "dict", *user],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while True:
            try:
                with self._logged_in():
                    return
            except OSError:
                assert self._program.poll() is None, "the IMAP server has ended"
                assert time.monotonic() < until, "the IMAP server does not listen"
                time.sleep(0.05)

    def stop(self) -> None:
        """As when somebody pulls its plug; what lay in it is gone."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
            self._program = None

    def put(self, mail: EmailMessage | bytes) -> None:
        """A mail comes in."""
        content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP)
        with self._logged_in() as client:
            status, said = client.append(INBOX, "", "", content)
            assert status == "OK", said

    def lying(self, folder: str = INBOX) -> list[bytes]:
        """What lies in a folder, as it came."""
        with self._logged_in() as client:
            status, _ = client.select(folder)
            if status != "OK":
                return []
            _, found = client.search(None, "ALL")
            numbers = found[0].split()
            return [
                part[1]
                for number in numbers
                for part in client.fetch(number.decode(), "(BODY.PEEK[])")[1]
                if isinstance(part, tuple)
            ]

    def _program_to_run(self) -> list[str]:
        if self.tokens is None:
            return ["-c", PROGRAM]
        introspection = self.tokens.url.replace("/token", "/introspect")
        authority = str(self.tokens.certificates.authority)
        return ["-m", "tests.imap_by_token", self.mechanism, introspection, authority, PASSWORD]

    def _tls(self) -> list[str]:
        if self.certificates is None:
            return ["--no-tls"]
        shown = self.certificates
        return ["--cert", str(shown.certificate), "--key", str(shown.key)]

    def remove(self, folder: str) -> None:
        """Somebody removes a folder with all that lies in it, if it is there."""
        with self._logged_in() as client:
            client.delete(folder)

    @contextmanager
    def _logged_in(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        try:
            if self.certificates is not None:
                client.starttls(ssl.create_default_context(cafile=self.certificates.authority))
            if self.tokens is None:
                client.login(f'"{USER}"', PASSWORD)
            else:
                client.authenticate(self.mechanism, self._shown(self.tokens.new_token()))
            yield client
        finally:
            client.logout()

    def _shown(self, token: str) -> Callable[[bytes], bytes]:
        said = f"user={USER}\1" if self.mechanism == "XOAUTH2" else f"n,a={USER},\1"
        return lambda _: f"{said}auth=Bearer {token}\1\1".encode()


def an_imap_server(folder: Path) -> ImapServer:
    """A server that is not listening yet, on a port of its own."""
    return ImapServer(remembered_ports(folder / "imap-ports.json", ("imap",))["imap"])
