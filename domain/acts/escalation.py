"""What the people on a ladder do when it reaches them."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.chosen import Chosen, Follows
from domain.case import Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Act):
    """Say that an escalation was heard; the next rung then waits for the time to act on it."""

    kind: Literal["acknowledge"] = "acknowledge"
    clock: Annotated[str, Chosen.OPEN_ESCALATION]
    step: Annotated[str, Follows("clock")]

    event = Event.ACKNOWLEDGED
    permission = Permission.ACKNOWLEDGE
    statuses = frozenset(Status)
    words = {"note": Need.OPTIONAL}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        waiting = [
            each
            for each in case.fired
            if each.clock == self.clock and each.step == self.step and each.acknowledged_at is None
        ]
        if not waiting:
            raise Refused(Refusal.NOTHING_TO_ACKNOWLEDGE)
        heard = replace(waiting[0], acknowledged_by=context.by.person, acknowledged_at=context.at)
        return replace(
            case, fired=tuple(heard if each is waiting[0] else each for each in case.fired)
        )
