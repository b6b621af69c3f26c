"""Reading and writing the record of a case. Every activity may be run twice and counts once."""

from dataclasses import dataclass

from temporalio import activity

from crashpoints import crashpoint
from domain.journal import CaseState, Change
from domain.policy import CaseRules
from store.cases.journal import record, standing_of
from store.database import Sessions
from store.policies.packs import published_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case taken up by its workflow, with the rules of conduct it was received under."""

    standing: CaseState
    conduct: CaseRules


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
    def record(self, writing: Change) -> CaseState:
        """Write one change down, with its clocks planned anew; see `store.cases.journal.record`.

        After a step of a clock come the steps that are due by then too, such as the first rung of
        a ladder at the instant of the breach: one commit, and one message to Temporal instead of
        one each.
        """
        crashpoint("record.begun")
        with self._sessions.begin() as session:
            standing = record(session, writing)
            crashpoint("record.written")
        crashpoint("record.committed")
        return standing
