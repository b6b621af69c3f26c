"""What a person waits for: a note is sent from the page of a case until that page shows it."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http.client import OK
from typing import Self
from uuid import uuid4

from bench.figures import OURS, Measured, at
from bench.installation import A_MONTH, Installation, an_installation, complaints
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import Wrong
from store.cases.receipts import receive
from tests.builders import actor
from tests.faults.pages import Browser, Form

GIVES: Sequence[str] = ("act.p50_ms", "act.p99_ms")

POLICY = "acts"
GIVEN_UP = 900.0
"""Seconds after which nobody waits for a page any more."""

REST = 1.0
"""Seconds between two acts, and between two looks, of people at work in a burst."""

WARMING_UP = 10
"""Acts that do not count: processes load things, and caches fill."""


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """So many notes, one after the other, while nothing else happens."""
    with an_installation(topology) as machine:
        machine.start_workers()
        person = Person(machine)
        for _ in range(WARMING_UP):
            person.notes()
        seconds = [person.notes() for _ in range(sizes.notes)]
    print(f"  {len(seconds)} notes, the slowest visible after {1000 * max(seconds):.0f} ms")
    return {
        "act.p50_ms": {OURS: 1000 * at(seconds, 0.5)},
        "act.p99_ms": {OURS: 1000 * at(seconds, 0.99)},
    }


class Person:
    """A handler in a browser, with a case of their own."""

    def __init__(self, machine: Installation) -> None:
        machine.publish(POLICY, A_MONTH)
        with machine.sessions.begin() as session:
            [complaint] = complaints(1, POLICY, datetime.now(UTC))
            reference = receive(session, complaint, actor("ines")).reference
        self._case = f"/cases/{reference}"
        self._browser = Browser(machine.keep_web())
        self._browser.log_in("han")
        self._noted = 0

    def notes(self) -> float:
        """Write one more note; seconds from pressing the button until the page shows it."""
        self._noted += 1
        said = f"第 {self._noted} 次核对。"
        opened = self._browser.get(self._case)
        typed = {**opened.hidden, "note": said, "command_id": str(uuid4())}
        form = Form.filled_in(f"{self._case}/acts/note", typed)
        began = time.monotonic()
        shown = self._browser.send(form)
        while said not in shown.text:
            if time.monotonic() - began > GIVEN_UP:
                raise Wrong(f"a note never showed: {shown.status} {shown.path}")
            shown = self._browser.get(self._case)
        return time.monotonic() - began


class Work:
    """Somebody who does one thing again and again beside what is measured."""

    def __init__(self, do: Callable[[], float]) -> None:
        """:param do: the thing; returns the seconds it took"""
        self.seconds: list[float] = []
        self._do = do
        self._failure: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._over.set()
        self._thread.join()
        if error is None and self._failure is not None:
            raise Wrong(f"somebody could not work: {self._failure!r}") from self._failure

    def _work(self) -> None:
        try:
            while not self._over.wait(REST):
                self.seconds.append(self._do())
        except Exception as failure:  # told by whoever waits for the work to end
            self._failure = failure


def a_look_at_the_queue(machine: Installation) -> Callable[[], float]:
    """A supervisor's first page, asked for again."""
    browser = Browser(machine.keep_web())
    browser.log_in("sun")

    def look() -> float:
        began = time.monotonic()
        shown = browser.get("/")
        if shown.status != OK:
            raise Wrong(f"the queue does not come: {shown.status}")
        return time.monotonic() - began

    return look
