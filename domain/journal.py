"""The journal: one entry for each thing that happened to a case, in order, never altered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case import STEP, Case
from domain.clocks.ledger import Clock, Step
from domain.events import Event

REDRESS = "redress"
"""Who acts when a clock does and no person."""


FIRST = "received"
"""The key of the entry by which a journal begins."""

OVERTAKEN = "overtaken_by"
"""The fact of a reminder that nobody was sent: its date had passed before it could be told."""


def is_reserved(key: str) -> bool:
    """Whether Redress itself writes under this key, so that no command may have it for its id: the
    step whose key it is would be taken for carried out.
    """
    return key == FIRST or key.startswith(STEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is about to be written down. Texts lie with the command of the same key, not here."""

    key: str
    """Unique within the case: command's id or step's key. Written again, it is no change."""
    event: Event
    by: str
    """Id of the person, or `redress`."""
    at: datetime
    facts: Mapping[str, str]
    """References, classes and instants; never a name, never a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change to be written: the case as it will be, and what happened."""

    case: Case
    entry: Entry
    step: Step | None = None
    """The step of a clock this carries out, if it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """Where a case stands: what its workflow goes on from."""

    case: Case
    clocks: tuple[Clock, ...]
    written: bool = True
    """Whether nothing is left to write: the change is in the journal, now or from before, or its
    command was refused before, which stands. False when the case had moved on meanwhile: decide
    again on what it has become."""
