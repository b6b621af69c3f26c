"""A mail server that speaks IMAP in a way that no program expects."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config import Encryption, MailboxAddress
from tests.imap_server import INBOX, PASSWORD, TAKEN, USER

HANGS_UP, REFUSES = "hangs up", "refuses"

USUAL = {
    "CAPABILITY": ["* CAPABILITY IMAP4rev1 UIDPLUS MOVE"],
    "LIST": [f'* LIST () "/" {TAKEN}'],
    "SELECT": ["* 0 EXISTS"],
}


@contextmanager
def a_server_that_answers(**oddly: list[str] | str) -> Iterator[MailboxAddress]:
    """Where it listens; `oddly` says what it answers to a command, by its name."""
    answers: Mapping[str, list[str] | str] = {**USUAL, **oddly}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("* OK ready")
            for line in self.rfile:
                tag, *words = line.decode().split()
                name = next(each for each in words if each.upper() != "UID").upper()
                answer = answers.get(name, [])
                if answer == HANGS_UP:
                    return
                if answer == REFUSES:
                    self._say(f"{tag} NO it is damaged")
                else:
                    self._say(*answer, f"{tag} OK done")

        def _say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{each}\r\n" for each in lines).encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = int(server.server_address[1])
        yield MailboxAddress(
            host="127.0.0.1", port=port, user=USER, password=PASSWORD, folder=INBOX, taken=TAKEN,
            encryption=Encryption.NONE,
        )  # fmt: skip
        server.shutdown()
