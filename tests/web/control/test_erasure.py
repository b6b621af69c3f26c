"""The page of what is due to be erased, and the case page of what is."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.acts import PutOnHold
from store.cases.erasing import carry_on, erasure_runs
from store.database import Sessions
from tests.store.erasure.lives import MARK, a_closed_case, carried, done, erased
from tests.web.browser import Visit

PAGE = "/erasure"


def test_what_is_due_is_shown_asked_for_agreed_to_and_told_as_it_goes(
    visit: Visit, sessions: Sessions
) -> None:
    ada, hong = visit("ada"), visit("hong")
    a_closed_case(sessions, ago=timedelta(days=30))
    empty = ada.get(PAGE).text
    assert "No case is due to be erased." in empty
    assert "Days after closing" in empty
    assert visit("han").get(PAGE).status_code == 403

    case = a_closed_case(sessions)
    shown = ada.get(PAGE).text
    assert "Nothing is erased by looking" in shown
    assert "Erases: texts of journals" in shown
    again = ada.send(PAGE, reason="")
    assert again.status_code == 422
    assert 'role="alert"' in again.text
    assert ada.send(PAGE, reason="the yearly erasure").status_code == 302
    assert "Waits for a second person" in ada.get(PAGE).text
    assert ada.send(PAGE, reason="the yearly erasure").status_code == 302, "a second click"
    late = ada.send(PAGE, reason="for another reason")
    assert late.status_code == 409
    assert "for another reason" in late.text

    with sessions() as session:
        (run,) = erasure_runs(session)
    waiting = hong.get("/approvals").text
    assert "Erase every case that is due" in waiting
    assert "the yearly erasure" in waiting
    assert hong.send(f"/approvals/{run.request.id}", outcome="approved").status_code == 302
    assert "0 of 1 are erased." in ada.get(PAGE).text

    carry_on(sessions)  # as the worker does, and the workflow of the case
    with sessions.begin() as session:
        carried(session, case, f"{run.request.id}/{case}", "ada")
    carry_on(sessions)
    assert "1 of 1 are erased." in ada.get(PAGE).text
    assert "Under way" not in ada.get(PAGE).text


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "who the customer was, was erased on"), ("zh", "客户身份已于")],
)
def test_the_page_of_an_erased_case_says_so_and_offers_nothing(
    visit: Visit, sessions: Sessions, language: str, says: str
) -> None:
    case = a_closed_case(sessions)
    erased(sessions, case)
    sun = visit("sun")
    sun.send("/language", language=language)
    page = sun.get(f"/cases/{case}").text
    sun.send("/language", language="en")
    assert says in page
    assert MARK not in page
    assert "/acts/" not in page
    late = sun.send(f"/cases/{case}/acts/note", command_id=str(uuid4()), note=MARK)
    assert late.status_code == 409
    assert "Take down what the customer says now as a new complaint." in late.text


def test_a_legal_hold_stands_on_the_page_with_its_reason(visit: Visit, sessions: Sessions) -> None:
    case = a_closed_case(sessions)
    with sessions.begin() as session:
        done(session, case, PutOnHold(), "sun", {"reason": "the court of the harbour asks"})
    page = visit("sun").get(f"/cases/{case}").text
    assert "A legal hold has lain on this case since" in page
    assert "the court of the harbour asks" in page
    assert "This case cannot be erased now: a legal hold lies on it." in page
