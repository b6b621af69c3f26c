"""A survey by a link, as its customer, the handler and the supervisor meet it."""

import re
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import String, cast, select, update

from domain.acts import NoteLateContact, OfferSurvey, Reopen
from domain.classification import Mark
from domain.complaint import Language
from domain.errors import Refusal
from store.database import Sessions
from store.tables import Base, CaseRow
from tests.tasks.opening import CLOSED
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit

LINK = re.compile(r"https://redress.example.org(/survey/[a-z0-9-]+)")
WORDS = "nobody ever called me back"


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Somebody without a log-in."""
    return Browser(app.test_client(), address=f"198.51.100.{uuid4().int % 250}")


def closed(work: Work, **complaint: str) -> str:
    """A case that was closed under the pack that asks every customer (H-04)."""
    reference = work.received("client-management", **complaint)
    for act, by, words in CLOSED:
        work.does(reference, act, by, *words)
    return reference


def link_in(mail: dict[str, list[str]]) -> str:
    """The address of the questions, as the customer was written it."""
    found = [LINK.search(text) for text in mail["wang"]]
    return next(each[1] for each in found if each)


@pytest.fixture
def asked(work: Work) -> tuple[str, str]:
    """A closed case, and the link its customer was mailed."""
    reference = closed(work, email="wang@example.org", language=Language.EN)
    return reference, link_in(work.post(reference))


def test_the_customer_answers_by_the_mailed_link_and_the_bank_hears(
    asked: tuple[str, str], work: Work, visit: Visit, stranger: Browser
) -> None:
    reference, url = asked
    page = stranger.get(url)
    assert page.status_code == 200
    assert "How did we handle your complaint?" in page.text
    assert reference not in page.text, "nothing of the case"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Ask the customer how satisfied they are" in visit("han").get("/tasks").text

    answers = {"overall": "very_dissatisfied", "responsiveness": "dissatisfied", "note": WORDS}
    for _ in range(2):
        taken = stranger.send(url, **answers)
        assert taken.location.endswith("/survey/thanks"), "twice is once"
    assert "Your answers are noted" in stranger.get("/survey/thanks").text
    work.carry_out_what_waits(reference)

    shown = unescape(visit("han").get(f"/cases/{reference}").text)
    for said in ("What the customer said afterwards", "By the survey", WORDS, "Responsiveness"):
        assert said in shown
    assert "the customer" in shown, "who wrote the entry"
    assert reference not in visit("han").get("/tasks").text, "nobody needs to call any more"
    title = "See to a customer who is dissatisfied afterwards"
    assert any(title in each for each in work.post(reference)["sun"])
    assert title in visit("sun").get("/tasks").text
    assert title in visit("sun").get("/inbox").text
    assert WORDS not in visit("ada").get(f"/cases/{reference}").text, "not for who reads no words"


def test_a_used_link_a_made_up_one_and_one_that_ran_out_are_told_the_same(
    asked: tuple[str, str], work: Work, stranger: Browser, sessions: Sessions
) -> None:
    reference, url = asked
    stranger.get(url)
    stranger.send(url, overall="satisfied")
    work.carry_out_what_waits(reference)
    other = closed(work, email="wang@example.org", language=Language.EN)
    late = link_in(work.post(other))
    with sessions.begin() as session:
        row = session.get_one(CaseRow, other)
        (survey,) = row.state["surveys"]
        row.state = {**row.state, "surveys": [{**survey, "closes_at": survey["offered_at"]}]}
    answers = [stranger.get(each) for each in (url, late, "/survey/k7tm-q2xw-9dfp-hjc4-v8ra")]
    assert {answer.status_code for answer in answers} == {404}
    token = re.compile(r'(name="(?:csrf_token|next)" value=")[^"]*')
    assert len({token.sub(r"\1", answer.text) for answer in answers}) == 1
    assert "This link opens no questions" in answers[0].text
    otherwise = stranger.send(url, overall="dissatisfied", note="on second thoughts")
    assert otherwise.status_code == 404
    before = work.case(reference).version
    work.carry_out_what_waits(reference)
    assert work.case(reference).version == before, "the first answer stands"


def test_what_is_missing_or_must_not_be_written_comes_back_with_what_was_typed(
    asked: tuple[str, str], work: Work, stranger: Browser
) -> None:
    reference, url = asked
    stranger.get(url)
    empty = stranger.send(url, note=WORDS)
    assert empty.status_code == 422
    assert WORDS in empty.text
    secret = stranger.send(url, overall="neutral", note="my card 6222021234567890128")
    assert secret.status_code == 422
    assert "6222021234567890128" in secret.text
    assert 'value="neutral" checked' in secret.text
    unknown = stranger.send(url, overall="splendid")
    assert unknown.status_code == 422
    masked = stranger.send(url, overall="neutral", note="my card 6222021234567890128", mask="yes")
    assert masked.status_code == 302
    work.carry_out_what_waits(reference)
    assert work.case(reference).verdicts[-1].satisfaction == "neutral"


def test_without_an_address_the_code_is_read_out_and_typed_in(
    work: Work, visit: Visit, stranger: Browser
) -> None:
    reference = closed(work)
    page = visit("han").get(f"/cases/{reference}").text
    code = re.search(r'<strong class="code">([a-z0-9-]+)</strong>', page)
    assert code is not None
    assert "/survey" in page
    for reader in ("ada", "leo"):
        assert code[1] not in visit(reader).get(f"/cases/{reference}").text
    assert stranger.send("/survey", code=" ").status_code == 422
    opened = stranger.send("/survey", code=code[1].upper().replace("-", " "))
    assert opened.status_code == 302
    assert "All in all" in stranger.get(opened.location).text


def test_codes_are_kept_nowhere_and_guesses_are_slowed_down(
    asked: tuple[str, str], work: Work, stranger: Browser, sessions: Sessions
) -> None:
    _, url = asked
    code = url.rpartition("/")[2]
    with sessions() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                kept = select(table).where(cast(column, String).contains(code)).limit(1)
                assert session.execute(kept).first() is None, column
    answers = [stranger.get(f"/survey/abcd-{number}") for number in range(40)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "too many tries" in answers[-1].text


def test_it_is_answered_also_after_one_office_got_the_case_and_not_after_it_was_reopened(
    asked: tuple[str, str], work: Work, stranger: Browser, sessions: Sessions
) -> None:
    reference, url = asked
    with sessions.begin() as session:
        row = session.get_one(CaseRow, reference)
        session.execute(
            update(CaseRow)
            .where(CaseRow.reference == reference)
            .values(state={**row.state, "restricted_to": ["discipline"], "marks": [Mark.CRIME]})
        )
    stranger.get(url)
    assert stranger.send(url, overall="satisfied").status_code == 302
    work.carry_out_what_waits(reference)
    assert len(work.case(reference).verdicts) == 1

    again = closed(work, email="wang@example.org", language=Language.EN)
    stale = link_in(work.post(again))
    work.does(again, Reopen(), "sun")
    assert stranger.get(stale).status_code == 404


def test_a_survey_offered_by_hand_takes_the_place_of_the_one_before(
    asked: tuple[str, str], work: Work, visit: Visit, stranger: Browser
) -> None:
    reference, first = asked
    han = visit("han")
    han.get(f"/cases/{reference}")
    han.send(f"/cases/{reference}/acts/offer_survey", command_id=str(uuid4()))
    work.carry_out_what_waits(reference)
    second = link_in(work.post(reference))
    assert second != first
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert work.refused(reference, OfferSurvey(), "max").code is Refusal.UNKNOWN_REFERENCE


def test_nobody_of_the_bank_answers_in_the_customers_place(
    asked: tuple[str, str], visit: Visit
) -> None:
    reference, _ = asked
    han = visit("han")
    page = han.get(f"/cases/{reference}").text
    assert "act-answer_survey" not in page
    sent = han.send(f"/cases/{reference}/acts/answer_survey", command_id=str(uuid4()), number="1")
    assert sent.status_code == 404


def test_who_comes_back_after_the_closing_is_a_task_of_whoever_handled_it(
    work: Work, visit: Visit
) -> None:
    reference = closed(work)
    assert work.refused(reference, NoteLateContact(), "line").code is Refusal.UNKNOWN_REFERENCE
    ines = visit("ines")
    ines.get(f"/cases/{reference}")
    empty = ines.send(f"/cases/{reference}/acts/note_late_contact", command_id=str(uuid4()))
    assert empty.status_code == 422
    ines.send(
        f"/cases/{reference}/acts/note_late_contact",
        command_id=str(uuid4()),
        note="asks where the money is",
    )
    work.carry_out_what_waits(reference)
    title = "Answer the customer who came back after the closing"
    assert any(title in each for each in work.post(reference)["han"])
    assert title in visit("han").get("/tasks").text
