"""What must hold between the rows, the workflows and the journals, and what it means when it
does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.acts import ACTS
from domain.case import Status
from domain.events import Event
from domain.sentences import Sentence, sentence


class Invariant(StrEnum):
    """A promise of the whole system that one look can confirm or refute."""

    CASE_HAS_WORKFLOW = "case_has_workflow"
    """I1: every case that is open or owes a step is in the care of one running workflow."""
    WORKFLOW_HAS_CASE = "workflow_has_case"
    """I2: no workflow without a case, no case without its receipt."""
    STEP_ONCE_AND_IN_TIME = "step_once_and_in_time"
    """I3: each step of each clock is carried out once, never early, not long after its time."""
    COMMAND_COUNTS_ONCE = "command_counts_once"
    """I4: an accepted command is in the journal once, a refused one not at all."""
    NOTICE_SENT_OR_DEAD = "notice_sent_or_dead"
    """I5: whatever is still to be sent has somebody under way to send it."""
    ROWS_MATCH_WORKFLOW = "rows_match_workflow"
    """I6: what pages read is what the workflow goes by."""
    JOURNAL_UNALTERED = "journal_unaltered"
    """I7: every journal is whole and sealed."""
    ONLY_LEGAL_MOVES = "only_legal_moves"
    """I8: read from its beginning, a journal holds only what was allowed at that point."""
    FILES_WHOLE = "files_whole"
    """I9: every attachment is there and says what it said."""
    EVERYTHING_MOVES = "everything_moves"
    """I10: no workflow is stuck on an error, no message and no command waits too long."""
    NOTHING_PERSONAL_LEAKED = "nothing_personal_leaked"
    """I11: personal words are in PostgreSQL and nowhere else."""
    DATES_PROVED = "dates_proved"
    """I12: every date can be computed again from the case, and none moved without an entry."""
    ENTRY_ASKED_FOR = "entry_asked_for"
    """I13: a stored command stands behind every entry of a person's act, and says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One thing that does not hold, and where to look."""

    invariant: Invariant
    subject: str
    """A reference, a workflow's id, a command's id: never a person."""
    says: Sentence | str
    """For the administrator who looks into it; a code of the journals or the files, or text from
    before facts were told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One look at everything."""

    began_at: datetime
    finished_at: datetime
    looked_at: Mapping[str, int]
    """How many of what were held against each other."""
    disagreements: tuple[Disagreement, ...]

    @property
    def holds(self) -> bool:
        return not self.disagreements


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalStep:
    """A journal entry as far as the rules of movement care."""

    version: int
    event: Event


_ALLOWED_IN: Mapping[Event, frozenset[Status]] = {act.event: act.statuses for act in ACTS}

_LEADS_TO: Mapping[Event, frozenset[Status]] = {
    Event.RECEIVED: frozenset({Status.RECEIVED}),
    Event.IMPORTED: frozenset(Status),
    **{act.event: act.leads_to for act in ACTS if act.leads_to},
}
"""Where a case may stand after an event; what is not named here leaves it where it stood."""

_BEGINNINGS = frozenset({Event.RECEIVED, Event.IMPORTED})


def illegal_moves(journal: Iterable[JournalStep], final: Status) -> Iterator[tuple[int, Sentence]]:
    """Where a journal holds what its own beginning forbids: version, and what is wrong there.

    An entry does not always tell alone where the case stood afterwards, so every status it may
    have had is carried along; what follows must be allowed in one of them.
    """
    possible: frozenset[Status] = frozenset()
    version = 0
    for entry in journal:
        if entry.version != version + 1:
            yield entry.version, sentence("follows version %(version)s", version=version)
        if (entry.event in _BEGINNINGS) != (version == 0):
            yield (
                entry.version,
                sentence("“%(event)s” is no beginning, or not the only one", event=entry.event),
            )
        elif version > 0:
            allowed = possible & _ALLOWED_IN.get(entry.event, frozenset(Status))
            if not allowed:
                yield (
                    entry.version,
                    sentence("“%(event)s” while the case stood at “%(status)s”",
                             event=entry.event, status=sorted(possible)),
                )  # fmt: skip
            possible = allowed or possible
        version = entry.version
        possible = _LEADS_TO.get(entry.event, possible)
    if final not in possible:
        yield (
            version,
            sentence("ends at “%(possible)s”, but the case stands at “%(status)s”",
                     possible=sorted(possible), status=final),
        )  # fmt: skip
