"""A letter that somebody is writing is kept while they type, for them alone, until it is kept as a
version; and so are the texts that stay in the bank, until it is sent."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from store.database import Sessions
from store.people.stays import end_stays
from store.tables import KeptFormRow
from tests.tasks.letters import FINAL, INSIDE, Letters, in_stans_hands, stands_in
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit, hidden
from tests.web.seen import Page

HALF = "We found that the machine has"
CARD = "4539 1488 0343 6467"


@pytest.fixture
def reference(work: Work) -> str:
    return in_stans_hands(work)


def address(reference: str, language: str = "en") -> str:
    """Where the answer is written."""
    return f"/cases/{reference}/letters/new/final-reply/{language}"


def types(browser: Browser, url: str, page: TestResponse, **typed: str) -> TestResponse:
    """As the script says it a moment after the last key, of a form of this page."""
    shown = page.text.partition(f'action="{url}"')[2].partition('data-keeps="')[2]
    sent = {**stands_in(page, url), **typed}
    sent |= {"kept_action": url, "kept_revision": shown.partition('"')[0]}
    return browser.send("/kept", **{name: sent[name] for name in sent if name != "csrf_token"})


def begun(sessions: Sessions, reference: str) -> int:
    """How many forms about a case somebody has begun."""
    with sessions() as session:
        mine = KeptFormRow.typed_on.is_not(None) & (KeptFormRow.reference == reference)
        return session.scalar(select(func.count()).select_from(KeptFormRow).where(mine)) or 0


def test_half_a_letter_is_there_again_after_the_session_ended(
    letters: Letters, reference: str, sessions: Sessions, visit: Visit
) -> None:
    url = address(reference)
    kept = types(letters.browser, url, letters.browser.get(url), findings=HALF)
    assert kept.status_code == 200, kept.text
    with sessions.begin() as session:
        end_stays(session, ["stan"])
    there = visit("stan").get(url)
    assert stands_in(there, url)["findings"] == HALF
    assert reference in stands_in(there, url)["opening"], "with what the case had filled in"
    assert "Kept at " in Page(there).words
    assert "Telephone" in Page(there).words.partition("It does not say:")[2].partition("What it")[0]


def test_each_language_of_a_letter_is_a_letter_of_its_own(letters: Letters, reference: str) -> None:
    for language, text in {"en": HALF, "zh": "经核实，机器"}.items():
        url = address(reference, language)
        page = letters.browser.get(url)
        assert types(letters.browser, url, page, findings=text).status_code == 200
    for language, text in {"en": HALF, "zh": "经核实，机器"}.items():
        url = address(reference, language)
        assert stands_in(letters.browser.get(url), url)["findings"] == text


def test_nobody_else_sees_it_and_whoever_may_not_write_it_keeps_none(
    letters: Letters, reference: str, sessions: Sessions, visit: Visit
) -> None:
    url = address(reference)
    types(letters.browser, url, letters.browser.get(url), findings=HALF)
    theirs = visit("tess").get(url)
    assert theirs.status_code == 200
    assert HALF not in theirs.text
    kept = visit("han").send(
        "/kept", kept_action=url, kept_revision="0", command_id=str(uuid4()), findings="mine"
    )
    assert kept.status_code == 404
    assert begun(sessions, reference) == 1


def test_to_look_at_it_is_not_to_send_it(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    """What was typed stays kept, and the page it is looked at on keeps on."""
    url = address(reference)
    page = letters.browser.get(url)
    types(letters.browser, url, page, findings=HALF)
    looked = letters.browser.send(
        url, **{**stands_in(page, url), "findings": HALF, "preview": "yes"}
    )
    assert looked.status_code == 200
    assert begun(sessions, reference) == 1
    assert stands_in(letters.browser.get(url), url)["findings"] == HALF
    further = types(letters.browser, url, looked, findings=f"{HALF} kept a note.")
    assert further.status_code == 200, further.text


def test_it_is_gone_once_it_is_a_version_and_a_late_page_brings_nothing_back(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    url = address(reference)
    page = letters.browser.get(url)
    types(letters.browser, url, page, **FINAL)
    typed = {**stands_in(page, url), **FINAL, "keep": "yes"}
    assert letters.browser.send(url, **typed).status_code == 302
    assert begun(sessions, reference) == 0
    late = types(letters.browser, url, page, **FINAL)
    assert late.status_code == 409
    assert begun(sessions, reference) == 0
    assert stands_in(letters.browser.get(url), url)["findings"] == ""


def test_it_is_thrown_away_by_a_button(letters: Letters, reference: str) -> None:
    url = address(reference)
    types(letters.browser, url, letters.browser.get(url), findings=HALF)
    gone = letters.browser.send("/kept/forget", kept_action=url)
    assert gone.location == url
    page = letters.browser.get(url)
    assert "What you had typed is thrown away." in Page(page).words
    assert stands_in(page, url)["findings"] == ""


def test_a_card_number_is_not_kept_on_the_way_into_a_letter(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    url = address(reference)
    kept = types(letters.browser, url, letters.browser.get(url), findings=f"card {CARD}")
    assert kept.status_code == 422
    assert kept.json is not None
    assert kept.json["said"].startswith("Not kept. What we found: ")
    assert begun(sessions, reference) == 0


def test_what_stays_in_the_bank_is_kept_until_the_letter_is_sent(
    letters: Letters, reference: str, sessions: Sessions
) -> None:
    page = letters.keeps(reference, "final-reply", **FINAL)
    url = f"{page}/dispatches"
    kept = types(letters.browser, url, letters.browser.get(page), lessons="Counters are wat")
    assert kept.status_code == 200, kept.text
    assert stands_in(letters.browser.get(page), url)["lessons"] == "Counters are wat"
    forbidden = types(letters.browser, url, letters.browser.get(page), persons=f"card {CARD}")
    assert forbidden.status_code == 422
    status, answer = letters.sends(page, way="mail", **INSIDE)
    assert status == 302, answer.text
    assert begun(sessions, reference) == 0


def test_an_erasure_takes_what_was_begun_with_the_case(
    app: Flask, letters: Letters, reference: str, sessions: Sessions
) -> None:
    """The row is of this case, by which `store.erasure` finds it."""
    url = address(reference)
    types(letters.browser, url, letters.browser.get(url), findings=HALF)
    with sessions() as session:
        row = session.scalars(select(KeptFormRow).where(KeptFormRow.reference == reference)).one()
    assert row.person == "stan"
    assert HALF.encode() not in row.sealed
    assert hidden(letters.browser.get(url).text, "kept_action") == url
