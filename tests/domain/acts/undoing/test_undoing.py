"""What somebody has just done is taken back: the case lies again where it lay."""

from dataclasses import replace
from typing import Any

from domain.acts import Undo, undoing
from domain.case import Case, CaseTask, Milestone, Status
from domain.classification import Level, Role
from domain.errors import Refusal
from domain.events import Event
from tests.builders import MONDAY
from tests.domain.acts.doing import ASSIGNED, LATER, NEXT_WEEK, RECEIVED, SUN, line
from tests.domain.acts.sentences import Sentences


def task(name: str, **over: Any) -> CaseTask:
    """Something the pack asks of the union."""
    asked = CaseTask(name=name, role=Role.UNION, level=None, rule="A-28", opened_at=MONDAY)
    return replace(asked, **over)


GIVEN = replace(
    RECEIVED,
    unit="station-outlet",
    handler="han",
    status=Status.ASSIGNED,
    tasks=(
        task("ended-by-it", done_at=LATER, done_by="sun"),
        task("ended-before", done_at=MONDAY, done_by="sun"),
        task("given-by-it", opened_at=LATER),
        task("to-know-of-it", opened_at=LATER, done_at=LATER, done_by="redress"),
    ),
).reach(Milestone.FORWARDED, Milestone.DELIVERED, Milestone.URGED, at=LATER)
"""Given away to another unit an hour after its receipt."""


def undo(**over: Any) -> Undo:
    """Take that back."""
    asked = Undo(
        undoes="the-key",
        undone=Event.ASSIGNED,
        done_at=LATER,
        unit="harbour-outlet",
        level=Level.OUTLET,
        status=Status.RECEIVED,
    )
    return replace(asked, **over)


def waits(case: Case) -> dict[str, bool]:
    return {each.name: each.is_open for each in case.tasks}


class TestUndoing(Sentences):
    about = undoing
    done = (
        line(
            "a case that was given away lies where it lay, with nobody",
            undo(),
            lambda case: (
                (case.unit, case.handler, case.status) == ("harbour-outlet", None, Status.RECEIVED)
            ),
            by=SUN,
            case=GIVEN,
        ),
        line(
            "a transfer goes back to whoever had it, who had begun",
            undo(handler="hugo", status=Status.IN_PROGRESS),
            lambda case: (case.handler, case.status) == ("hugo", Status.IN_PROGRESS),
            by=SUN,
            case=GIVEN,
        ),
        line(
            "clocks run as if it had not been given away, and from what else happened then",
            undo(),
            lambda case: (
                case.reached(Milestone.DELIVERED) is None
                and case.reached(Milestone.FORWARDED) is None
                and case.reached(Milestone.URGED) == LATER
            ),
            by=SUN,
            case=GIVEN,
            at=NEXT_WEEK,
        ),
        line(
            "what it was delivered by before stands",
            undo(handler="han"),
            lambda case: case.reached(Milestone.DELIVERED) == MONDAY,
            by=SUN,
            case=replace(ASSIGNED, handler="hugo").reach(Milestone.DELIVERED, at=LATER),
        ),
        line(
            "a task that it ended waits again, and what it gave is wanted no more",
            undo(),
            lambda case: (
                waits(case)
                == {
                    "ended-by-it": True,
                    "ended-before": False,
                    "given-by-it": False,
                    "to-know-of-it": False,
                }
            ),
            by=SUN,
            case=GIVEN,
            at=NEXT_WEEK,
        ),
    )
    refused = (
        line(
            "what was said to the customer is not taken back",
            undo(undone=Event.REPLIED),
            Refusal.NOT_TO_BE_UNDONE,
            by=SUN,
            case=GIVEN,
        ),
        line(
            "nothing is ended by taking something back",
            undo(status=Status.CLOSED),
            Refusal.NOT_TO_BE_UNDONE,
            by=SUN,
            case=GIVEN,
        ),
    )
