"""A session that ends while somebody writes: a sentence, the log-in, and the form with the text."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from store.database import Sessions
from store.people.stays import end_stays
from store.tables import CommandRow, ComplaintRow, KeptFormRow
from tests.web.browser import PASSWORD, Browser, Visit, a_filled_form, hidden
from web.application import LARGEST_FORM

TEXT = "The customer rang & said: <wait>.\nI shall ring back on Monday."
AS_SHOWN = "The customer rang &amp; said: &lt;wait&gt;.\nI shall ring back on Monday.</textarea>"
KEPT = "Here is what you wrote; look it over, and send it."


@pytest.fixture
def writing(
    visit: Visit, sessions: Sessions, a_received_case: Callable[..., str]
) -> tuple[Browser, str, dict[str, str]]:
    """Sun Yi, a case, and a note that is finished when the session is over."""
    reference = a_received_case()
    sun = visit("sun")
    page = sun.get(f"/cases/{reference}").text
    note = {
        "command_id": hidden(page, "command_id"),
        "seen_version": hidden(page, "seen_version"),
        "note": TEXT,
    }
    over(sessions, "sun")
    return sun, reference, note


def over(sessions: Sessions, person: str) -> None:
    with sessions.begin() as session:
        end_stays(session, [person])


def commands(sessions: Sessions, reference: str) -> int:
    with sessions() as session:
        mine = select(func.count()).where(CommandRow.reference == reference)
        return session.scalar(mine) or 0


def log_in(browser: Browser, login: str, came_for: str) -> str:
    let_in = browser.send("/login", login=login, password=PASSWORD, next=came_for)
    assert let_in.status_code == 302
    return str(let_in.location)


def test_what_was_written_comes_back_after_the_log_in_and_is_sent_once(
    writing: tuple[Browser, str, dict[str, str]], sessions: Sessions
) -> None:
    sun, reference, note = writing
    asked = sun.send(f"/cases/{reference}/acts/note", **note)
    assert asked.location == f"/login?next=/cases/{reference}%23kept"
    assert commands(sessions, reference) == 0
    page = sun.get(asked.location).text
    assert "Your session had ended, so nothing was sent." in page
    assert TEXT not in page, "nobody else at this screen reads it"
    back = log_in(sun, "sun", f"/cases/{reference}#kept")
    assert back == f"/cases/{reference}#kept"
    page = sun.get(back.partition("#")[0]).text
    assert KEPT in page
    assert page.count(AS_SHOWN) == 1
    assert note["command_id"] in page, "sent twice, it counts once"
    assert KEPT in sun.get(back.partition("#")[0]).text, "also when the page is asked for again"
    for _ in range(2):
        sun.send(f"/cases/{reference}/acts/note", **note)
    assert commands(sessions, reference) == 1
    assert KEPT not in sun.get(f"/cases/{reference}").text


def test_it_comes_back_to_its_writer_after_somebody_else_was_at_this_browser(
    writing: tuple[Browser, str, dict[str, str]],
) -> None:
    browser, reference, note = writing
    browser.send(f"/cases/{reference}/acts/note", **note)
    log_in(browser, "hong", "/")
    assert TEXT not in browser.get(f"/cases/{reference}").text
    browser.send("/logout")
    log_in(browser, "sun", "/")
    assert browser.get(f"/cases/{reference}").text.count(AS_SHOWN) == 1


def test_nothing_of_it_can_be_read_in_the_records(
    writing: tuple[Browser, str, dict[str, str]], sessions: Sessions
) -> None:
    sun, reference, note = writing
    sun.send(f"/cases/{reference}/acts/note", **note)
    with sessions() as session:
        kept = session.scalars(select(KeptFormRow.sealed)).all()
    assert kept
    assert not [each for each in kept if b"customer" in each or reference.encode() in each]


def test_somebody_else_who_logs_in_there_does_not_get_it(
    writing: tuple[Browser, str, dict[str, str]],
) -> None:
    sun, reference, note = writing
    sun.send(f"/cases/{reference}/acts/note", **note)
    log_in(sun, "hong", "/")
    page = sun.get(f"/cases/{reference}").text
    assert KEPT not in page
    assert "I shall ring back" not in page


def test_a_long_form_comes_back_with_everything_but_its_files_which_are_named(
    visit: Visit, sessions: Sessions
) -> None:
    ines = visit("ines")
    typed = a_filled_form(ines, narrative="长" * 20_000, name="Lin <Wei>", channel="internet")
    over(sessions, "ines")
    asked = ines.send("/register", **typed, files=(BytesIO(b"%PDF-1.7"), "statement.pdf"))
    assert asked.location == "/login?next=/register%23kept"
    back = log_in(ines, "ines", "/register#kept")
    page = ines.get(back.partition("#")[0]).text
    assert back == "/register#kept"
    assert "长" * 20_000 in page
    assert 'value="Lin &lt;Wei&gt;"' in page
    assert '<option value="internet" selected>' in page
    assert "Choose these files again: statement.pdf" in page
    assert typed["intake_key"] in page
    with sessions() as session:
        received = ComplaintRow.intake_key == typed["intake_key"]
        assert session.scalar(select(func.count()).where(received)) == 0
    assert ines.send("/register", **typed).status_code == 302
    assert KEPT not in ines.get("/register").text


def test_a_form_of_an_earlier_log_in_comes_back_at_once(
    app: Flask, visit: Visit, a_received_case: Callable[..., str], sessions: Sessions
) -> None:
    """In another tab they have logged in anew since, so its token is worth nothing."""
    reference = a_received_case()
    sun = visit("sun")
    page = sun.get(f"/cases/{reference}").text
    note = {"command_id": hidden(page, "command_id"), "note": TEXT}
    from_here = {"Origin": "http://localhost"}
    url = f"/cases/{reference}/acts/note"
    stale = sun.post_as_it_is(url, {**note, "csrf_token": "of an earlier log-in"}, from_here)
    assert stale.location == f"/cases/{reference}#kept"
    assert AS_SHOWN in sun.get(f"/cases/{reference}").text
    assert commands(sessions, reference) == 0
    elsewhere = {"Origin": "https://elsewhere.example"}
    refused = sun.post_as_it_is(url, {**note, "csrf_token": "made up"}, elsewhere)
    assert refused.status_code == 400, "what another page sends is not put into ours"


def test_of_strangers_nothing_is_kept(app: Flask, sessions: Sessions) -> None:
    def kept() -> int:
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(KeptFormRow)) or 0

    before = kept()
    stranger = Browser(app.test_client())
    asked = stranger.send("/register", narrative="x" * (LARGEST_FORM // 8))
    assert asked.location == "/login"
    assert "You were not logged in, so nothing was sent." in stranger.get("/login").text
    assert kept() == before


def test_where_the_form_is_no_more_the_text_is_still_there(
    writing: tuple[Browser, str, dict[str, str]],
) -> None:
    sun, reference, note = writing
    sun.send(f"/cases/{reference}/acts/no-such-act", **note)
    log_in(sun, "sun", "/")
    page = sun.get(f"/cases/{reference}").text
    assert "the form is not here any more" in page
    assert "I shall ring back on Monday." in page
    assert note["command_id"] not in page.partition("</section>")[0].partition("kept-form")[2]


def test_after_a_day_it_is_gone(
    writing: tuple[Browser, str, dict[str, str]], sessions: Sessions
) -> None:
    sun, reference, note = writing
    sun.send(f"/cases/{reference}/acts/note", **note)
    with sessions.begin() as session:
        long_ago = func.now() - func.make_interval(0, 0, 0, 2)
        session.execute(update(KeptFormRow).values(kept_at=long_ago, ends_at=func.now()))
    log_in(sun, "sun", "/")
    assert KEPT not in sun.get(f"/cases/{reference}").text


def test_a_form_that_says_of_no_page_where_it_stood_comes_back_all_the_same(
    writing: tuple[Browser, str, dict[str, str]],
) -> None:
    """Something on the way to us may have cut the address that a browser sends."""
    sun, reference, note = writing
    for header in ("Referer", "Origin"):
        asked = sun.send_from({header: "http://[::1"}, f"/cases/{reference}/acts/note", **note)
        assert asked.location == f"/login?next=/cases/{reference}%23kept", header
