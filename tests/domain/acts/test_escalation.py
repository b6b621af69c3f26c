"""What the people on a ladder do when it reaches them."""

from dataclasses import replace

from domain.acts import Acknowledge, escalation
from domain.case import Fired
from domain.errors import Refusal
from tests.builders import MONDAY
from tests.domain.acts.doing import ASSIGNED, SUN, line
from tests.domain.acts.sentences import Sentences

ESCALATED = replace(
    ASSIGNED, fired=(Fired(clock="reply", step="supervisor", planned_at=MONDAY, at=MONDAY),)
)
HEARD = Acknowledge(clock="reply", step="supervisor")


class TestEscalation(Sentences):
    about = escalation
    done = (
        line(
            "an escalation is heard",
            HEARD,
            lambda case: case.fired[0].acknowledged_by == "sun",
            case=ESCALATED,
            by=SUN,
        ),
    )
    refused = (
        line(
            "what never climbed is not acknowledged", HEARD, Refusal.NOTHING_TO_ACKNOWLEDGE, by=SUN
        ),
        line(
            "an escalation is heard once",
            HEARD,
            Refusal.NOTHING_TO_ACKNOWLEDGE,
            case=replace(ESCALATED, fired=(replace(ESCALATED.fired[0], acknowledged_at=MONDAY),)),
            by=SUN,
        ),
    )
