"""Reading and writing the record of a case. Every activity may be run twice and counts once."""

from dataclasses import dataclass

from temporalio import activity

from crashpoints import crashpoint
from domain.journal import Standing, Writing
from domain.policy import Conduct
from store.database import Sessions
from store.journal import record, standing_of
from store.packs import published_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case taken up by its workflow, with the rules of conduct it was received under."""

    standing: Standing
    conduct: Conduct


class CaseRecords:
    """The rows of a case, as its workflow reaches them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @activity.defn
    def open_case(self, reference: str) -> Opened:
        """The case as it stands. What is returned goes into the history, so a policy published
        later changes nothing for this case."""
        with self._sessions.begin() as session:
            standing = standing_of(session, reference)
            pack = published_pack(session, standing.case.policy)
        crashpoint("case.opened")
        return Opened(standing=standing, conduct=pack.conduct)

    @activity.defn
    def record(self, writing: Writing) -> Standing:
        """Write one change down, with its clocks planned anew; see `store.journal.record`."""
        crashpoint("record.begun")
        with self._sessions.begin() as session:
            standing = record(session, writing)
            crashpoint("record.written")
        crashpoint("record.committed")
        return standing
