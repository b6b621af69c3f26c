"""Who is told what, and who never is."""

from typing import Any

from domain.case import Milestone
from domain.classification import Role
from domain.events import Event
from domain.journal import OVERTAKEN, Entry
from domain.notices import Notice, hears_of, notices_for
from tests.bank import WHOLE
from tests.builders import MONDAY, a_case
from tests.tables import told

HEARD = {
    "a supervisor hears of the outlets below": ({}, Role.SUPERVISOR, "sun"),
    "and of the own unit before those above": ({"unit": "east-branch"}, Role.SUPERVISOR, "tess"),
    "above the head office there is nobody": ({"unit": "head-office"}, Role.SUPERVISOR, None),
    "a restricted case is heard of by the office it was handed to": (
        {"restricted_to": (Role.DISCIPLINE,)},
        Role.SUPERVISOR,
        "dora",
    ),
    "of two such offices by the first": (
        {"restricted_to": (Role.LEGAL, Role.DISCIPLINE)},
        Role.SUPERVISOR,
        "lex",
    ),
    "not by the person complained about, even there": (
        {"restricted_to": (Role.DISCIPLINE,), "person_complained_about": "dora"},
        Role.SUPERVISOR,
        "dean",
    ),
}


@told("over, role, heard", HEARD)
def test_of_a_case_hears(over: dict[str, Any], role: Role, heard: str | None) -> None:
    assert hears_of(a_case(**over), role, WHOLE.directory) == heard


BY_HAN = {"handler": "han"}
HANDED_DOWN = {"handler": "han", "sender": "a bureau"}
URGED = a_case().reach(Milestone.URGED, at=MONDAY)
URGED_AGAIN = URGED.reach(Milestone.URGED, at=MONDAY)

TOLD: dict[str, tuple[Event, dict[str, Any], dict[str, str], list[str]]] = {
    "a receipt goes to the customer": (Event.RECEIVED, {}, {}, ["complainant"]),
    "so does a question": (Event.CUSTOMER_ASKED, BY_HAN, {}, ["complainant"]),
    "so does the answer, and not to the sender": (
        Event.REPLIED,
        HANDED_DOWN,
        {},
        ["complainant"],
    ),
    "whoever is given a case is told": (Event.ASSIGNED, BY_HAN, {}, ["han"]),
    "so is whoever waited for the customer": (Event.CUSTOMER_ANSWERED, BY_HAN, {}, ["han"]),
    "a case passed on is told to the supervisor there": (Event.FORWARDED, {}, {}, ["sun"]),
    "of a restricted one the office it was handed to": (
        Event.FORWARDED,
        {"restricted_to": (Role.DISCIPLINE,)},
        {},
        ["dora"],
    ),
    "a wish for more time is the supervisor's to decide": (
        Event.EXTENSION_REQUESTED,
        BY_HAN,
        {},
        ["sun"],
    ),
    "a later date is told to all who wait for it": (
        Event.EXTENDED,
        HANDED_DOWN,
        {},
        ["complainant", "sender", "han"],
    ),
    "to no sender where there is none": (Event.EXTENDED, BY_HAN, {}, ["complainant", "han"]),
    "the sender's answer is the sender's": (Event.SENDER_REPLIED, HANDED_DOWN, {}, ["sender"]),
    "a promised date is told to customer and sender": (
        Event.COMMITTED,
        HANDED_DOWN,
        {},
        ["complainant", "sender"],
    ),
    "a withdrawal is told to whoever it was made in the name of": (
        Event.WITHDRAWN,
        BY_HAN,
        {"withdrawal": "voluntary"},
        ["complainant", "han"],
    ),
    "one that was pressed for ends nothing and is told to nobody": (
        Event.WITHDRAWN,
        BY_HAN,
        {"withdrawal": "coerced"},
        [],
    ),
    "a handler is urged": (Event.URGED, BY_HAN | {"milestones": URGED.milestones}, {}, ["han"]),
    "urged again, the supervisor hears too": (
        Event.URGED,
        BY_HAN | {"milestones": URGED_AGAIN.milestones},
        {},
        ["han", "sun"],
    ),
    "without a handler the supervisor is urged, once": (
        Event.URGED,
        {"milestones": URGED_AGAIN.milestones},
        {},
        ["sun"],
    ),
    "a reminder goes to its receiver and the first owner": (
        Event.WARNED,
        BY_HAN,
        {},
        ["the receiver", "ines"],
    ),
    "and to the customer who has something to do": (
        Event.WARNED,
        BY_HAN,
        {"tells": "complainant"},
        ["the receiver", "ines", "complainant"],
    ),
    "of a restricted case the first owner hears nothing more": (
        Event.BREACHED,
        {"restricted_to": (Role.DISCIPLINE,)},
        {},
        ["the receiver"],
    ),
    "one that came after its date is told to nobody": (
        Event.WARNED,
        BY_HAN,
        {OVERTAKEN: "breach"},
        [],
    ),
    "a rung is for its receiver alone": (Event.ESCALATED, BY_HAN, {}, ["the receiver"]),
    "a note is told to nobody": (Event.NOTED, BY_HAN, {}, []),
    "nobody is told what they did themselves": (Event.ASSIGNED, {"handler": "somebody"}, {}, []),
    "the person complained about is told nothing": (
        Event.ASSIGNED,
        BY_HAN | {"person_complained_about": "han"},
        {},
        [],
    ),
    "a supervisor complained about is passed over for the next": (
        Event.FORWARDED,
        {"person_complained_about": "sun"},
        {},
        ["tess"],
    ),
}


def notices(event: Event, receiver: str = "the receiver", **over: Any) -> tuple[Notice, ...]:
    facts = over.pop("facts", {})
    entry = Entry(key="k", event=event, by="somebody", at=MONDAY, facts=facts)
    return notices_for(a_case(**over), entry, WHOLE.directory, receiver)


@told("event, over, facts, recipients", TOLD)
def test_an_entry_is_told_to(
    event: Event, over: dict[str, Any], facts: dict[str, str], recipients: list[str]
) -> None:
    written = notices(event, facts=facts, **over)
    assert [each.recipient for each in written] == recipients
    assert {each.about for each in written} <= {event}


def test_nobody_is_told_a_thing_twice() -> None:
    (notice,) = notices(Event.WARNED, receiver="ines")
    assert notice.dedupe_key == "C-2026-000001/k/ines"
