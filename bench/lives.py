"""People who give cases their whole life at our own desk, in a process of their own, so that what
they use is counted apart: complaints received one by one, acts one by one, sixteen at a time.

It says `received`, waits to be told to go on, says `prepared`, waits again, and says `closed`.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.installation import complaints
from config import load_settings
from desk.cases import ActStatus, CaseDesk
from domain.acts import AnyAct, Assign, Close, Dispose, Reply, Start
from domain.classification import Level, Responsibility, Satisfaction, Validity
from domain.complaint import Complaint
from embedded.process_exit import leave_after
from engine.connection import TemporalConnection, connect
from store.database import open_database
from tests.builders import actor
from tests.faults.load import WORDS

THREADS = 16


@dataclass(frozen=True)
class Told:
    """What the program is asked for."""

    cases: int
    policy: str


class Lives:
    """All cases together, one stage after the other."""

    def __init__(self, told: Told) -> None:
        settings = load_settings()
        sessions = open_database(
            settings.database_url,
            journal_key=settings.journal_key,
            personal_keys=settings.personal_keys,
            pool_size=THREADS,
        )
        self._desk = CaseDesk(sessions, TemporalConnection(lambda: connect(settings)))
        self._told = told
        self._references: list[str] = []

    def receive(self) -> None:
        """Everybody complains."""
        arrived = complaints(self._told.cases, self._told.policy, datetime.now(UTC))
        with ThreadPoolExecutor(THREADS) as threads:
            self._references = list(threads.map(self._receive, arrived))

    def prepare(self) -> None:
        """Every case is handled as far as can be: only the last act is left."""
        self._each(self._prepare)

    def close(self) -> None:
        """The last act."""
        self._each(lambda reference: self._act(reference, Close()))

    def _receive(self, complaint: Complaint) -> str:
        return self._desk.receive(complaint, actor("ines")).reference

    def _prepare(self, reference: str) -> None:
        answer = Reply(satisfaction=Satisfaction.SATISFIED, handled_at=datetime.now(UTC))
        settled = Dispose(validity=Validity.VALID, responsibility=Responsibility.BANK)
        given = Assign(handler="han", handler_unit="harbour-outlet", handler_level=Level.OUTLET)
        for act in (given, Start(), answer, settled):
            self._act(reference, act)

    def _each(self, do: Callable[[str], None]) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(do, self._references))

    def _act(self, reference: str, act: AnyAct) -> None:
        words = {name: WORDS[name] for name in act.words if name in WORDS}
        by = actor("sun" if isinstance(act, Assign) else "han")
        done = None
        while done is None or done.status is ActStatus.WAITING:  # asked again, it is the same act
            done = self._desk.act(
                command_id=f"{reference}-{act.kind}", reference=reference, act=act, words=words,
                by=by,
            )  # fmt: skip
        assert done.status is ActStatus.ACCEPTED, (act, done)


def main() -> None:
    """Stage after stage, as told."""
    lives = Lives(Told(**json.loads(sys.argv[1])))
    _say("ready")
    for stage, done in (
        (lives.receive, "received"),
        (lives.prepare, "prepared"),
        (lives.close, "closed"),
    ):
        stage()
        _say(done)
        sys.stdin.readline()


def _say(word: str) -> None:
    print(json.dumps(word), flush=True)


if __name__ == "__main__":
    leave_after(main)
