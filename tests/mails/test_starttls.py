"""A mailbox whose server has STARTTLS alone: encrypted before a password is told, or not read."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config import Encryption
from embedded.certificates import Certificates, ensure_certificates
from relay.mailbox import MailboxWatch
from store.files.attachments import AttachmentFolder
from tests.faults.proxy import Proxy
from tests.imap_server import PASSWORD, ImapServer, an_imap_server
from tests.mails.post import Post, a_mail
from tests.tasks.pages import Pages

NOT_ENCRYPTED = "The connection to its mail server cannot be encrypted"
SAID = "said over an encrypted line"


class Tapped(Proxy):
    """A wire on which somebody listens."""

    def __init__(self, server: ImapServer) -> None:
        self.heard = bytearray()
        super().__init__(lambda: server.port)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        read = source.read

        async def overheard(at_most: int) -> bytes:
            data = await read(at_most)
            self.heard += data
            return data

        source.read = overheard  # type: ignore[method-assign, assignment]
        await super()._pump(source, sink)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    server = Certificates(tmp_path / "server")
    ensure_certificates(server, Certificates(tmp_path / "client"), ["127.0.0.1"])
    return server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    """A mail server of this test's own, which has no TLS by itself."""
    server = an_imap_server(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def wire(server: ImapServer) -> Iterator[Tapped]:
    tapped = Tapped(server)
    yield tapped
    tapped.close()


def look(post: Post, server: ImapServer, wire: Tapped, folder: Path) -> None:
    """The worker looks into the mailbox behind the wire."""
    address = replace(server.address, port=wire.port, encryption=Encryption.STARTTLS)
    MailboxWatch(post.sessions, address, AttachmentFolder(folder)).look()


def test_it_is_read_and_neither_password_nor_mail_can_be_heard(
    post: Post, pages: Pages, server: ImapServer, wire: Tapped, certificates: Certificates,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    server.certificates = certificates
    server.start()
    reference = post.a_case()
    server.put(a_mail(SAID, subject=reference))
    look(post, server, wire, tmp_path / "files")
    assert server.lying() == []
    assert SAID in pages.reads("han", reference)
    assert NOT_ENCRYPTED not in pages.reads("ada", "/admin/notices")
    assert b"STARTTLS" in wire.heard, "this listens in the right place"
    assert PASSWORD.encode() not in wire.heard
    assert SAID.encode() not in wire.heard


@pytest.mark.parametrize("has_tls", [False, True], ids=["no TLS", "a stranger's certificate"])
def test_a_server_that_cannot_be_trusted_is_told_no_password(
    post: Post, pages: Pages, server: ImapServer, wire: Tapped, certificates: Certificates,
    tmp_path: Path, has_tls: bool,
) -> None:  # fmt: skip
    server.certificates = certificates if has_tls else None
    server.start()
    server.put(a_mail(SAID))
    look(post, server, wire, tmp_path / "files")
    assert len(server.lying()) == 1
    assert NOT_ENCRYPTED in pages.reads("ada", "/admin/notices")
    assert b"IMAP4" in wire.heard
    assert PASSWORD.encode() not in wire.heard
