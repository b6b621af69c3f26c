"""A mail server that behaves as a test wants, on a real socket."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from embedded.ports import remembered_ports

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


@contextmanager
def a_listening_sink(folder: Path) -> Iterator[MailSink]:
    """A sink as long as it is wanted."""
    sink = a_mail_sink(folder)
    sink.start()
    yield sink
    sink.stop()
