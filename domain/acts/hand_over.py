"""What was decided about people goes to the system of human resources, and is received there."""

import abc
from dataclasses import dataclass, replace
from typing import Literal

from domain.acts.base import Act, ActContext, Need
from domain.case import Case, Status
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.hand_over import HandOverItem, HandOverKind, items_of
from domain.penalties import HandedOver
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAct(Act):
    """What human resources do about some items of a case, all of which went in one file. Told
    twice, or in the wrong order, it comes out the same.
    """

    number: int
    """Of the file."""
    items: tuple[str, ...]

    permission = Permission.HAND_OVER
    statuses = frozenset(Status)
    is_free_of_version = True

    @abc.abstractmethod
    def noted(self, before: HandedOver | None, context: ActContext) -> HandedOver:
        """What is known of an item afterwards."""

    def apply(self, case: Case, context: ActContext) -> Case:
        meant = [each for each in items_of(case) if each.key in self.items]
        if not meant:
            raise Refused(Refusal.NOTHING_HANDED_OVER)
        for item in meant:
            case = _with(case, item, self.noted(item.handed_over, context))
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(HandOverAct):
    """Put items in a file for the system of human resources, each once."""

    kind: Literal["hand_over"] = "hand_over"

    event = Event.HANDED_OVER

    def noted(self, before: HandedOver | None, context: ActContext) -> HandedOver:
        return before or HandedOver(file=self.number, at=context.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveHandOver(HandOverAct):
    """Say that human resources have the items of a file, and under which receipt."""

    kind: Literal["receive_hand_over"] = "receive_hand_over"

    event = Event.HAND_OVER_RECEIVED
    words = {"receipt": Need.REQUIRED}

    def noted(self, before: HandedOver | None, context: ActContext) -> HandedOver:
        known = before or HandedOver(file=self.number, at=context.at)
        return replace(known, received_at=known.received_at or context.at)


def _with(case: Case, item: HandOverItem, noted: HandedOver) -> Case:
    """The case with this known of the item."""
    at = item.number - 1
    if item.kind is HandOverKind.COMMENDATION:
        said = list(case.commendations)
        said[at] = replace(said[at], handed_over=noted)
        return replace(case, commendations=tuple(said))
    imposed = list(case.imposed)
    is_undoing = item.kind is HandOverKind.UNDOING
    imposed[at] = (
        replace(imposed[at], undoing=noted)
        if is_undoing
        else replace(imposed[at], handed_over=noted)
    )
    return replace(case, imposed=tuple(imposed))
