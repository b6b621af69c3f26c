"""What goes to the system of human resources: penalties, what undoes them, commendations.

Each item goes there once, in a file with a number, and is received by the word of human resources.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.case import Case
from domain.penalties import HandedOver, ImposedPenalty


class HandOverKind(StrEnum):
    """What an item says of its person."""

    PENALTY = "penalty"
    UNDOING = "undoing"
    """A penalty that was handed over before is undone."""
    COMMENDATION = "commendation"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverItem:
    """One thing that was decided about somebody, as it is handed over."""

    kind: HandOverKind
    number: int
    """Of the penalty or commendation within its case."""
    person: str
    decided_at: datetime
    decided_by: str
    penalty: ImposedPenalty | None
    """None of a commendation."""
    handed_over: HandedOver | None

    @property
    def key(self) -> str:
        """Names it within its case."""
        return f"{self.kind}/{self.number}"

    @property
    def waits(self) -> bool:
        """Whether human resources have not yet said that they have it."""
        return self.handed_over is None or self.handed_over.received_at is None


def items_of(case: Case) -> tuple[HandOverItem, ...]:
    """Everything of a case that goes to human resources, or went there."""
    return (*_penalties(case), *_commendations(case))


def waiting_items(case: Case) -> tuple[HandOverItem, ...]:
    """Those that human resources have not yet said they have; none of a case that an office has to
    itself, nor of one that was erased."""
    if case.restricted_to or case.erased_at is not None:
        return ()
    return tuple(each for each in items_of(case) if each.waits)


def _penalties(case: Case) -> Iterator[HandOverItem]:
    for each in case.imposed:
        was_handed_over = each.handed_over is not None
        if each.stands or was_handed_over:
            yield HandOverItem(
                kind=HandOverKind.PENALTY,
                number=each.number,
                person=each.person,
                decided_at=each.imposed_at,
                decided_by=each.imposed_by,
                penalty=each,
                handed_over=each.handed_over,
            )
        if each.undone_at is not None and was_handed_over:
            yield HandOverItem(
                kind=HandOverKind.UNDOING,
                number=each.number,
                person=each.person,
                decided_at=each.undone_at,
                decided_by=each.imposed_by,
                penalty=each,
                handed_over=each.undoing,
            )


def _commendations(case: Case) -> Iterator[HandOverItem]:
    for number, each in enumerate(case.commendations, start=1):
        yield HandOverItem(
            kind=HandOverKind.COMMENDATION,
            number=number,
            person=each.person,
            decided_at=each.at,
            decided_by=each.by,
            penalty=None,
            handed_over=each.handed_over,
        )
