"""Card numbers, identity numbers and passwords do not get into free text, at any door: people are
shown the place and offered to have it masked, systems and files are told that it was.
"""

import logging
from uuid import uuid4

import pytest
from flask import Flask

from domain.classification import Channel
from store.database import Sessions
from store.people.tokens import create_token
from store.tables import CommandRow, ComplaintRow
from tests.builders import actor
from tests.web.browser import Taker, Visit, a_filled_form, hidden

CARD = "6222 0212 3456 7890 128"
MASKED = "6222 02** **** ***0 128"
PIN = "My PIN is 482113."


def complaint(sessions: Sessions, reference: str) -> ComplaintRow:
    with sessions() as session:
        return session.get_one(ComplaintRow, reference)


def test_a_clerk_is_shown_the_place_and_may_have_it_masked(
    visit: Visit, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ines = visit("ines")
    assert 'name="mask"' not in ines.get("/register").text
    form = a_filled_form(ines, narrative=f"Hello,\nI lost {CARD}.", demand=PIN, subject="")
    again = ines.send("/register", **form)
    assert again.status_code == 422
    assert f"Line 2: “{MASKED}” looks like the number of a card." in again.text
    assert "Line 1 holds what looks like a password or PIN." in again.text
    assert f"I lost {CARD}." in again.text, "what was typed is kept"

    taken = ines.send("/register", **form, mask="yes")
    assert taken.status_code == 302, taken.text
    said = complaint(sessions, taken.location.rpartition("/")[2])
    assert said.narrative == f"Hello,\nI lost {MASKED}."
    assert said.demand == "My PIN is ******."
    assert CARD not in caplog.text
    assert "482113" not in caplog.text


def test_what_else_is_wrong_is_told_with_the_text_already_masked(visit: Visit) -> None:
    ines = visit("ines")
    form = a_filled_form(ines, narrative=f"I lost {CARD}.", channel="")
    again = ines.send("/register", **form, mask="yes")
    assert again.status_code == 422
    assert f"I lost {MASKED}." in again.text
    assert CARD not in again.text


def test_the_words_of_an_act_are_held_to_it_too(
    visit: Visit, sessions: Sessions, a_received_case: Taker
) -> None:
    reference, sun = a_received_case(), visit("sun")
    page = sun.get(f"/cases/{reference}").text
    typed = {
        "command_id": str(uuid4()),
        "seen_version": hidden(page, "seen_version"),
        "note": "身份证11010519491231002X",
    }
    again = sun.send(f"/cases/{reference}/acts/note", **typed)
    assert again.status_code == 422
    assert "looks like an identity number" in again.text
    assert sun.send(f"/cases/{reference}/acts/note", **typed, mask="yes").status_code == 302
    with sessions() as session:
        stored = session.get_one(CommandRow, typed["command_id"])
    assert stored.words == {"note": "身份证1****************X"}


def test_another_system_is_told_what_was_masked(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        _, secret = create_token(
            session, system="kiosk", by=actor("ada"), units=["east-branch"],
            channels=[Channel.INTERNET], first_owner="ines",
        )  # fmt: skip
    answer = app.test_client().post(
        "/api/complaints",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())},
        json={
            "received_at": "2026-11-20T09:30:00+08:00",
            "channel": "internet",
            "unit": "harbour-outlet",
            "narrative": f"卡号{CARD}，密码：482113",
        },
    )
    assert answer.status_code == 201, answer.text
    told = answer.get_json()
    assert told["masked"] == [
        {"field": "narrative", "code": "card_number"},
        {"field": "narrative", "code": "password"},
    ]
    said = complaint(sessions, told["reference"])
    assert said.narrative == f"卡号{MASKED}，密码：******"
