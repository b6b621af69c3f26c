"""What somebody types is kept before they send it: for them alone, on every machine, until the act
is done, they throw it away, or its time is over."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from desk.kept_forms import KeptForm, KeptForms, name_of
from rulebook.pages.limits import read_open_page_limits
from store.database import Sessions
from store.people.stays import end_stays
from store.tables import CaseRow, CommandRow, KeptFormRow, StayRow, ThrottleRow
from tests.settings import some_settings
from tests.web.browser import Browser, Visit, hidden
from tests.web.seen import Page

HALF = "The customer says & means: <half of a sentence"
AS_SHOWN = "The customer says &amp; means: &lt;half of a sentence"
CARD = "4539 1488 0343 6467"


@pytest.fixture
def case(a_received_case: Callable[..., str], sessions: Sessions) -> str:
    """A case with Han, and nothing begun by anybody."""
    reference = a_received_case()
    with sessions.begin() as session:
        session.execute(update(CaseRow).where(CaseRow.reference == reference).values(handler="han"))
        session.execute(update(KeptFormRow).values(ends_at=func.now()))
        session.execute(update(ThrottleRow).values(level=0))
    return reference


def told(answer: TestResponse) -> Mapping[str, Any]:
    """What the script is told."""
    assert answer.json is not None
    found: Mapping[str, Any] = answer.json
    return found


def note_of(reference: str) -> str:
    return f"/cases/{reference}/acts/note"


class Writer:
    """Somebody with the page of a case before them, whose script keeps what they type."""

    def __init__(self, browser: Browser, reference: str) -> None:
        self.browser, self.reference = browser, reference
        self.page = browser.get(f"/cases/{reference}")
        assert self.page.status_code == 200
        self.command_id = Page(self.page).form("Add a note").hidden("command_id")
        self.revision = self.page.text.partition(f'"{note_of(reference)}"')[2]
        self.revision = self.revision.partition('data-keeps="')[2].partition('"')[0]

    def types(self, text: str, **over: str) -> TestResponse:
        """As the script says it a moment after the last key."""
        typed = {
            "command_id": self.command_id,
            "seen_version": hidden(self.page.text, "seen_version"),
            "kept_action": note_of(self.reference),
            "kept_revision": self.revision,
            "note": text,
            **over,
        }
        answer = self.browser.send("/kept", **typed)
        if answer.status_code == 200:
            self.revision = str(told(answer)["revision"])
        return answer

    def sends(self, text: str) -> TestResponse:
        typed = {"command_id": self.command_id, "note": text}
        return self.browser.send(note_of(self.reference), **typed)


def throws_away(browser: Browser, case: str) -> TestResponse:
    """By the one button there is for it on the page of the case."""
    page = browser.get(f"/cases/{case}").text
    assert page.partition("<template")[0].count("Throw it away") == 1
    (action,) = re.findall(r'name="kept_action" value="([^"]+)"', page)
    return browser.send("/kept/forget", kept_action=action)


@pytest.fixture
def sun(visit: Visit, case: str) -> Writer:
    return Writer(visit("sun"), case)


def rows(sessions: Sessions) -> list[KeptFormRow]:
    with sessions() as session:
        mine = KeptFormRow.typed_on.is_not(None) & (KeptFormRow.ends_at > func.now())
        return list(session.scalars(select(KeptFormRow).where(mine)))


def test_half_a_text_is_there_again_on_another_machine_and_after_the_session_ended(
    sun: Writer, case: str, visit: Visit, sessions: Sessions
) -> None:
    kept = sun.types(HALF)
    assert kept.status_code == 200
    assert told(kept)["said"].startswith("Kept at ")
    with sessions.begin() as session:
        end_stays(session, ["sun"])
    there = Page(elsewhere := visit("sun").get(f"/cases/{case}"))
    form = there.form("Add a note")
    assert form.field("Note").value == HALF
    assert form.is_unfolded, "whoever comes back need not look for it"
    assert "Begun and not sent: Add a note" in there.words
    assert told(kept)["said"] in there.words
    assert AS_SHOWN in elsewhere.text


def test_nobody_else_sees_it_whoever_they_are(sun: Writer, case: str, visit: Visit) -> None:
    sun.types(HALF)
    for person in ("han", "hong", "ada"):
        page = visit(person).get(f"/cases/{case}")
        assert page.status_code == 200
        assert "half of a sentence" not in page.text, person
        assert "Begun and not sent" not in page.text, person


def test_it_can_be_read_in_no_record_and_no_log(
    sun: Writer, case: str, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sun.types(HALF)
        sun.types(f"{HALF} {CARD}")
    assert "half of a sentence" not in caplog.text
    (row,) = rows(sessions)
    assert (row.person, row.reference) == ("sun", case)
    assert b"half" not in row.sealed
    assert note_of(case).encode() not in row.sealed
    assert "note" not in row.key_hash


def test_it_opens_for_nobody_when_a_row_is_put_under_another_name(
    sun: Writer, case: str, visit: Visit, sessions: Sessions
) -> None:
    sun.types(HALF)
    with sessions.begin() as session:
        mine = KeptFormRow.key_hash == name_of("sun", note_of(case))
        moved = {"person": "han", "key_hash": name_of("han", note_of(case))}
        session.execute(update(KeptFormRow).where(mine).values(**moved))
    page = visit("han").get(f"/cases/{case}")
    assert page.status_code == 200
    assert "half of a sentence" not in page.text


def test_it_is_gone_when_the_act_is_done(sun: Writer, case: str, sessions: Sessions) -> None:
    sun.types(HALF)
    assert sun.sends(f"{HALF}, and the other half>").status_code == 302
    assert rows(sessions) == []
    assert "Begun and not sent" not in sun.browser.get(f"/cases/{case}").text


def test_it_stays_when_the_act_was_refused(sun: Writer, case: str) -> None:
    sun.types(HALF)
    assert sun.sends("").status_code == 422
    assert Writer(sun.browser, case).page.text.count(AS_SHOWN) == 1


def test_a_page_that_is_late_brings_nothing_back(
    sun: Writer, case: str, sessions: Sessions
) -> None:
    """The script's last word may come in after the act it was typed for."""
    sun.sends(HALF)
    answer = sun.types(HALF)
    assert answer.status_code == 409
    assert "this form was sent, and taken" in told(answer)["said"]
    assert rows(sessions) == []


def test_what_was_typed_on_while_an_act_was_refused_is_kept(
    sun: Writer, sessions: Sessions
) -> None:
    sun.sends(HALF)
    with sessions.begin() as session:
        refused = update(CommandRow).where(CommandRow.id == sun.command_id)
        session.execute(refused.values(status="refused"))
    assert sun.types(f"{HALF}, mended").status_code == 200


def test_it_is_thrown_away_by_a_button(sun: Writer, case: str, sessions: Sessions) -> None:
    sun.types(HALF)
    gone = throws_away(sun.browser, case)
    assert gone.location == f"/cases/{case}"
    assert rows(sessions) == []
    after = sun.browser.get(f"/cases/{case}")
    assert "What you had typed is thrown away." in after.text
    assert "half of a sentence" not in after.text


def test_it_ends_after_a_time(sun: Writer, case: str, sessions: Sessions) -> None:
    sun.types(HALF)
    days = read_open_page_limits().typed_days
    (row,) = rows(sessions)
    assert (row.ends_at - row.kept_at).days == days == 14
    with sessions.begin() as session:
        session.execute(update(KeptFormRow).values(ends_at=func.now()))
    assert "half of a sentence" not in sun.browser.get(f"/cases/{case}").text
    sun.types("anything else", kept_action=f"/cases/{case}/acts/commend")
    with sessions() as session:
        left = session.scalars(select(KeptFormRow.key_hash)).all()
    assert name_of("sun", note_of(case)) not in left, "and it is there no more"


def test_what_must_not_be_in_a_text_is_not_kept_on_the_way_there(
    sun: Writer, case: str, sessions: Sessions
) -> None:
    sun.types(HALF)
    answer = sun.types(f"{HALF}: card {CARD}")
    assert answer.status_code == 422
    assert told(answer)["said"].startswith("Not kept. Note: ")
    assert "6467" in told(answer)["said"], "which one it is"
    assert CARD not in told(answer)["said"]
    assert len(rows(sessions)) == 1
    assert AS_SHOWN in sun.browser.get(f"/cases/{case}").text, "what was kept before stays"


def test_nobody_fills_the_records_with_it(
    sun: Writer, case: str, sessions: Sessions, app: Flask
) -> None:
    limits = read_open_page_limits()
    too_long = sun.types("x" * (limits.typed_characters + 1))
    assert (too_long.status_code, rows(sessions)) == (422, [])
    assert "too long" in told(too_long)["said"]
    answers = (sun.types(f"{HALF} {number}") for number in range(10 * limits.keeping_free))
    waits = next(each for each in answers if each.status_code == 429)
    assert int(waits.headers["Retry-After"]) >= 1
    kept = app.extensions["redress"].kept_forms
    with sessions.begin() as session:
        session.execute(update(ThrottleRow).values(level=0))
    few = replace(limits, typed_forms=3, keeping_free=1000)
    kept._limits = few
    for number in range(5):
        form = KeptForm(action=f"/{number}", page="/", typed=[("note", "x")], files={})
        kept.keep_typed(form, "sun", typed_on=str(uuid4()), shown=0)
    kept._limits = limits
    assert {each.key_hash for each in rows(sessions)} == {
        name_of("sun", f"/{number}") for number in (2, 3, 4)
    }


def test_another_page_of_the_same_form_overwrites_nothing_it_has_not_shown(
    sun: Writer, case: str, visit: Visit
) -> None:
    laptop = Writer(visit("sun"), case)
    sun.types(HALF)
    answer = laptop.types("something quite different")
    assert answer.status_code == 409
    assert "on another page you have typed something else" in told(answer)["said"]
    assert sun.types(f"{HALF}, and on").status_code == 200
    anew = Writer(laptop.browser, case)
    assert f"{AS_SHOWN}, and on" in anew.page.text
    assert anew.types("and from here on").status_code == 200
    assert sun.types("too late").status_code == 409


def test_an_answer_that_was_lost_keeps_nobody_from_typing_on(sun: Writer) -> None:
    began_with = sun.revision
    sun.types(HALF)
    sun.revision = began_with
    assert sun.types(f"{HALF}, and on").status_code == 200


def test_whoever_comes_back_to_a_case_that_moved_on_is_told(
    sun: Writer, case: str, sessions: Sessions
) -> None:
    sun.types(HALF)
    assert "Things have changed since" not in sun.browser.get(f"/cases/{case}").text
    sun.types(HALF, seen_version="0")
    assert "Things have changed since" in sun.browser.get(f"/cases/{case}").text


def test_where_the_form_is_no_more_the_text_is_still_there(
    sun: Writer, case: str, sessions: Sessions, app: Flask
) -> None:
    page = f"/cases/{case}"
    action = f"{page}/acts/reopen"  # nobody reopens what is not closed
    form = KeptForm(action=action, page=page, typed=[("reason", HALF)], files={})
    app.extensions["redress"].kept_forms.keep_typed(form, "sun", typed_on=str(uuid4()), shown=0)
    shown = sun.browser.get(page)
    assert "Begun, and not possible now" in shown.text
    assert AS_SHOWN in shown.text
    throws_away(sun.browser, case)
    assert AS_SHOWN not in sun.browser.get(page).text


@pytest.mark.parametrize(
    "action",
    [
        "/cases/{case}/acts/no_such_act",
        "/cases/C-1999-000001/acts/note",
        "/cases/{case}",
        "/login",
        "/kept",
        "https://elsewhere.example/cases",
        "",
    ],
)
def test_only_a_form_that_is_ones_own_to_fill_in_is_kept(
    sun: Writer, case: str, sessions: Sessions, action: str
) -> None:
    answer = sun.types(HALF, kept_action=action.format(case=case))
    assert answer.status_code == 404
    assert rows(sessions) == []


def test_whoever_may_not_do_the_act_keeps_nothing_of_it(
    visit: Visit, case: str, sessions: Sessions
) -> None:
    ada = visit("ada")
    assert ada.get(f"/cases/{case}").status_code == 200
    typed = {"kept_action": note_of(case), "command_id": str(uuid4()), "note": HALF}
    assert ada.send("/kept", **typed).status_code == 404
    assert rows(sessions) == []


def test_another_page_cannot_make_a_browser_keep_something(
    sun: Writer, case: str, sessions: Sessions
) -> None:
    typed = {"kept_action": note_of(case), "command_id": str(uuid4()), "note": HALF}
    for token in ({}, {"csrf_token": "made up"}):
        answer = sun.browser.post_as_it_is(
            "/kept", {**typed, **token}, {"Origin": "http://localhost"}
        )
        assert answer.status_code == 400
    assert rows(sessions) == []
    page = sun.browser.get(f"/cases/{case}").text
    assert "half of a sentence" not in page, "nor is it taken for a form that was sent"


def test_a_script_without_a_session_is_sent_to_log_in_and_nothing_is_kept_nor_said(
    sun: Writer, case: str, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        end_stays(session, ["sun"])
    answer = sun.types(HALF)
    assert (answer.status_code, answer.location) == (302, "/login")
    page = sun.browser.get("/login").text
    assert "Your session had ended" not in page
    assert rows(sessions) == []


def test_typing_keeps_a_session_going(sun: Writer, sessions: Sessions) -> None:
    with sessions.begin() as session:
        seen = func.now() - func.make_interval(0, 0, 0, 0, 0, 30)
        session.execute(update(StayRow).where(StayRow.person == "sun").values(seen_at=seen))
    sun.types(HALF)
    with sessions() as session:
        lately_seen = StayRow.seen_at > func.now() - func.make_interval(0, 0, 0, 0, 0, 1)
        lately = select(StayRow.id).where(StayRow.person == "sun", lately_seen)
        assert session.scalars(lately).all()


def test_a_key_that_was_turned_still_opens_it(sessions: Sessions, sun: Writer, case: str) -> None:
    sun.types(HALF)
    turned = "another key for the tests, as long as it must be"
    settings = some_settings(
        REDRESS_SECRET_KEY=turned,
        REDRESS_SECRET_KEY_BEFORE=some_settings().secret_key,
    )
    found = KeptForms(sessions, settings).find_typed(name_of("sun", note_of(case)), "sun")
    assert found is not None
    assert found.value("note") == HALF
    lost = KeptForms(sessions, some_settings(REDRESS_SECRET_KEY=turned))
    assert lost.find_typed(name_of("sun", note_of(case)), "sun") is None


def test_a_note_to_a_file_is_kept_too(sun: Writer, case: str) -> None:
    url = f"/cases/{case}/attachments"
    page = sun.browser.get(url)
    typed = {
        "kept_action": url, "kept_revision": "0", "note": HALF,
        "command_id": Page(page).form("Add a file").hidden("command_id"),
    }  # fmt: skip
    assert sun.browser.send("/kept", **typed).status_code == 200
    assert Page(sun.browser.get(url)).form("Add a file").field("Note").value == HALF
