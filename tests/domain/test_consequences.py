"""What follows by itself from a change to a case, as the pack asks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.case import Case, CaseTask, Milestone
from domain.classification import Level, Mark, Role, Severity
from domain.consequences import charged_with, with_consequences
from domain.events import Event
from domain.policy import OfficeTask, Restriction
from tests.bank import WHOLE
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
"""What a state of the case calls for."""
LOOK = replace(
    SCREEN, name="look", role=Role.MEDIA_OFFICE, when={"event": ("media_reported",)}, rule="A-48"
)
"""What an event calls for."""
ANSWER = replace(SCREEN, name="answer", until=(Event.REPLIED,))
CLOSED_TO_OTHERS = Restriction(when={"mark": ("crime",)}, roles=(Role.DISCIPLINE,), rule="A-43")
RULES = some_conduct(duties=(SCREEN, LOOK, ANSWER), restrictions=(CLOSED_TO_OTHERS,))


def task(name: str, *, done: bool = False, **over: Any) -> CaseTask:
    given = CaseTask(
        name=name,
        role=Role.LEADING_GROUP,
        level=Level.HEAD_OFFICE,
        rule="C-21",
        opened_at=MONDAY,
        done_at=MONDAY if done else None,
        done_by="gao" if done else None,
    )
    return replace(given, **over)


def after(case: Case, event: Event = Event.NOTED) -> Case:
    return with_consequences(case, RULES, event=event, at=LATER, by="han")


MAJOR: dict[str, Any] = {"severity": Severity.MAJOR}
REOPENED = a_case().reach(Milestone.REOPENED, at=MONDAY + timedelta(hours=1)).milestones

GIVEN: dict[str, tuple[dict[str, Any], Event, list[tuple[str, int]]]] = {
    "an everyday complaint gives nobody a task": ({}, Event.NOTED, []),
    "a major one is somebody's to screen": (
        MAJOR,
        Event.CLASSIFIED,
        [("screen", 1), ("answer", 1)],
    ),
    "once, however long it stays major": (
        MAJOR | {"tasks": (task("screen"), task("answer"))},
        Event.NOTED,
        [],
    ),
    "not again when it is done": (
        MAJOR | {"tasks": (task("screen", done=True), task("answer"))},
        Event.NOTED,
        [],
    ),
    "once more after a reopening": (
        MAJOR | {"tasks": (task("screen", done=True), task("answer")), "milestones": REOPENED},
        Event.REOPENED,
        [("screen", 2), ("answer", 2)],
    ),
    "each time the press asks somebody must look": ({}, Event.MEDIA_REPORTED, [("look", 1)]),
    "but not while somebody has yet to look": (
        {"tasks": (task("look"),)},
        Event.MEDIA_REPORTED,
        [],
    ),
    "the next time when they have": (
        {"tasks": (task("look", done=True),)},
        Event.MEDIA_REPORTED,
        [("look", 2)],
    ),
}


@told("over, event, opened", GIVEN)
def test_offices_are_given_tasks(
    over: dict[str, Any], event: Event, opened: list[tuple[str, int]]
) -> None:
    before = a_case(**over)
    new = after(before, event).tasks[len(before.tasks) :]
    assert [(each.name, each.number) for each in new] == opened
    assert all(each.opened_at == LATER and each.done_at is None for each in new)


def test_a_task_says_whose_it_is_and_by_which_rule() -> None:
    screen = after(a_case(**MAJOR)).tasks[0]
    assert (screen.role, screen.level, screen.rule) == (
        Role.LEADING_GROUP,
        Level.HEAD_OFFICE,
        "C-21",
    )


ENDED: dict[str, tuple[CaseTask, Event, str | None]] = {
    "what it asked for has been done, and so is the task": (task("answer"), Event.REPLIED, "han"),
    "anything else leaves it open": (task("answer"), Event.NOTED, None),
    "a task that asks for nothing of that kind stays open": (task("screen"), Event.REPLIED, None),
    "what was done before stays whoever's it was": (
        task("answer", done=True),
        Event.REPLIED,
        "gao",
    ),
}


@told("given, event, by", ENDED)
def test_a_task_ends_by_what_it_asks_for(given: CaseTask, event: Event, by: str | None) -> None:
    ended = after(a_case(tasks=(given,)), event).tasks[0]
    assert ended.done_by == by
    assert (ended.done_at is None) == (by is None)


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


CHARGED: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "a handler's task is the handler's": ({"role": Role.HANDLER}, {"handler": "han"}, "han"),
    "the supervisor's while there is none": ({"role": Role.HANDLER}, {}, "sun"),
    "in a restricted case the office's": (
        {"role": Role.HANDLER},
        {"restricted_to": DISCIPLINE},
        "dora",
    ),
    "an office's is the nearest office's": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        {},
        "max",
    ),
    "or that of the level the pack names": (
        {"role": Role.MEDIA_OFFICE, "level": Level.TIER_1},
        {},
        "mona",
    ),
    "up to the head office": (
        {"role": Role.MEDIA_OFFICE, "level": Level.HEAD_OFFICE},
        {},
        "mark",
    ),
    "above that level where nobody is there": (
        {"role": Role.LEADING_GROUP, "level": Level.TIER_2},
        {},
        "pia",
    ),
    "never the person complained about": (
        {"role": Role.MEDIA_OFFICE, "level": None},
        {"person_complained_about": "max"},
        "mona",
    ),
    "nobody's where nobody holds the role": ({"role": Role.SECURITY, "level": None}, {}, None),
}


@told("whose, over, person", CHARGED)
def test_a_task_is_charged_to(
    whose: dict[str, Any], over: dict[str, Any], person: str | None
) -> None:
    assert charged_with(task("any", **whose), a_case(**over), WHOLE.directory) == person
