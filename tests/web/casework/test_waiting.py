"""Whoever waits for an act hears what became of it, and nobody else does."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from domain.errors import Refusal, Refused
from store.cases.commands import accept_command, answer_command
from store.database import Sessions
from tests.web.browser import Browser, Visit
from tests.web.seen import Page


@pytest.fixture
def case(a_received_case: Callable[..., str]) -> str:
    return a_received_case()


@pytest.fixture
def sun(visit: Visit) -> Browser:
    return visit("sun")


def asks_for_a_note(browser: Browser, case: str) -> str:
    """While the engine is away; gives the link that the page has for looking again."""
    command_id = str(uuid4())
    typed = {"command_id": command_id, "seen_version": "1", "note": "called back"}
    sent = browser.send(f"/cases/{case}/acts/note", **typed)
    assert sent.status_code == 302
    looks_again = Page(browser.get(sent.location)).link("Show how it stands now")
    assert looks_again == f"/cases/{case}?waited_for={command_id}"
    return looks_again


def answered(sessions: Sessions, looks_again: str, refusal: Refused | None) -> None:
    command_id = looks_again.rpartition("=")[2]
    with sessions.begin() as session:
        if refusal is None:
            accept_command(session, command_id)
        answer_command(session, command_id, refusal)


def looks(browser: Browser, looks_again: str) -> str:
    """What the page says which one lands on."""
    return Page(browser.get(browser.get(looks_again).location)).words


def test_what_was_done_is_said(case: str, sun: Browser, sessions: Sessions) -> None:
    looks_again = asks_for_a_note(sun, case)
    assert "The note is in the journal." not in looks(sun, looks_again), "it still waits"
    answered(sessions, looks_again, None)
    assert "The note is in the journal." in looks(sun, looks_again)


def test_what_was_refused_is_said_with_the_reason(
    case: str, sun: Browser, sessions: Sessions
) -> None:
    looks_again = asks_for_a_note(sun, case)
    answered(sessions, looks_again, Refused(Refusal.UNIT_CLOSED))
    assert "Not done. This unit is closed. Choose another." in looks(sun, looks_again)


def test_nobody_is_told_of_anothers_act_or_of_one_in_another_case(
    case: str, sun: Browser, visit: Visit, sessions: Sessions, a_received_case: Callable[..., str]
) -> None:
    looks_again = asks_for_a_note(sun, case)
    answered(sessions, looks_again, None)
    assert "The note is in the journal." not in looks(visit("hong"), looks_again)
    elsewhere = looks_again.replace(case, a_received_case())
    assert "The note is in the journal." not in looks(sun, elsewhere)
