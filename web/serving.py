"""How gunicorn serves the pages: `gunicorn --config python:web.serving "web:create_app()"`."""

import contextlib
import gc
import sys

from config import SettingsRefused, load_settings
from embedded.process_exit import leave
from rulebook.marked_yaml import FileProblems
from rulebook.single_sign_on import read_sign_on_mapping
from store.database import (
    DatabaseAway,
    UnsafeDatabase,
    close_database,
    open_database,
    refuse_unsafe,
)

workers = 2
worker_class = "web.buffering.BufferingWorker"
threads = 8
"""Of each process, that make pages; those who log in have their own (`web.buffering`). A page may
hold two connections at once, of which a process has twenty."""
timeout = 60
graceful_timeout = 5
"""Seconds a page that is being made may still take when the server stops."""
control_socket_disable = True  # nobody here asks it anything
# What a request says of itself is judged in one place, `web.base.proxies`; here nobody's is taken.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
proc_name = "redress-web"
loglevel = "warning"


COLLECTED_AFTER = (5_000, 10, 100)
"""Objects, rounds, and rounds of rounds after which the garbage collector looks (default)."""


def on_starting(server: object) -> None:
    """Refuse once, in one sentence, before there is any process for pages. A PostgreSQL that is
    away is no reason: pages say so until it is back, and each connection is looked at then."""
    try:
        settings = load_settings()
        if settings.sign_in.single_sign_on is not None:
            read_sign_on_mapping(settings.sign_in.single_sign_on.mapping)
        sessions = open_database(settings.database_url)
        with contextlib.suppress(*DatabaseAway):
            refuse_unsafe(sessions)
        close_database(sessions)
    except (SettingsRefused, FileProblems, UnsafeDatabase) as refused:
        raise SystemExit(f"The web does not start: {refused}") from None


def post_worker_init(worker: object) -> None:
    """What has been loaded by now stays as long as its process, so the garbage collector need not
    go through it again: that made one page in ten a seventh of a second slower. What comes later,
    compiled statements and templates, it goes through once in hundreds of pages and not in twenty:
    a page leaves some three hundred objects that only it finds, and finding them takes as long as
    a page does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def worker_exit(server: object, worker: object) -> None:
    """A worker has used Temporal by now, so it ends as every process of ours does.

    gunicorn calls this while the worker's SystemExit is on its way; its status tells gunicorn
    whether the application could be loaded at all.
    """
    end = sys.exception()
    code = end.code if isinstance(end, SystemExit) else 0
    leave(code if isinstance(code, int) else 0)
