"""How gunicorn serves the pages: `gunicorn --config python:web.serving "web:create_app()"`."""

import sys

from engines.process_exit import leave

workers = 2
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 5
"""Seconds a page that is being made may still take when the server stops."""
keepalive = 5
control_socket_disable = True  # nobody here asks it anything
proc_name = "redress-web"
loglevel = "warning"


def worker_exit(server: object, worker: object) -> None:
    """A worker has used Temporal by now, so it ends as every process of ours does.

    gunicorn calls this while the worker's SystemExit is on its way; its status tells gunicorn
    whether the application could be loaded at all.
    """
    end = sys.exception()
    code = end.code if isinstance(end, SystemExit) else 0
    leave(code if isinstance(code, int) else 0)
