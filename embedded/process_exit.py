"""The one place where a process of ours ends.

A Python process that has used the Temporal SDK can crash while the interpreter shuts down: the
SDK's own threads still want the interpreter that is being taken apart (temporalio/sdk-python
issue 300). All work is finished and flushed by then, only the exit status is lost, and with it
every supervisor's and every script's idea of what happened. So we write out what is buffered
and leave without taking the interpreter apart.
"""

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn


def leave(code: int = 0) -> NoReturn:
    """End this process with exit status `code`, now, without the interpreter's own shutdown.

    Close what must be closed before: nothing registered with `atexit` runs.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # the reader has gone, or the stream was closed
            continue
    os._exit(code)


def leave_after(main: Callable[[], object]) -> NoReturn:
    """Run `main` as the whole of this process and leave with the status it ends in."""
    try:
        main()
    except SystemExit as end:
        leave(_status(end))
    except KeyboardInterrupt:
        leave(130)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        leave(1)
    leave(0)


def _status(end: SystemExit) -> int:
    """The exit status that Python itself would have given."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return 1
