"""People at work: a process that takes complaints in and handles them, seeded, through the same
desk the pages use. It logs every request before it leaves and every answer after it came.

    python -m tests.faults.load LOG SEED THREADS LIVES
"""

import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from client.cases import CaseDesk, Taken
from client.temporal import TemporalConnection, connect
from config import load_settings
from crashpoints import SaidToHaveFailed, arm
from domain.acts import (
    AnyAct,
    AskCustomer,
    Assign,
    Attach,
    Close,
    Dispose,
    Note,
    Reply,
    Start,
    TakeAnswer,
)
from domain.classification import Level, Responsibility, Satisfaction, Validity
from engines.process_exit import leave_after
from store.attachments import AttachmentFolder, read_limits
from store.database import open_database
from tests.builders import a_complaint, actor
from tests.faults.operations import OperationLog, Said

TRIES = 6
REST_SECONDS = 0.3

WORDS = {
    "note": "又看了一遍。",
    "file_name": "scan.pdf",
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
        self, desk: CaseDesk, files: AttachmentFolder, log: OperationLog, seed: str
    ) -> None:
        self._desk = desk
        self._files = files
        self._log = log
        self._random = random.Random(seed)
        self._seed = seed
        self._number = 0

    def live(self) -> None:
        """One complaint: received, handled, often to its end, sometimes left to its clocks."""
        reference = self._receive("rehearsal" if self._random.random() < 0.3 else None)
        if reference is None:
            return
        given = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
        self._act(reference, given, "sun")
        self._act(reference, self._file(), "han")
        for act in self._middle():
            self._act(reference, act, "han")
        if self._random.random() < 0.6:
            answered = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=datetime.now(UTC))
            settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
            for act in (answered, settled, Close()):
                self._act(reference, act, "han")

    def _file(self) -> Attach:
        """A scan that lies on the disk before its row does."""
        content = BytesIO(b"%PDF-1.7 " + self._random.randbytes(2_000))
        kept = self._files.keep(content, WORDS["file_name"], read_limits())
        return Attach(digest=kept.digest, size=kept.size)

    def _middle(self) -> list[AnyAct]:
        acts: list[AnyAct] = [Start()]
        acts += [Note() for _ in range(self._random.randrange(6))]
        if self._random.random() < 0.3:
            acts += [AskCustomer(), TakeAnswer()]
        return acts

    def _receive(self, policy: str | None) -> str | None:
        key = self._key()
        complaint = a_complaint(intake_key=key, policy=policy, received_at=datetime.now(UTC))
        for _ in range(TRIES):
            self._log.write("receive", key, Said.INVOKE)
            try:
                reference = self._desk.receive(complaint, actor("ines")).reference
            except (SQLAlchemyError, SaidToHaveFailed):
                self._log.write("receive", key, Said.INFO)
                time.sleep(REST_SECONDS)
            else:
                self._log.write("receive", key, Said.OK, reference)
                return reference
        return None

    def _act(self, reference: str, act: AnyAct, by: str) -> None:
        key = self._key()
        words = {name: WORDS[name] for name in act.words if name in WORDS}
        for _ in range(TRIES):
            self._log.write("act", key, Said.INVOKE, reference)
            try:
                taken = self._desk.act(
                    command_id=key, reference=reference, act=act, words=words, by=actor(by)
                ).taken
            except (SQLAlchemyError, SaidToHaveFailed):
                taken = Taken.WAITING
            said = {Taken.ACCEPTED: Said.OK, Taken.REFUSED: Said.FAIL}.get(taken, Said.INFO)
            self._log.write("act", key, said, reference)
            # A second click now and then: it must be the same act.
            if said is not Said.INFO and self._random.random() < 0.9:
                return
            time.sleep(REST_SECONDS if said is Said.INFO else 0)

    def _key(self) -> str:
        self._number += 1
        return f"{self._seed}-{self._number}"


def main() -> None:
    """Work until the lives are lived, or somebody kills us; 0 lives is for ever."""
    file, seed, threads, lives = sys.argv[1:]
    settings = load_settings()
    arm(settings.crash_at, settings.raise_after)
    sessions = open_database(settings.database_url, journal_key=settings.journal_key)
    desk = CaseDesk(sessions, TemporalConnection(lambda: connect(settings)))
    log = OperationLog(Path(file))
    files = AttachmentFolder(settings.attachments_dir)
    failed = threading.Event()

    def work(number: int) -> None:
        person = Person(desk, files, log, f"{seed}-{number}")
        left = int(lives)
        while not failed.is_set():
            person.live()
            left -= 1
            if left == 0:
                return

    with ThreadPoolExecutor(int(threads)) as pool:
        for done in [pool.submit(work, number) for number in range(int(threads))]:
            try:
                done.result()
            except BaseException:
                failed.set()
                raise


if __name__ == "__main__":
    leave_after(main)
