"""What it takes to take an act back: where the case lay before, as its journal tells it."""

from desk.history.past import Past
from domain.acts import Undo
from domain.acts.undoing import UNDOABLE
from domain.errors import Refusal, Refused
from store.database import DatabaseSession
from store.reads.past import read_past
from store.undoing import Done

RESTORED = frozenset({"handler", "unit", "level", "status", "milestones", "tasks"})
"""What of a case is again as it was."""


def undo_of(session: DatabaseSession, done: Done) -> Undo:
    """The act that takes this one back. Raises `Refused` for one that cannot be, or where the
    journal does not tell how the case stood before."""
    if done.event not in UNDOABLE:
        raise Refused(Refusal.NOT_TO_BE_UNDONE)
    past = Past(read_past(session, done.reference))
    before = past.case_after(done.version - 1)
    if before is None or RESTORED.intersection(past.untold):
        raise Refused(Refusal.NOT_TO_BE_UNDONE)
    return Undo(
        undoes=done.key,
        undone=done.event,
        done_at=done.at,
        handler=before.handler,
        unit=before.unit,
        level=before.level,
        status=before.status,
        word_to=done.word_to,
    )
