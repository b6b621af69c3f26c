"""What stands against a complaint by its own fields and by the pack; a draft tells all it can."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.classification import Channel
from domain.complaint import BadInput, Complaint, Draft, TextLimits, flaws_of, flaws_under
from rulebook.packs import read_pack
from rulebook.texts import read_text_limits
from tests.builders import MONDAY, a_complaint

LIMITS: TextLimits = read_text_limits()


def a_draft(**over: Any) -> Draft:
    whole = Draft(
        received_at=MONDAY, channel=Channel.PHONE, unit="harbour-outlet", narrative="An hour."
    )
    return replace(whole, **over)


def against(draft: Draft) -> dict[str, BadInput]:
    return {flaw.where: flaw.code for flaw in flaws_of(draft, MONDAY, LIMITS)}


def test_nothing_stands_against_a_whole_complaint() -> None:
    assert against(a_draft()) == {}
    assert against(a_complaint()) == {}


def test_of_an_empty_draft_everything_that_must_be_known_is_missed_at_once() -> None:
    assert against(Draft()) == {
        "received_at": BadInput.EMPTY,
        "channel": BadInput.NOT_A_CHOICE,
        "unit": BadInput.NOT_A_CHOICE,
        "narrative": BadInput.EMPTY,
    }


@pytest.mark.parametrize(
    ("over", "flaws"),
    [
        ({"received_at": MONDAY}, {}),
        ({"received_at": MONDAY + timedelta(seconds=1)}, {"received_at": BadInput.IN_THE_FUTURE}),
        ({"narrative": " \n"}, {"narrative": BadInput.EMPTY}),
        ({"subject": "x" * LIMITS.subject}, {}),
        ({"subject": "x" * (LIMITS.subject + 1)}, {"subject": BadInput.TOO_LONG}),
        ({"demand": "a\x07bell"}, {"demand": BadInput.CONTROL_CHARACTERS}),
        ({"demand": "one\ttwo\r\nthree"}, {}),
        ({"email": "wang@example.com"}, {}),
        ({"email": "wang at example.com"}, {"email": BadInput.NOT_AN_EMAIL}),
        ({"channel": Channel.TRANSFERRED}, {"sender": BadInput.SENDER_MISSING}),
        ({"channel": Channel.TRANSFERRED, "sender": "The bureau"}, {}),
    ],
)
def test_a_field_is_judged_by_itself(over: dict[str, Any], flaws: dict[str, BadInput]) -> None:
    assert against(a_draft(**over)) == flaws


def test_the_first_ask_record_of_the_go_live_plan_wants_its_six_fields() -> None:
    pack, _ = read_pack("go-live")  # D-08
    missed = {flaw.where for flaw in flaws_under(pack, a_draft(phone=" "))}
    assert missed == {"name", "phone", "subject", "demand"}
    named = a_draft(name="Wang", phone="1", subject="Card", demand="The card")
    assert flaws_under(pack, named) == []


def test_what_is_handed_down_to_a_sub_branch_comes_with_the_senders_date() -> None:
    pack, _ = read_pack("sub-branch")  # B-13
    handed_down = a_draft(channel=Channel.TRANSFERRED, sender="The bureau")
    (flaw,) = flaws_under(pack, handed_down)
    assert (flaw.where, flaw.code) == ("sender_due_at", BadInput.SENDER_DATE_MISSING)
    assert flaws_under(pack, replace(handed_down, sender_due_at=MONDAY)) == []
    assert flaws_under(pack, a_draft()) == []


def test_a_whole_draft_is_a_complaint_and_says_the_same() -> None:
    complaint = a_draft(name="Wang").complaint("a-key")
    assert isinstance(complaint, Complaint)
    assert (complaint.intake_key, complaint.name) == ("a-key", "Wang")
    assert complaint.fingerprint() == a_draft(name="Wang").complaint("another").fingerprint()


@pytest.mark.parametrize("left_out", ["received_at", "channel", "unit"])
def test_without_time_way_or_unit_there_is_no_complaint(left_out: str) -> None:
    draft = a_draft(**{left_out: None})
    assert not draft.is_whole
    with pytest.raises(AssertionError, match="no complaint"):
        draft.complaint("a-key")
