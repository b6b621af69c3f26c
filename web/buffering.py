"""A worker of gunicorn that takes requests in whole before a thread looks at them.

gunicorn's own threads read what a client sends as it comes: as many clients as there are threads,
each sending its form byte by byte, stop every page. Here one loop reads all of them (waitress), and
a thread is given what has arrived whole; how slowly it came costs a socket and nothing else.
gunicorn stays what starts, watches and ends the processes.
"""

import logging
import os
import resource
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher

from desk.sign_in.hashing import WAITING_AT_MOST

CONNECTIONS = 2_000
"""At one time, in one process (default); further ones wait until others end."""

LARGEST_REQUEST = 128 * 1024 * 1024
"""Bytes (default): above what any page takes, so that a page says what is too large; what is larger
still is cut off here, before it fills the disk."""

ARRIVES_WITHIN = 120.0
"""Seconds for a request to arrive whole, and a connection may be silent (default)."""

COMPARE_PASSWORDS = ("/login", "/password", "/invitations/")
"""How the paths begin where passwords are compared, which takes time (`desk.sign_in.hashing`)."""

LOOKS_EVERY = 0.5
"""Seconds between two looks whether this process should end."""


class BufferingWorker(Worker):  # type: ignore[misc]
    """Serves the application from as many threads as gunicorn was told, and some at the door."""

    _doors: tuple[BaseWSGIServer, ...] = ()

    def run(self) -> None:
        """Serve until the master says that it is enough, or is gone."""
        _allow_open_files(2 * CONNECTIONS)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        served: dict[int, Any] = {}
        server = create_server(
            self.wsgi,
            map=served,
            sockets=[listener.sock for listener in self.sockets],
            _dispatcher=_TwoQueues(pages=self.cfg.threads, door=WAITING_AT_MOST),
            backlog=self.cfg.backlog,
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST_REQUEST,
            channel_timeout=int(ARRIVES_WITHIN),
            clear_untrusted_proxy_headers=False,  # `web.base.proxies` judges them
            ident=None,
        )
        doors = [each for each in served.values() if isinstance(each, BaseWSGIServer)]
        for door in doors:
            door.channel_class = _Channel
        self._doors = tuple(doors)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            _serve_a_while(served)
        for door in doors:
            door.accepting = False
        until = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < until and any(_is_at_work(each) for each in served.values()):
            self.notify()
            _serve_a_while(served)
        server.task_dispatcher.shutdown(timeout=0)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to end, now and not at the next look."""
        super().handle_exit(sig, frame)
        for door in self._doors:
            door.pull_trigger()


class _TwoQueues(ThreadedTaskDispatcher):
    """Threads that make pages, and others for those who log in: however many wait there, whoever is
    in already is not kept waiting, and no page waits for a connection that they hold.
    """

    def __init__(self, *, pages: int, door: int) -> None:
        super().__init__()
        self.set_thread_count(pages)
        self._door = ThreadedTaskDispatcher()
        self._door.set_thread_count(door)

    def add_task(self, task: Any) -> None:
        """Let the next request of a connection be answered, by a thread of its kind."""
        if task.requests[0].path.startswith(COMPARE_PASSWORDS):
            self._door.add_task(task)
        else:
            super().add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """Answer nothing more."""
        door = self._door.shutdown(cancel_pending, timeout)
        return super().shutdown(cancel_pending, timeout) and door


class _Channel(HTTPChannel):
    """A connection that is given up when its request does not become whole in time."""

    begun_at: float | None = None

    def received(self, data: bytes) -> bool:
        """Take in what came, and remember since when something is unfinished."""
        taken = bool(super().received(data))
        if self.request is None:
            self.begun_at = None
        elif self.begun_at is None:
            self.begun_at = time.monotonic()
        elif time.monotonic() - self.begun_at > ARRIVES_WITHIN:
            self.will_close = True
        return taken


def _serve_a_while(served: dict[int, Any]) -> None:
    wasyncore.loop(timeout=LOOKS_EVERY, use_poll=True, map=served, count=1)


def _is_at_work(each: object) -> bool:
    return isinstance(each, HTTPChannel) and bool(each.requests or each.total_outbufs_len)


def _allow_open_files(wanted: int) -> None:
    """Each connection is one, and a machine may allow far fewer than it could."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
