"""Pages while strangers send forms byte by byte, and while many people log in at once.

    python -m bench.slow_bodies [CONNECTIONS] [SECONDS]        100 and 20 when nothing is said

On embedded engines, with the pages as `make up` serves them. First nobody disturbs; then so many
connections each send a form to /login, a byte a second; then thirty people log in at the same
instant, again and again. Meanwhile four readers ask for a queue and one asks for /health.
"""

import math
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.classification import Role
from embedded.process_exit import leave_after
from store.people.passwords import set_password
from store.people.people import create_person
from tests.faults.desks import NoAnswer
from tests.faults.machine import Machine
from tests.faults.pages import PASSWORD, Browser
from tests.slow_clients import dribbling

READERS = 4
PEOPLE = [f"handler {number}" for number in range(30)]
P95_AT_MOST = 1.0
"""Seconds, for a page while anybody disturbs."""


def main(arguments: list[str]) -> int:
    """Measure, and fail when pages were too slow."""
    connections, seconds = (int(each) for each in (*arguments, *("100", "20")[len(arguments) :]))
    folder = Path(tempfile.mkdtemp(prefix="slow-bodies-"))
    try:
        with Machine(folder, behind_proxies=False) as machine:
            with machine.sessions.begin() as session:
                for login in PEOPLE:
                    roles = [Role.HANDLER]
                    person = create_person(
                        session, login=login, name=login, unit="east-branch", roles=roles
                    )
                    set_password(session, person, PASSWORD)
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
        slowest.append(_tell(f"{len(PEOPLE)} log-ins at once", _read(readers, seconds)))
    let_in = [each for each in told if each < math.inf]
    print(
        f"{'log-ins':>28}: {len(let_in)} let in, the slowest after {max(let_in):.2f} s;"
        f" {len(told) - len(let_in)} asked to come again"
    )
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
    together = threading.Barrier(len(PEOPLE))

    def come_in(login: str) -> None:
        while not over.is_set():
            try:
                together.wait(timeout=60)
            except threading.BrokenBarrierError:
                return
            began = time.monotonic()
            try:
                Browser(port).log_in(login)
            except NoAnswer:
                took.append(math.inf)
            else:
                took.append(time.monotonic() - began)

    people = [threading.Thread(target=come_in, args=(each,)) for each in PEOPLE]
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
