"""The log of what was asked and what was answered: one JSON line a step, on the disk before the
request leaves and after its answer came. What has no answer may have happened or not.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Said(StrEnum):
    """What the log knows of an operation."""

    INVOKE = "invoke"
    OK = "ok"
    """Acknowledged: it must have happened, once."""
    FAIL = "fail"
    """Refused: it must not have happened."""
    INFO = "info"
    """No answer: it may have happened, once, or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of one operation."""

    kind: str
    key: str
    said: Said
    at: float
    reference: str = ""


class OperationLog:
    """Written by the load, by several threads, and across kills of its process."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Nothing more is asked."""
        self._file.close()

    def write(self, kind: str, key: str, said: Said, reference: str = "") -> None:
        """Back when it is on the disk."""
        line = {"kind": kind, "key": key, "said": said, "at": time.time(), "reference": reference}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def read_lines(file: Path) -> Iterator[Line]:
    """Every whole line; the last may be cut short by a kill."""
    if not file.exists():
        return
    for text in file.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        yield Line(**{**line, "said": Said(line["said"])})
