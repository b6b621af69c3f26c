"""Pages while strangers send forms byte by byte, and while many people log in at once.

    python -m bench.slow_bodies [CONNECTIONS] [SECONDS]        100 and 20 when nothing is said

On embedded engines, with the pages as `make up` serves them. First nobody disturbs; then so many
connections each send a form to /login, a byte a second; then thirty people log in at the same
instant, again and again. Meanwhile four readers ask for a queue and one asks for /health.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.process_exit import leave_after
from tests.faults.machine import Machine
from tests.faults.pages import Browser
from tests.slow_clients import dribbling

READERS = 4
LOG_INS = 30
P95_AT_MOST = 1.0
"""Seconds, for a page while anybody disturbs."""


def main(arguments: list[str]) -> int:
    """Measure, and fail when pages were too slow."""
    connections, seconds = (int(each) for each in (*arguments, *("100", "20")[len(arguments) :]))
    folder = Path(tempfile.mkdtemp(prefix="slow-bodies-"))
    try:
        with Machine(folder, behind_proxies=False) as machine:
            return _measure(machine.keep_web(), connections, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(port: int, connections: int, seconds: int) -> int:
    readers = [Browser(port) for _ in range(READERS)]
    for reader in readers:
        reader.log_in("sun")
    slowest = []
    _tell("nobody disturbs", _read(readers, seconds))
    with dribbling(port, connections):
        slowest.append(_tell(f"{connections} forms byte by byte", _read(readers, seconds)))
    with _logging_in(port) as told:
        slowest.append(_tell(f"{LOG_INS} log-ins at once", _read(readers, seconds)))
    print(f"{'log-ins':>28}: {len(told)} let in, the slowest after {max(told):.2f} s")
    return 0 if max(slowest) < P95_AT_MOST else 1


def _read(readers: list[Browser], seconds: int) -> list[float]:
    """How long each page took that was asked for."""
    took: list[float] = []
    until = time.monotonic() + seconds

    def read(reader: Browser, paths: tuple[str, ...]) -> None:
        while time.monotonic() < until:
            for path in paths:
                began = time.monotonic()
                reader.get(path)
                took.append(time.monotonic() - began)
            time.sleep(0.2)

    asking = [threading.Thread(target=read, args=(each, ("/", "/health"))) for each in readers]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    return took


def _tell(what: str, took: list[float]) -> float:
    percent = statistics.quantiles(took, n=100)
    print(
        f"{what:>28}: {len(took)} pages, p50 {percent[49]:.3f} s, p95 {percent[94]:.3f} s,"
        f" slowest {max(took):.3f} s",
        flush=True,
    )
    return percent[94]


@contextmanager
def _logging_in(port: int) -> Iterator[list[float]]:
    """Thirty people who log in at the same instant, again and again; and how long it took each."""
    took: list[float] = []
    over = threading.Event()
    together = threading.Barrier(LOG_INS)

    def come_in() -> None:
        while not over.is_set():
            try:
                together.wait(timeout=60)
            except threading.BrokenBarrierError:
                return
            began = time.monotonic()
            Browser(port).log_in("han")
            took.append(time.monotonic() - began)

    people = [threading.Thread(target=come_in) for _ in range(LOG_INS)]
    for each in people:
        each.start()
    try:
        yield took
    finally:
        over.set()
        together.abort()
        for each in people:
            each.join()


if __name__ == "__main__":
    leave_after(lambda: sys.exit(main(sys.argv[1:])))
