"""Reading and writing the record of a case. Every activity may be run twice and counts once."""

import logging
from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.recorder import Recorder
from crashpoints import crashpoint
from domain.failures import Intrusion
from domain.journal import CaseState, Change
from domain.policy import CaseRules
from store.cases.commands import NoCommand
from store.cases.journal import standing_of
from store.database import Sessions
from store.operations.failures import note_intrusion
from store.policies.packs import published_pack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case taken up by its workflow, with the case rules it was received under."""

    standing: CaseState
    conduct: CaseRules

    def __post_init__(self) -> None:
        object.__setattr__(self, "conduct", _kept_once(self.conduct))


_RULES: list[CaseRules] = []


def _kept_once(rules: CaseRules) -> CaseRules:
    """The same rules for all cases that have equal ones: a worker keeps ten thousand cases ready,
    and their rules are those of a few packs, fourteen kilobytes each."""
    for known in _RULES:
        if known == rules:
            return known
    _RULES.append(rules)
    return rules


class CaseRecords:
    """The rows of a case, as its workflow reaches them.

    Nothing is thrown into a thread whose activity took too long: it may just be writing for others.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._recorder = Recorder(sessions)

    def is_in_a_rush(self) -> bool:
        """Whether many cases are being written just now: whatever can wait should."""
        return self._recorder.is_in_a_rush

    @activity.defn(no_thread_cancel_exception=True)
    def open_case(self, reference: str) -> Opened:
        """The case as it stands. What is returned goes into the history, so a policy published
        later changes nothing for this case."""
        with self._sessions.begin() as session:
            standing = standing_of(session, reference)
            pack = published_pack(session, standing.case.policy)
        crashpoint("case.opened")
        return Opened(standing=standing, conduct=pack.conduct)

    @activity.defn(no_thread_cancel_exception=True)
    def record(self, writing: Change) -> CaseState:
        """Write one change down, with its clocks planned anew; see `store.cases.journal.record`.

        After a step of a clock come the steps that are due by then too, such as the first rung of
        a ladder at the instant of the breach: one commit, and one message to Temporal instead of
        one each.
        """
        crashpoint("record.begun")
        try:
            standing = self._recorder.record(writing)
        except NoCommand as unasked:
            raise self._reported(writing, unasked) from None
        crashpoint("record.committed")
        return standing

    def _reported(self, writing: Change, unasked: NoCommand) -> ApplicationError:
        """The end of the matter: asking again changes nothing. The administrators see it among
        the failed cases."""
        reference = writing.case.reference
        log.error("%s: refused to write what nobody asked for: %s", reference, unasked)
        with self._sessions.begin() as session:
            note_intrusion(session, reference, Intrusion.NO_COMMAND)
        return ApplicationError(str(unasked), type=NoCommand.__name__, non_retryable=True)
