"""Which tasks a change gives, which it ends, and what waits for them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.case import Case, CaseTask, Milestone
from domain.classification import Level, Role, Severity
from domain.events import Event
from domain.policy import OfficeTask
from domain.tasks.giving import tasks_after, what_holds_up
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
RULES = some_conduct(
    duties=(SCREEN, LOOK, ANSWER),
)


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


def after(case: Case, event: Event = Event.NOTED) -> tuple[CaseTask, ...]:
    return tasks_after(case, RULES, event=event, at=LATER, by="han")


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
    new = after(before, event)[len(before.tasks) :]
    assert [(each.name, each.number) for each in new] == opened
    assert all(each.opened_at == LATER and each.done_at is None for each in new)


def test_a_task_says_whose_it_is_and_by_which_rule() -> None:
    screen = after(a_case(**MAJOR))[0]
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
    ended = after(a_case(tasks=(given,)), event)[0]
    assert ended.done_by == by
    assert (ended.done_at is None) == (by is None)


def test_what_waits_for_a_task_waits_while_it_is_open() -> None:
    rules = replace(RULES, duties=(replace(SCREEN, holds_up=("close", "dispose")),))
    case = a_case(tasks=(task("screen"),))
    assert what_holds_up("close", case, rules) == task("screen")
    assert what_holds_up("reply", case, rules) is None
    assert what_holds_up("close", a_case(tasks=(task("screen", done=True),)), rules) is None
