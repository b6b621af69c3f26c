"""People at work: a process that takes complaints in and handles them, seeded. It logs every
request before it leaves and every answer after it came.

    python -m tests.faults.load LOG SEED THREADS PORT    for ever, in the pages served there
    python -m tests.faults.load LOG SEED INSTANT         one complaint, at a desk in this process,
                                                         dated so, however often it is filed
"""

import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from config import load_settings
from crashpoints import arm
from desk.cases import ActStatus
from domain.acts import (
    AnyAct,
    AskCustomer,
    Assign,
    Close,
    Dispose,
    Note,
    Reply,
    Start,
    TakeAnswer,
)
from domain.classification import Level, Responsibility, Satisfaction, Validity
from embedded.process_exit import leave_after
from tests.builders import a_complaint, actor
from tests.faults.desks import Desk, DeskHere, NoAnswer
from tests.faults.machine import REHEARSING
from tests.faults.operations import OperationLog, Said
from tests.faults.pages import DeskBehindPages

TRIES = 15
REST_SECONDS = 0.3

WORDS = {
    "note": "又看了一遍。",
    "question": "请问是哪一天？",
    "answer": "上周一。",
    "findings": "窗口不足。",
    "persons": "无",
    "lessons": "增开窗口。",
    "handler_name": "甲",
    "handler_phone": "000",
    "letter": "现答复如下。",
    "measures": "增开窗口。",
}


class Person:
    """One thread of work: complaints from receipt to closing, one after the other."""

    def __init__(
        self, desk: Desk, log: OperationLog, seed: str, now: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._log = log
        self._now = now
        self._random = random.Random(seed)
        self._seed = seed
        self._number = 0

    def live(self) -> None:
        """One complaint: received, handled, often to its end, sometimes left to its clocks."""
        reference = self._receive(REHEARSING if self._random.random() < 0.3 else "harbour-outlet")
        if reference is None:
            return
        given = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
        if not self._act(reference, given, "sun"):
            return  # whoever is to have it does not see it yet, and nobody waits any longer
        self._attach(reference, "han")
        for act in self._middle():
            self._act(reference, act, "han")
        if self._random.random() < 0.6:
            answered = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=self._now())
            settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
            for act in (answered, settled, Close()):
                self._act(reference, act, "han")

    def _middle(self) -> list[AnyAct]:
        acts: list[AnyAct] = [Start()]
        acts += [Note() for _ in range(self._random.randrange(6))]
        if self._random.random() < 0.3:
            acts += [AskCustomer(), TakeAnswer()]
        return acts

    def _receive(self, unit: str) -> str | None:
        key = self._key()
        complaint = a_complaint(intake_key=key, unit=unit, received_at=self._now())
        for _ in range(TRIES):
            self._log.write("receive", key, Said.INVOKE)
            try:
                reference = self._desk.receive(complaint, actor("ines"))
            except NoAnswer:
                self._log.write("receive", key, Said.INFO)
                time.sleep(REST_SECONDS)
            else:
                self._log.write("receive", key, Said.OK, reference)
                return reference
        return None

    def _attach(self, reference: str, by: str) -> None:
        scan = b"%PDF-1.7 " + self._random.randbytes(2_000)
        self._ask(
            reference,
            lambda key: self._desk.attach(key, reference, "scan.pdf", scan, actor(by)),
        )

    def _act(self, reference: str, act: AnyAct, by: str) -> bool:
        words = {name: WORDS[name] for name in act.words if name in WORDS}
        return self._ask(
            reference, lambda key: self._desk.act(key, reference, act, words, actor(by))
        )

    def _ask(self, reference: str, ask: Callable[[str], ActStatus]) -> bool:
        """Ask under one key until there is an answer, or patience ends; whether there was one."""
        key, said = self._key(), Said.INFO
        for _ in range(TRIES):
            self._log.write("act", key, Said.INVOKE, reference)
            try:
                taken = ask(key)
            except NoAnswer:
                taken = ActStatus.WAITING
            said = {ActStatus.ACCEPTED: Said.OK, ActStatus.REFUSED: Said.FAIL}.get(taken, Said.INFO)
            self._log.write("act", key, said, reference)
            # A second click now and then: it must be the same act.
            if said is not Said.INFO and self._random.random() < 0.9:
                return True
            time.sleep(REST_SECONDS if said is Said.INFO else 0)
        return said is not Said.INFO

    def _key(self) -> str:
        """As a form has one, but the same in every run of this seed."""
        self._number += 1
        return str(uuid5(NAMESPACE_OID, f"{self._seed}-{self._number}"))


def main() -> None:
    """Handle one complaint where a test may kill us, or go on until somebody ends us."""
    file, seed, *how = sys.argv[1:]
    log = OperationLog(Path(file))
    if len(how) == 1:
        settings = load_settings()
        arm(settings.crash_at, settings.raise_after)
        typed_at = datetime.fromisoformat(how[0])
        Person(DeskHere(settings), log, seed, lambda: typed_at).live()
        return
    threads, port = (int(each) for each in how)
    failed = threading.Event()

    def work(number: int) -> None:
        person = Person(DeskBehindPages(port), log, f"{seed}-{number}", lambda: datetime.now(UTC))
        try:
            while not failed.is_set():
                person.live()
        finally:
            failed.set()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, number) for number in range(threads)]:
            done.result()


if __name__ == "__main__":
    leave_after(main)
