"""What administrators do to cases as such."""

from dataclasses import replace

from domain.acts import ApplyCalendar, TakeBack, upkeep
from domain.case import Status
from domain.errors import Refusal
from tests.domain.acts.doing import ADA, ASSIGNED, STARTED, line
from tests.domain.acts.sentences import Sentences


class TestUpkeep(Sentences):
    about = upkeep
    done = (
        line(
            "an administrator has its days counted by a newer calendar",
            ApplyCalendar(calendar="cn@new", instead_of="cn@test"),
            lambda case: case.calendar == "cn@new",
            by=ADA,
        ),
        line(
            "a case that was given to somebody who has left is received again",
            TakeBack(handler="han"),
            lambda case: (case.handler, case.status) == (None, Status.RECEIVED),
            by=ADA,
            case=ASSIGNED,
        ),
        line(
            "work that has begun is not undone because the handler has left",
            TakeBack(handler="han"),
            lambda case: (case.handler, case.status) == (None, Status.IN_PROGRESS),
            by=ADA,
            case=STARTED,
        ),
    )
    refused = (
        line(
            "a calendar takes the place of the one that was looked at",
            ApplyCalendar(calendar="cn@new", instead_of="cn@old"),
            Refusal.CHANGED_MEANWHILE,
            by=ADA,
        ),
        line(
            "a case is taken from nobody who was given it since",
            TakeBack(handler="han"),
            Refusal.CHANGED_MEANWHILE,
            by=ADA,
            case=replace(ASSIGNED, handler="hugo"),
        ),
    )
