"""What stands against taking a complaint down, all of it at once."""

from datetime import timedelta
from typing import Any

from domain.classification import Channel
from domain.complaint import BadInput, Flaw, TextLimits, flaws_of, flaws_under
from tests.builders import MONDAY, a_complaint, a_pack
from tests.tables import told

LIMITS = TextLimits(
    subject=10,
    narrative=20,
    demand=10,
    name=10,
    phone=10,
    email=20,
    sender=10,
    with_an_act=10,
    file_name=10,
)
ONE_SECOND = timedelta(seconds=1)
Found = set[tuple[str, BadInput]]


def named(flaws: list[Flaw]) -> Found:
    return {(each.where, each.code) for each in flaws}


AGAINST: dict[str, tuple[dict[str, Any], Found]] = {
    "nothing stands against a plain complaint": ({}, set()),
    "a complaint says something": ({"narrative": ""}, {("narrative", BadInput.EMPTY)}),
    "blanks say nothing": ({"narrative": " \n"}, {("narrative", BadInput.EMPTY)}),
    "there is room for as many characters as the bank gives": ({"narrative": "满" * 20}, set()),
    "and not for one more": ({"narrative": "满" * 21}, {("narrative", BadInput.TOO_LONG)}),
    "each text has its own limit": ({"name": "n" * 11}, {("name", BadInput.TOO_LONG)}),
    "lines may end": ({"narrative": "one\r\n\ttwo"}, set()),
    "bells do not ring": (
        {"narrative": "a\x07bell"},
        {("narrative", BadInput.CONTROL_CHARACTERS)},
    ),
    "half a character is none": (
        {"subject": "half \ud83d"},
        {("subject", BadInput.CONTROL_CHARACTERS)},
    ),
    "this very moment is not the future": ({"received_at": MONDAY}, set()),
    "a second later is": (
        {"received_at": MONDAY + ONE_SECOND},
        {("received_at", BadInput.IN_THE_FUTURE)},
    ),
    "an address has a host": ({"email": "wang@here"}, {("email", BadInput.NOT_AN_EMAIL)}),
    "and somebody there": ({"email": "@example.org"}, {("email", BadInput.NOT_AN_EMAIL)}),
    "without blanks": ({"email": "w ang@example.org"}, {("email", BadInput.NOT_AN_EMAIL)}),
    "a good address is one": ({"email": "wang@example.org"}, set()),
    "whoever hands a complaint down is named": (
        {"channel": Channel.TRANSFERRED},
        {("sender", BadInput.SENDER_MISSING)},
    ),
    "everything is said at once": (
        {"narrative": "", "email": "x", "channel": Channel.TRANSFERRED, "phone": "1" * 11},
        {
            ("narrative", BadInput.EMPTY),
            ("email", BadInput.NOT_AN_EMAIL),
            ("sender", BadInput.SENDER_MISSING),
            ("phone", BadInput.TOO_LONG),
        },
    ),
}


@told("over, found", AGAINST)
def test_a_complaint_is_taken_down_unless(over: dict[str, Any], found: Found) -> None:
    assert named(flaws_of(a_complaint(**over), MONDAY, LIMITS)) == found


def test_what_is_too_long_says_by_how_much() -> None:
    (flaw,) = flaws_of(a_complaint(demand="d" * 15), MONDAY, LIMITS)
    assert (flaw.limit, flaw.found) == (10, 15)


FIRST_ASK = a_pack(intake_fields=("name", "phone"), sender_must_set_date=True)
"""A pack that wants the customer known (D-08) and the sender's date set (B-13)."""

KNOWN: dict[str, Any] = {"name": "Wang", "phone": "100"}
HANDED_DOWN: dict[str, Any] = KNOWN | {"channel": Channel.TRANSFERRED, "sender": "a bureau"}

UNDER: dict[str, tuple[dict[str, Any], Found]] = {
    "a customer who is known may complain": (KNOWN, set()),
    "one who is not must be asked": (
        {},
        {("name", BadInput.EMPTY), ("phone", BadInput.EMPTY)},
    ),
    "blanks are no name": (KNOWN | {"name": "  "}, {("name", BadInput.EMPTY)}),
    "what is handed down comes with a date": (
        HANDED_DOWN,
        {("sender_due_at", BadInput.SENDER_DATE_MISSING)},
    ),
    "then it may be taken down": (HANDED_DOWN | {"sender_due_at": MONDAY}, set()),
}


@told("over, found", UNDER)
def test_a_pack_wants_things_known_first(over: dict[str, Any], found: Found) -> None:
    assert named(flaws_under(FIRST_ASK, a_complaint(**over))) == found


def test_a_pack_that_asks_for_nothing_takes_everything() -> None:
    handed_down = a_complaint(channel=Channel.TRANSFERRED, sender="a bureau")
    assert flaws_under(a_pack(), handed_down) == []
