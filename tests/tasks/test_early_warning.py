"""Early warning as whoever answers for a unit reads it, in a bank of its own with a past."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import text, update

from domain.analysis import months_before
from domain.classification import Business
from domain.complaint import Language
from rulebook.analysis.warning import read_warning_rules
from rulebook.staffing import beginning_of, today_in_the_bank
from store.cases.receipts import receive_each
from store.database import Sessions, close_database, open_database
from store.reports.early_warnings import tell_of_early_warnings
from store.tables import PersonRow
from tests.activities.letters import notices_through
from tests.bank import WHOLE
from tests.builders import a_complaint
from tests.mail_sink import MailSink
from tests.settings import PERSONAL_KEYS
from tests.stays import logged_in
from tests.web.browser import Browser
from tests.web.no_engine import app_without_engine

EACH_MONTH, LAST_MONTH = 3, 14
"""Complaints about the harbour outlet, in each of twelve months and in the one after."""

FLOOD = ("harbour-outlet", 1)
"""Where, and how many months ago, all complaints are about another business than ever before."""


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """That bank: one outlet has many more complaints last month than is usual, another as many as
    ever, and a third, which had none, a few."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        WHOLE.moves_into(session)
        address = PersonRow.id + "@bank.example"
        session.execute(update(PersonRow).values(language=Language.EN, email=address))
        this_month = today_in_the_bank().replace(day=1)
        numbers = {"harbour-outlet": LAST_MONTH, "station-outlet": EACH_MONTH, "bay-branch": 9}
        told = [
            a_complaint(
                intake_key=f"{unit}-{back}-{number}",
                unit=unit,
                received_at=beginning_of(months_before(this_month, back)).astimezone(UTC)
                + timedelta(days=3, minutes=number),
                imported_at=datetime.now(UTC),
                policy="head-office",
                business=Business.CARDS if (unit, back) == FLOOD else Business.LOANS,
            )
            for unit, last in numbers.items()
            for back in range(1, 14)
            for number in range(last if back == 1 else 0 if last == 9 else EACH_MONTH)
        ]
        receive_each(session, told, WHOLE.actor("ines"))
    yield sessions
    close_database(sessions)


app = app_without_engine


@pytest.fixture
def reads(app: Flask, sessions: Sessions) -> Callable[[str, str], str]:
    """What somebody finds on a page."""

    def look(person: str, address: str) -> str:
        return unescape(Browser(logged_in(app, sessions, person)).get(address).text)

    return look


def warned_of(page: str) -> list[list[str]]:
    """The lines of the table of warnings, without what is for screen readers alone."""
    part = page.partition('aria-labelledby="warnings"')[2].partition("</section>")[0]
    part = re.sub(r'<span class="visually-hidden">.*?</span>', "", part).partition("<tbody>")[2]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in re.findall(r"<tr>.*?</tr>", part, re.DOTALL)
    ]


def test_a_unit_that_left_its_range_is_shown_with_the_figures_and_no_other(
    reads: Callable[[str, str], str],
) -> None:
    page = reads("hong", "/analysis")
    month = months_before(today_in_the_bank(), 1).isoformat()[:7]
    # Nine in the branch, which never had one, are small numbers; three as ever are usual.
    # The same fourteen are about a business of which there never was a complaint.
    assert warned_of(page) == [
        ["Business it is about: Bank cards", month, "14", "0.0", "0"],
        ["Unit: harbour-outlet", month, "14", "3.0", "10"],
    ]
    assert "Poisson" in page, "the method is named"


def test_word_goes_once_to_whoever_answers_for_the_unit(
    reads: Callable[[str, str], str], sessions: Sessions, sink: MailSink
) -> None:
    told = []
    for _ in range(2):
        with sessions.begin() as session:
            told.append(tell_of_early_warnings(session, read_warning_rules(), today_in_the_bank()))
    assert told == [2, 0], "the second look has nothing new"
    with sessions() as session:
        notices = session.execute(
            text(
                "select notices.id, recipient, dimension from notices"
                " join early_warnings on early_warnings.id = early_warning order by dimension desc"
            )
        ).all()
    assert [(each.dimension, each.recipient) for each in notices] == [
        ("unit", "sun"),  # who leads the branch above
        ("business", "hong"),  # who answers for the head office
    ]
    before = len(sink.taken)
    notices_through(sessions, sink.url, patience=30).send(notices[0].id)
    (message,) = sink.taken[before:]
    month = months_before(today_in_the_bank(), 1).isoformat()[:7]
    assert message["Subject"] == f"More complaints than usual: harbour-outlet, {month}"
    body = message.get_body()
    assert body is not None
    assert "/analysis#warnings" in body.get_content()
    inbox = reads("sun", "/inbox")
    assert "More complaints than usual" in inbox
    assert "Unit: harbour-outlet" in inbox
    inbox = reads("hong", "/inbox")
    assert "Business it is about: Bank cards" in inbox
    assert "Unit: harbour-outlet" not in inbox


def test_it_is_shown_to_whoever_answers_for_the_unit(reads: Callable[[str, str], str]) -> None:
    assert [line[0] for line in warned_of(reads("sun", "/analysis"))] == ["Unit: harbour-outlet"]
    assert warned_of(reads("stan", "/analysis")) == []
    page = reads("sun", "/analysis")
    again = page.partition('aria-labelledby="repeats"')[2].partition("</section>")[0]
    assert "Nothing to draw: there is none of it in these months." in again
    assert "<svg" not in again, "no picture of nothing"
    assert "<svg" in page
    assert "Everything is within its usual range" in reads("stan", "/analysis")
