"""Writing down together what is asked for at the same time.

A commit costs as much for one case as for a dozen. Nobody waits for company: the first writes at
once, and who comes meanwhile goes together with the next.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from crashpoints import crashpoint
from domain.journal import CaseState, Change
from store.cases.journal import record, record_together
from store.database import DatabaseAway, DatabaseSession, Sessions

Written = TypeVar("Written")

A_CROWD = 4
"""So many written together do not come by chance (default): there is a rush."""

A_RUSH_LASTS_SECONDS = 2.0
"""After the last crowd (default)."""


@dataclass(slots=True)
class _Asked:
    """A change to be written, and what became of it."""

    writing: Change
    told: CaseState | None = None
    failure: BaseException | None = None
    goes_alone: bool = False
    """It could not be written with others: somebody holds its row, or one of them failed."""

    @property
    def is_over(self) -> bool:
        return self.told is not None or self.failure is not None or self.goes_alone


class Recorder:
    """Writes changes to the records of cases, for as many threads as ask."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._waiting: list[_Asked] = []
        self._queue = threading.Lock()
        self._turn = threading.Lock()
        self._crowded_at = float("-inf")

    @property
    def waiting(self) -> int:
        """How many changes nobody has begun to write."""
        with self._queue:
            return len(self._waiting)

    @property
    def is_in_a_rush(self) -> bool:
        """Whether many cases are being written just now, as when many limits end at one instant."""
        return time.monotonic() - self._crowded_at < A_RUSH_LASTS_SECONDS

    def record(self, writing: Change) -> CaseState:
        """Write one change down, see `store.cases.journal.record`; whatever becomes of the others,
        it is written, or refused, as if it were alone."""
        mine = _Asked(writing)
        with self._queue:
            self._waiting.append(mine)
        while not mine.is_over:
            with self._turn:
                if not mine.is_over:
                    self._write_together(self._next_group())
        if mine.failure is not None:
            raise mine.failure
        # Outside the turn: a row that somebody holds for long holds up its own case and no other.
        return mine.told or self._committed(lambda session: record(session, writing))

    def _next_group(self) -> list[_Asked]:
        """All who wait, but no case twice: what comes second must see what came first."""
        with self._queue:
            group: dict[str, _Asked] = {}
            for asked in self._waiting:
                group.setdefault(asked.writing.case.reference, asked)
            chosen = list(group.values())
            self._waiting = [each for each in self._waiting if each not in chosen]
        if len(chosen) >= A_CROWD:
            self._crowded_at = time.monotonic()
        return chosen

    def _write_together(self, group: list[_Asked]) -> None:
        """In one transaction. When one fails all are left to be written alone: it must fail by
        itself."""
        try:
            writings = [asked.writing for asked in group]
            told = self._committed(lambda session: record_together(session, writings))
        except DatabaseAway as away:
            for asked in group:
                asked.failure = away
        except Exception:
            for asked in group:
                asked.goes_alone = True
        else:
            for asked, state in zip(group, told, strict=True):
                asked.told, asked.goes_alone = state, state is None

    def _committed(self, write: Callable[[DatabaseSession], Written]) -> Written:
        with self._sessions.begin() as session:
            written = write(session)
            crashpoint("record.written")
        return written
