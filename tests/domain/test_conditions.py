"""What a pack may ask about a case."""

from typing import Any

from domain.case import BREACH, Disposition, Fired, Milestone
from domain.classification import (
    Category,
    Channel,
    DeadlineClass,
    Level,
    Mark,
    Responsibility,
    Severity,
    Situation,
    Validity,
)
from domain.conditions import CONDITIONS, facts_of, holds
from tests.builders import MONDAY, a_case
from tests.tables import told

ENDED = Disposition(validity=Validity.VALID, responsibility=Responsibility.BOTH)


def fired(clock: str, step: str) -> Fired:
    return Fired(clock=clock, step=step, planned_at=MONDAY, at=MONDAY)


SAID: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "how it came in": ({"channel": Channel.LETTER}, "channel", {"letter"}),
    "where in the bank its unit stands": ({"level": Level.TIER_2}, "level", {"tier_2"}),
    "how grave it is": ({"severity": Severity.MAJOR}, "severity", {"major"}),
    "what it is about": ({"category": Category.WORK_ERROR}, "category", {"work_error"}),
    "nothing, while it is not sorted": ({"category": None}, "category", set()),
    "every mark it bears": ({"marks": (Mark.MEDIA, Mark.CLAIM)}, "mark", {"media", "claim"}),
    "its situation in a go-live": (
        {"situation": Situation.LONG_WAIT},
        "situation",
        {"long_wait"},
    ),
    "outside one it is ordinary": ({"situation": None}, "situation", {"ordinary"}),
    "how far it has come": (
        {"milestones": a_case().reach(Milestone.STARTED, at=MONDAY).milestones},
        "reached",
        {"received", "started"},
    ),
    "that it was valid": ({"disposition": ENDED}, "validity", {"valid"}),
    "whose fault it was": ({"disposition": ENDED}, "responsibility", {"both"}),
    "neither, before it is settled": ({}, "validity", set()),
    "that somebody handed it down": ({"sender": "a bureau"}, "has_sender", {"yes"}),
    "that nobody did": ({}, "has_sender", {"no"}),
    "which limits it broke": (
        {"fired": (fired("reply", BREACH), fired("start", "warning-1"))},
        "breached",
        {"reply"},
    ),
}


@told("over, name, words", SAID)
def test_of_a_case_can_be_said(over: dict[str, Any], name: str, words: set[str]) -> None:
    assert facts_of(a_case(**over), DeadlineClass.GENERAL)[name] == words


def test_how_long_an_answer_may_take_comes_from_the_pack() -> None:
    for deadline_class in DeadlineClass:
        assert facts_of(a_case(), deadline_class)["deadline_class"] == {deadline_class}


def test_a_pack_can_ask_for_nothing_that_is_never_said() -> None:
    said = facts_of(a_case(disposition=ENDED), DeadlineClass.GENERAL)
    assert set(said) == set(CONDITIONS) - {"event"}, "the event is said when it happens"


def test_all_conditions_must_hold_each_by_any_of_its_words() -> None:
    facts = {"mark": frozenset({"media", "claim"}), "level": frozenset({"outlet"})}
    assert holds({}, facts)
    assert holds({"mark": ("claim", "crime"), "level": ("outlet",)}, facts)
    assert not holds({"mark": ("claim",), "level": ("tier_1",)}, facts)
    assert not holds({"channel": ("phone",)}, facts)
