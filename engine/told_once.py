"""What a worker says of a task that fails again and again.

A case that is stuck is tried for ever, and each try says the same with the whole way through the
program: whoever reads the log finds nothing else in it any more.
"""

import logging
from collections.abc import Iterator

from engine.payloads import UnreadablePayload

FAILED_TASKS = logging.getLogger("temporalio.worker._workflow_instance")

REMEMBERED = 1_000
"""Failures at most (default): of each the run and the kind."""


class ToldOnce(logging.Filter):
    """Leaves the way through the program with the first of many alike. Where somebody told the
    engine what is not ours there is no such way to look for: who it was is told by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[tuple[str, str]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Everything is told, some of it in a line."""
        failure = record.exc_info[1] if record.exc_info else None
        if failure is None:
            return True
        chain = list(_chain(failure))
        alike = (record.getMessage(), type(failure).__name__)
        if alike in self._told or any(isinstance(each, UnreadablePayload) for each in chain):
            record.msg = f"{record.getMessage()}: {type(chain[-1]).__name__}"
            record.args, record.exc_info = (), None
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told.add(alike)
        return True


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came of, and so on to the first."""
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__
