"""Who hears when a clock takes a step."""

from dataclasses import replace
from typing import Any

from domain.case import Case
from domain.classification import Role
from domain.clocks.ledger import Step
from domain.escalation import receiver_of
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case, some_conduct
from tests.tables import told

WARNING = Step(clock="reply", name="warning-1", fires_at=MONDAY, role=Role.HANDLER, rule="default")
RUNG = replace(WARNING, name="supervisor", role=Role.SUPERVISOR, wants_acknowledgement=True)


def rung(role: Role) -> Step:
    return replace(RUNG, name=role.value, role=role)


RECEIVERS = {
    "a reminder is for the handler": (WARNING, {"handler": "han"}, "han"),
    "without a handler the supervisor is reminded": (WARNING, {}, "sun"),
    "a rung climbs past the handler": (RUNG, {"handler": "han"}, "sun"),
    "an outlet with a supervisor of its own hears there": (
        RUNG,
        {"unit": "station-outlet"},
        "stan",
    ),
    "the next rung is heard in the head office": (rung(Role.HR), {}, "hong"),
    "nearer than the head office where somebody holds the role": (
        rung(Role.MEDIA_OFFICE),
        {},
        "max",
    ),
    "whoever is complained about never hears, the next one up does": (
        RUNG,
        {"person_complained_about": "sun"},
        "tess",
    ),
    "a restricted case is heard of in its office alone": (
        rung(Role.HR),
        {"restricted_to": (Role.DISCIPLINE,)},
        "dora",
    ),
    "a reminder of a restricted case is too": (
        WARNING,
        {"restricted_to": (Role.DISCIPLINE,)},
        "dora",
    ),
    "a role that nobody holds is heard by nobody": (rung(Role.SECURITY), {}, None),
}


@told("step, over, receiver", RECEIVERS)
def test_a_step_has_its_receiver(step: Step, over: dict[str, Any], receiver: str | None) -> None:
    case: Case = a_case(**over)
    assert receiver_of(step, case, WHOLE.directory, some_conduct()) == receiver
