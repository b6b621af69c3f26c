"""Processes that outlive us: who they are, whether they still run, how to end them.

A number alone does not name a process: after a crash or a reboot another one may carry it. A
number together with the instant it began does.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, told apart from any other that had or will have its number."""

    pid: int
    began: str
    """An opaque mark of when it began; compared, never parsed."""

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """Who runs under `pid` now; None for nobody and for a zombie."""
        began = _began(pid)
        return None if began is None else cls(pid, began)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """The identity noted in `file`; None when there is none or it was cut short."""
        try:
            return cls(**json.loads(file.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, file: Path) -> None:
        """Note it for whoever comes after us."""
        file.write_text(json.dumps(asdict(self)))

    def is_running(self) -> bool:
        """Whether this very process still runs."""
        return _began(self.pid) == self.began

    def stop(self, *, within: float, first: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end with the signal `first`; make it end after `within` seconds."""
        for which, seconds in ((first, within), (signal.SIGKILL, 5.0)):
            if self.is_running():
                _send(self.pid, which)
                wait_until(lambda: not self.is_running(), seconds)


def wait_until(happened: Callable[[], bool], within: float, every: float = 0.02) -> bool:
    """Look every `every` seconds, for at most `within` seconds; True once it happened."""
    deadline = time.monotonic() + within
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def _send(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return


def _began(pid: int) -> str | None:
    return _began_by_proc(pid) if PROC.joinpath("self/stat").exists() else _began_by_ps(pid)


def _began_by_proc(pid: int) -> str | None:
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text()
        boot = PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    # After the name, which may hold anything, in brackets: state first, start in ticks the 20th.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else f"{boot}/{fields[19]}"


def _began_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if not answer or answer[0].startswith("Z") else answer[1].strip()
