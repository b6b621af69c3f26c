"""The part of a reply that stays in the bank: set apart on the form and on the page, and in nothing
that the customer is sent."""

from uuid import uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import select

from domain.acts import INTERNAL, Assign
from domain.classification import Level
from domain.complaint import Language
from domain.notices import COMPLAINANT
from rulebook.notices import FILLINGS
from store.database import Sessions
from store.notice_contents import read_contents
from store.tables import NoticeRow
from tests.tasks.work import Work
from tests.web.browser import Visit
from tests.web.seen import Page, tree_of, words_of

ASSIGNED = Assign(handler="stan", handler_unit="station-outlet", handler_level=Level.OUTLET)

LETTER = "We are sorry; the fee is paid back."
PERSONS = "The cashier Mr Ma was spoken to and fined."
LESSONS = "The counter gets a second till at noon."
SAID = {
    "letter": LETTER,
    "persons": PERSONS,
    "lessons": LESSONS,
    "findings": "The fee was taken twice.",
    "satisfaction": "satisfied",
    "handled_at": "2026-11-28T09:00",
    "handler_name": "Stan",
    "handler_phone": "000-0300",
}
FORM = "Reply to the customer"


@pytest.fixture
def given(work: Work) -> str:
    """A case that Stan is to answer, of a customer with a mail address."""
    reference = work.received(
        "head-office", unit="station-outlet", email="wang@example.org", language=Language.EN
    )
    work.does(reference, ASSIGNED, "stan")
    return reference


def replied(work: Work, visit: Visit, reference: str) -> None:
    """Stan fills the whole form in and sends it."""
    stan = visit("stan")
    form = Page(stan.get(f"/cases/{reference}")).form(FORM)
    sent = stan.send(form.action, command_id=str(uuid4()), **SAID)
    assert sent.status_code == 302
    work.carry_out_what_waits(reference)


def parts_of(root: Element, head: str) -> list[Element]:
    """What stands under a heading of a part."""
    return [
        each
        for each in root.iter()
        if "part" in each.get("class", "").split() and words_of(each).startswith(head)
    ]


def fields_in(part: Element) -> set[str]:
    return {each.get("name", "") for each in part.iter() if each.tag in {"textarea", "input"}}


def test_the_form_sets_apart_what_the_customer_gets_and_what_stays_in_the_bank(
    given: str, visit: Visit
) -> None:
    root = tree_of(visit("stan").get(f"/cases/{given}"))
    (reply,) = [each for each in root.iter("form") if each.get("action", "").endswith("/reply")]
    (customer,) = parts_of(reply, "What the customer gets")
    (internal,) = parts_of(reply, "Stays in the bank")
    assert fields_in(customer) == {"letter"}
    assert fields_in(internal) == {"persons", "lessons"}
    assert "no letter and no document to the customer says it" in words_of(internal)
    assert set(SAID) - {"satisfaction"} <= fields_in(reply), "and nothing is missing"


def test_the_page_sets_them_apart_once_it_is_sent(given: str, work: Work, visit: Visit) -> None:
    replied(work, visit, given)
    for url in (f"/cases/{given}", f"/cases/{given}/history"):
        root = tree_of(visit("sun").get(url))
        (customer,) = parts_of(root, "What the customer is told")
        (internal,) = parts_of(root, "Stays in the bank")
        assert LETTER in words_of(customer)
        assert PERSONS not in words_of(customer)
        assert PERSONS in words_of(internal)
        assert LESSONS in words_of(internal)
        assert LETTER not in words_of(internal)


@pytest.mark.parametrize("language", list(Language))
def test_no_letter_to_the_customer_says_who_is_responsible_or_what_was_learned(
    given: str, work: Work, visit: Visit, sessions: Sessions, language: Language
) -> None:
    reference = work.received(
        "head-office", unit="station-outlet", email="wang@example.org", language=language
    )
    work.does(reference, ASSIGNED, "stan")
    replied(work, visit, reference)
    mail = work.post(reference)
    to_customer = "\n".join(mail["wang"])
    assert LETTER in to_customer, "this looks where the customer looks"
    for inside in (PERSONS, LESSONS):
        assert inside not in to_customer
    with sessions() as session:
        told = select(NoticeRow).where(
            NoticeRow.reference == reference, NoticeRow.recipient == COMPLAINANT
        )
        letters = read_contents(session, session.scalars(told).all())
    assert any("letter" in each.words for each in letters)
    assert [each.about for each in letters if INTERNAL & set(each.words)] == [], (
        "nor could any that is worded otherwise"
    )


def test_the_bank_cannot_word_a_notice_so_that_it_would() -> None:
    assert set() == INTERNAL & FILLINGS


def test_a_slip_that_says_it_is_marked_as_one_that_stays_in_the_bank(
    given: str, visit: Visit, app: Flask
) -> None:
    shown = Page(visit("stan").get(f"/cases/{given}/attachments")).words
    slip = shown.partition("Complaint supervision slip")[2].partition("Make")[0]
    assert "Stays in the bank" in slip
    transfer = shown.partition("Complaint transfer slip")[2].partition("Make")[0]
    assert transfer
    assert "Stays in the bank" not in transfer
