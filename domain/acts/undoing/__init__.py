"""Taking back what was done a moment ago, where that deceives nobody (decision 47)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from domain.acts.base import Act, ActContext
from domain.case import UNANSWERED, Case, CaseTask, Milestone, Status
from domain.classification import Level
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission

UNDOABLE = frozenset({Event.ASSIGNED, Event.FORWARDED})
"""What can be taken back: the case lies again where it lay, and nobody outside the bank has heard
of it. Whoever heard is told. What was said to a customer, and that somebody was pressed or heard,
has happened."""

PASSED_ON = frozenset({Milestone.FORWARDED, Milestone.DELIVERED})
"""What a case reaches by being given away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Act):
    """Give a case back to where it lay before it was assigned or forwarded, while nobody has acted
    on it since. The clocks that started or stopped by that run as if it had not been; the journal
    keeps both.

    Its facts come from the journal, and from nobody who asks (`desk.history.undoing`). It is done
    on the version that the other act made, so that it is refused once somebody has gone on.
    """

    kind: Literal["undo"] = "undo"
    undoes: str
    """Key of the entry that is taken back."""
    undone: Event
    done_at: datetime
    handler: str | None = None
    """Who had it before; None when nobody did."""
    unit: str
    level: Level
    status: Status
    word_to: tuple[str, ...] = ()
    """Whoever was told of it."""

    event = Event.UNDONE
    permission = Permission.UNDO
    statuses = UNANSWERED
    leads_to = UNANSWERED
    is_of_who_did_it = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.undone not in UNDOABLE or self.status not in UNANSWERED:
            raise Refused(Refusal.NOT_TO_BE_UNDONE)
        return replace(
            case,
            handler=self.handler,
            unit=self.unit,
            level=self.level,
            status=self.status,
            milestones=tuple(
                each
                for each in case.milestones
                if each.at != self.done_at or each.milestone not in PASSED_ON
            ),
            tasks=tuple(self._as_before(each, context) for each in case.tasks),
        )

    def _as_before(self, task: CaseTask, context: ActContext) -> CaseTask:
        """A task that was ended by it waits again; one that was given by it is wanted no more."""
        if task.opened_at < self.done_at and task.done_at == self.done_at:
            return replace(task, done_at=None, done_by=None)
        if task.opened_at == self.done_at and task.is_open:
            return replace(task, done_at=context.at, done_by=context.by.person)
        return task
