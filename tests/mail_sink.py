"""A mail server that behaves as a test wants, on a real socket."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from embedded.ports import remembered_ports
from tests.bearer import HEARD, REFUSAL, shown
from tests.token_endpoint import TokenEndpoint

ACCEPT = "250 thank you"
BUSY = "451 come back later"
UNKNOWN = "550 <wang@example.org>: no such mailbox"
HANG = "hang"
CUT = "cut"
"""The message is taken, and the line is cut before we are told so."""


@dataclass
class MailSink:
    """Takes mail and answers as `answers` says, one after the other, the last one from then on."""

    port: int
    answers: list[str] = field(default_factory=lambda: [ACCEPT])
    taken: list[EmailMessage] = field(default_factory=list)
    asked: int = 0

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=bank@example.org"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == HANG:
            await asyncio.Event().wait()
        if answer in (ACCEPT, CUT):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=modern)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
        if answer == CUT:
            server.transport.close()
        return answer

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


def a_mail_sink(folder: Path, *answers: str) -> MailSink:
    """A sink that is not listening yet, on a port of its own."""
    port = remembered_ports(folder / "mail-ports.json", ("smtp",))["smtp"]
    return MailSink(port, list(answers) or [ACCEPT])


class _LongLines(SMTP):
    """Takes commands of the usual length, and within them what SASL says (RFC 4954, 4)."""

    line_length_limit = 12_288


class _TokenController(Controller):
    def factory(self) -> SMTP:
        return _LongLines(self.handler, **self.SMTP_kwargs)


@dataclass
class TokenSink(MailSink):
    """Takes mail of whoever shows a token over TLS, and of nobody by a password."""

    tokens: TokenEndpoint = field(kw_only=True)
    mechanism: str = "XOAUTH2"

    @property
    def url(self) -> str:
        return f"mailtos://complaints%40bank.example@localhost:{self.port}?mode=starttls"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        return await self._let_in(server, args)

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:
        return await self._let_in(server, args)

    async def _let_in(self, server: SMTP, args: list[str]) -> AuthResult:
        said = b64decode(args[1]) if len(args) > 1 else await server.challenge_auth(b"")
        mailbox, token = shown(args[0], said) if isinstance(said, bytes) else ("", "")
        if self.tokens.is_good(token, mailbox):
            return AuthResult(success=True, auth_data=mailbox)
        heard = await server.challenge_auth(REFUSAL)
        if heard != HEARD[args[0]]:
            await server.push("501 5.5.2 say that you have heard it")
            return AuthResult(success=False, handled=True)
        await server.push("535 5.7.3 Authentication unsuccessful")
        return AuthResult(success=False, handled=True)

    def start(self) -> None:
        certificates = self.tokens.certificates
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificates.certificate, certificates.key)
        others = {"LOGIN", "PLAIN", "XOAUTH2", "OAUTHBEARER"} - {self.mechanism}
        self._controller = _TokenController(
            self, hostname="localhost", port=self.port, tls_context=trust, require_starttls=True,
            auth_required=True, auth_exclude_mechanism=others,
        )  # fmt: skip
        self._controller.start()


@contextmanager
def a_listening_sink(folder: Path) -> Iterator[MailSink]:
    """A sink as long as it is wanted."""
    sink = a_mail_sink(folder)
    sink.start()
    yield sink
    sink.stop()
