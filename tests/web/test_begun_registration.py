"""A registration that somebody has begun is kept while they type, for them alone, until it is sent,
they throw it away, or its time is over."""

import logging
from collections.abc import Mapping

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from store.database import Sessions
from store.people.stays import end_stays
from store.tables import ComplaintRow, KeptFormRow, ThrottleRow
from tests.web.browser import LATELY, Browser, Visit, hidden
from tests.web.seen import Page

CALLER: Mapping[str, str] = {
    "received_at": f"{LATELY}T09:30",
    "channel": "phone",
    "unit": "harbour-outlet",
    "language": "zh",
    "name": "Wang Xiaoming",
    "phone": "010 5550 0191",
    "account": "6222 0212 3456 7890 128",
    "narrative": "The counter kept <my> book & said",
}
BEGUN = "You had begun this one, and not sent it."
CARD = "4539 1488 0343 6467"


@pytest.fixture(autouse=True)
def nothing_is_begun(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(KeptFormRow).values(ends_at=func.now()))
        session.execute(update(ThrottleRow).values(level=0))


class Clerk:
    """Somebody of intake with the form before them, whose script keeps what they type."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.page = browser.get("/register")
        self.key = hidden(self.page.text, "intake_key")
        self.revision = self.page.text.partition('data-keeps="')[2].partition('"')[0]

    @property
    def form(self) -> Page:
        return Page(self.page)

    def types(self, **over: str) -> TestResponse:
        """As the script says it a moment after the last key."""
        typed = {**CALLER, **over, "intake_key": self.key}
        said = {"kept_action": "/register", "kept_revision": self.revision}
        answer = self.browser.send("/kept", **typed, **said)
        if answer.status_code == 200:
            assert answer.json is not None
            self.revision = str(answer.json["revision"])
        return answer

    def sends(self, **over: str) -> TestResponse:
        return self.browser.send("/register", **{**CALLER, **over, "intake_key": self.key})


@pytest.fixture
def ines(visit: Visit) -> Clerk:
    return Clerk(visit("ines"))


def rows(sessions: Sessions) -> list[KeptFormRow]:
    with sessions() as session:
        mine = KeptFormRow.typed_on.is_not(None) & (KeptFormRow.ends_at > func.now())
        return list(session.scalars(select(KeptFormRow).where(mine)))


def complaints(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(ComplaintRow)) or 0


def test_half_a_complaint_is_there_again_on_another_machine_after_the_session_ended(
    ines: Clerk, sessions: Sessions, visit: Visit
) -> None:
    assert BEGUN not in ines.form.words
    assert ines.types(marks="media").status_code == 200
    with sessions.begin() as session:
        end_stays(session, ["ines"])
    clerk = Clerk(visit("ines"))
    there = clerk.form
    assert BEGUN in there.words
    assert there.field("What happened, in the customer's words").value == CALLER["narrative"]
    assert there.field("Name of the customer").value == "Wang Xiaoming"
    assert there.field("Channel").value == "Telephone"
    assert there.field("Account or card number").value == CALLER["account"]
    assert there.field("Received at (Beijing time)").value == CALLER["received_at"]
    assert 'name="marks" value="media" checked' in clerk.page.text


def test_nobody_else_sees_it(ines: Clerk, visit: Visit) -> None:
    ines.types()
    for person in ("sun", "hong"):
        page = visit(person).get("/register")
        if page.status_code == 200:
            assert "Wang Xiaoming" not in page.text, person
            assert BEGUN not in page.text, person


def test_the_customer_can_be_read_in_no_record_and_no_log(
    ines: Clerk, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ines.types()
    assert "Xiaoming" not in caplog.text
    (row,) = rows(sessions)
    assert (row.person, row.reference) == ("ines", None)
    for typed in CALLER.values():
        assert typed.encode() not in row.sealed


def test_it_is_gone_when_it_is_sent_and_a_late_page_brings_nothing_back(
    ines: Clerk, sessions: Sessions
) -> None:
    ines.types()
    before = complaints(sessions)
    assert ines.sends().status_code == 302
    assert complaints(sessions) == before + 1
    assert rows(sessions) == []
    late = ines.types()
    assert late.status_code == 409
    assert late.json is not None
    assert "this form was sent, and taken" in late.json["said"]
    assert rows(sessions) == []
    assert BEGUN not in ines.browser.get("/register").text


def test_it_stays_while_something_is_wrong_with_it(ines: Clerk, sessions: Sessions) -> None:
    ines.types()
    answer = ines.sends(channel="")
    assert answer.status_code == 422
    assert len(rows(sessions)) == 1
    assert "The counter kept" in Page(answer).field("What happened, in the customer's words").value
    assert ines.types(channel="").status_code == 200, "and is typed on"


def test_it_is_thrown_away_by_a_button_and_the_next_one_begun(
    ines: Clerk, sessions: Sessions
) -> None:
    ines.types()
    again = Clerk(ines.browser)
    assert again.form.offers("Throw it away and begin anew")
    gone = ines.browser.send("/kept/forget", kept_action="/register")
    assert gone.location == "/register"
    assert rows(sessions) == []
    anew = Clerk(ines.browser).form
    assert "What you had typed is thrown away." in anew.words
    assert anew.field("Name of the customer").value == ""
    assert anew.field("What happened, in the customer's words").value == ""


def test_one_is_kept_of_each_person_and_the_second_page_is_told(ines: Clerk) -> None:
    second = Clerk(ines.browser)
    ines.types()
    answer = second.types(name="Li Na")
    assert answer.status_code == 409
    assert answer.json is not None
    assert "on another page you have typed something else" in answer.json["said"]
    assert Clerk(ines.browser).form.field("Name of the customer").value == "Wang Xiaoming"


def test_a_card_number_in_a_text_is_not_kept_and_one_that_is_the_account_is(
    ines: Clerk, sessions: Sessions
) -> None:
    answer = ines.types(narrative=f"they took {CARD}")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["said"].startswith("Not kept. What happened, in the customer's words: ")
    assert rows(sessions) == []


def test_it_ends_after_a_time(ines: Clerk, sessions: Sessions) -> None:
    ines.types()
    (row,) = rows(sessions)
    assert (row.ends_at - row.kept_at).days == 14
    with sessions.begin() as session:
        session.execute(update(KeptFormRow).values(ends_at=func.now()))
    assert BEGUN not in ines.browser.get("/register").text


def test_whoever_registers_nothing_keeps_nothing(visit: Visit, sessions: Sessions) -> None:
    ada = visit("ada")
    typed = {**CALLER, "intake_key": "0" * 32, "kept_action": "/register", "kept_revision": "0"}
    assert ada.send("/kept", **typed).status_code == 404
    assert rows(sessions) == []
