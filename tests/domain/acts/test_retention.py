"""What ends the keeping of a case, and what keeps it from ending."""

from dataclasses import replace

from domain.acts import Erase, EraseWhenDue, LiftHold, PutOnHold, retention
from domain.case import Status
from domain.errors import Refusal
from tests.builders import MONDAY
from tests.domain.acts.doing import ADA, CLOSED, SUN, line
from tests.domain.acts.sentences import Sentences

HELD = replace(CLOSED, held_since=MONDAY)
WHEN_DUE = EraseWhenDue(agreement="a-1", approved_by="hong")


class TestRetention(Sentences):
    about = retention
    done = (
        line(
            "a supervisor puts a legal hold on a case that is still open",
            PutOnHold(),
            lambda case: case.held_since is not None,
            by=SUN,
        ),
        line(
            "two lift it again",
            LiftHold(approved_by="hong"),
            lambda case: case.held_since is None,
            by=SUN,
            case=HELD,
        ),
        line(
            "a closed case is erased because the customer wishes it",
            Erase(approved_by="hong"),
            lambda case: case.erased_at is not None and case.status is Status.CLOSED,
            by=SUN,
            case=CLOSED,
        ),
        line(
            "one that is due is erased by an administrator, without a look inside",
            WHEN_DUE,
            lambda case: case.erased_at is not None,
            by=ADA,
            case=CLOSED,
        ),
    )
    refused = (
        line(
            "a hold is put on once",
            PutOnHold(),
            Refusal.HELD_ALREADY,
            by=SUN,
            case=HELD,
        ),
        line(
            "a hold is lifted where one lies",
            LiftHold(approved_by="hong"),
            Refusal.NOT_HELD,
            by=SUN,
            case=CLOSED,
        ),
        line(
            "a held case is never erased by wish",
            Erase(approved_by="hong"),
            Refusal.NOT_TO_BE_ERASED,
            by=SUN,
            case=HELD,
        ),
        line(
            "nor when its time is over",
            WHEN_DUE,
            Refusal.NOT_TO_BE_ERASED,
            by=ADA,
            case=HELD,
        ),
        line(
            "an open case is not erased",
            Erase(approved_by="hong"),
            Refusal.NOT_IN_THIS_STATUS,
            by=SUN,
        ),
    )
