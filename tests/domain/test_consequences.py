"""What follows by itself from a change to a case, as the pack asks."""

from datetime import timedelta
from typing import Any

from domain.case import Case
from domain.classification import Level, Mark, Role, Severity
from domain.consequences import with_consequences
from domain.events import Event
from domain.policy import OfficeTask, Restriction
from tests.builders import MONDAY, a_case, some_conduct
from tests.tables import told

LATER = MONDAY + timedelta(days=1)

SCREEN = OfficeTask(
    name="screen",
    role=Role.LEADING_GROUP,
    level=Level.HEAD_OFFICE,
    when={"severity": ("major",)},
    title={},
    rule="C-21",
)
CLOSED_TO_OTHERS = Restriction(when={"mark": ("crime",)}, roles=(Role.DISCIPLINE,), rule="A-43")
RULES = some_conduct(duties=(SCREEN,), restrictions=(CLOSED_TO_OTHERS,))


def after(case: Case, event: Event = Event.NOTED) -> Case:
    return with_consequences(case, RULES, event=event, at=LATER, by="han")


def test_a_change_gives_the_tasks_its_pack_asks_for() -> None:
    assert [each.name for each in after(a_case(severity=Severity.MAJOR)).tasks] == ["screen"]


CRIME: dict[str, Any] = {"marks": (Mark.CRIME,), "handler": "han"}
DISCIPLINE, LEGAL = (Role.DISCIPLINE,), (Role.LEGAL,)

RESTRICTED: dict[str, tuple[dict[str, Any], tuple[Role, ...], str | None]] = {
    "an everyday complaint is open to its unit": ({"handler": "han"}, (), "han"),
    "a crime is closed to it, and its handler loses it": (CRIME, DISCIPLINE, None),
    "whoever has it since keeps it": (
        CRIME | {"handler": "dora", "restricted_to": DISCIPLINE},
        DISCIPLINE,
        "dora",
    ),
    "what was handed to another office stays there": (
        CRIME | {"handler": "lex", "restricted_to": LEGAL},
        LEGAL,
        "lex",
    ),
}


@told("over, roles, handler", RESTRICTED)
def test_some_cases_are_closed_to_ordinary_eyes(
    over: dict[str, Any], roles: tuple[Role, ...], handler: str | None
) -> None:
    case = after(a_case(**over))
    assert (case.restricted_to, case.handler) == (roles, handler)
