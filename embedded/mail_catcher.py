"""A mail server that keeps what it is given and shows it on a page, instead of sending it.

For trials: nothing leaves this machine. Both doors are on the loopback. Mail lies in a folder, one
file a message, and is there again after a restart.
"""

import argparse
import asyncio
import html
import os
import re
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from embedded.ports import LOOPBACK

LARGEST_MAIL = 10_000_000
"""Bytes (default); more is refused, as a real server would."""

SHOWN = 200
"""Mails that are listed, the newest first (default)."""

_NAME = re.compile(r"^/(\d{20})(?:/([1-9]\d?))?$")
"""A message, or a file that came with it, by its number from 1."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem }
tr { border-bottom: 1px solid #ccc } pre { white-space: pre-wrap; overflow-wrap: anywhere }
"""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The folder where caught mail lies."""

    folder: Path

    def keep(self, content: bytes) -> None:
        """Keep a message for good: when this returns, no crash loses it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}"
        unfinished = self.folder / f"{name}.unfinished"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / f"{name}.eml")

    def names(self) -> list[str]:
        """What has been caught, the newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def read(self, name: str) -> EmailMessage | None:
        """One message; None when there is none of that name."""
        path = self.folder / f"{name}.eml"
        if not path.is_file():
            return None
        message = message_from_bytes(path.read_bytes(), policy=modern)
        assert isinstance(message, EmailMessage)
        return message


@dataclass(frozen=True, slots=True)
class _File:
    """A file that came with a message."""

    name: str
    content: bytes


NOTHING: Mapping[str, str] = {}


class _Door:
    """What aiosmtpd asks when mail comes in."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        await asyncio.to_thread(self._mailbox.keep, envelope.content)
        print(f"caught mail {len(self._mailbox.names())}", flush=True)
        return "250 kept, and sent to nobody"


class MailCatcher:
    """Both doors, open between `__enter__` and `__exit__`."""

    def __init__(self, folder: Path, *, smtp_port: int, page_port: int) -> None:
        self.mailbox = Mailbox(folder)
        self._page = ThreadingHTTPServer((LOOPBACK, page_port), _page_of(self.mailbox))
        self._smtp = Controller(
            _Door(self.mailbox),
            hostname=LOOPBACK,
            port=smtp_port,
            data_size_limit=LARGEST_MAIL,
            ident="caught here",
        )

    @property
    def page_address(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self._page.server_address[1]}"

    def __enter__(self) -> "MailCatcher":
        self._smtp.start()
        return self

    def show(self) -> None:
        """Answer the page until `shutdown`."""
        self._page.serve_forever()

    def shutdown(self) -> None:
        """Make `show` return."""
        self._page.shutdown()

    def __exit__(self, *problem: object) -> None:
        self._smtp.stop()
        self._page.server_close()


def _page_of(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        """The list of caught mail, and each message. Nothing in it is taken for HTML."""

        def do_GET(self) -> None:
            if self.headers.get("Host", "").partition(":")[0] not in {LOOPBACK, "localhost"}:
                # A name that somebody has pointed at this machine: none of its pages may read ours.
                self._answer(HTTPStatus.MISDIRECTED_REQUEST, "", "")
            elif self.path == "/":
                self._answer(HTTPStatus.OK, "text/html", _list(mailbox))
            elif self.path == "/style.css":
                self._answer(HTTPStatus.OK, "text/css", _STYLE)
            else:
                named = _NAME.match(self.path)
                message = mailbox.read(named[1]) if named else None
                files = _files_of(message) if message is not None else []
                if named is None or message is None or int(named[2] or 0) > len(files):
                    self._answer(HTTPStatus.NOT_FOUND, "text/html", _framed("<p>404</p>"))
                elif named[2] is None:
                    self._answer(HTTPStatus.OK, "text/html", _one(message, named[1]))
                else:
                    self._hand_out(files[int(named[2]) - 1])

        def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
            self._send(status, f"{kind}; charset=utf-8", text.encode("utf-8", "replace"))

        def _hand_out(self, file: _File) -> None:
            """To be saved, never shown: whatever it is, it came from outside."""
            named = f"attachment; filename*=UTF-8''{quote(file.name)}"
            kind = "application/octet-stream"
            self._send(HTTPStatus.OK, kind, file.content, {"Content-Disposition": named})

        def _send(
            self, status: HTTPStatus, kind: str, body: bytes, more: Mapping[str, str] = NOTHING
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *ignored: object) -> None:
            """Who looks at caught mail is nobody's business."""

    return Page


def _list(mailbox: Mailbox) -> str:
    names = mailbox.names()
    rows = "".join(_row(mailbox, name) for name in names[:SHOWN])
    head = "<tr><th>Time 时间</th><th>To 收件人</th><th>Subject 主题</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return _framed(table if rows else "<p>Nothing yet. 暂无邮件。</p>")


def _row(mailbox: Mailbox, name: str) -> str:
    message = mailbox.read(name)
    if message is None:
        return ""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(name) // 10**9))
    subject = html.escape(str(message["Subject"] or "–"))
    to = html.escape(str(message["To"] or "–"))
    return f'<tr><td>{when}</td><td>{to}</td><td><a href="/{name}">{subject}</a></td></tr>'


def _one(message: EmailMessage, name: str) -> str:
    headers = "".join(
        f"<tr><th>{html.escape(header)}</th><td>{html.escape(str(value))}</td></tr>"
        for header, value in message.items()
    )
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else message.as_string()
    files = "".join(
        f'<li><a href="/{name}/{number}" download>{html.escape(file.name)}</a></li>'
        for number, file in enumerate(_files_of(message), start=1)
    )
    return _framed(
        f'<p><a href="/">← All mail 全部邮件</a></p><table>{headers}</table>'
        f"<pre>{html.escape(str(text))}</pre>{f'<ul>{files}</ul>' if files else ''}"
    )


def _files_of(message: EmailMessage) -> list[_File]:
    """The files that came with a message, in their order."""
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found.append(_File(name=part.get_filename() or "file", content=content))
    return found


def _framed(inside: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Caught mail 已拦截邮件</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<h1>Caught mail <span lang="zh">已拦截邮件</span></h1>
<p>Nothing here has been sent. <span lang="zh">以下邮件均未真正发出。</span></p>
<main>{inside}</main>
</body>
</html>
"""


def main() -> None:
    """Catch mail until ended."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--smtp-port", type=int, required=True)
    asked.add_argument("--page-port", type=int, required=True)
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with MailCatcher(given.folder, smtp_port=given.smtp_port, page_port=given.page_port) as catcher:
        print(f"mail is caught, not sent; read it at {catcher.page_address}", flush=True)
        catcher.show()


if __name__ == "__main__":
    main()
