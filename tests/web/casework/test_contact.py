"""How a customer is reached is corrected on the page of the customer, on the real engine."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.client import Client
from werkzeug.test import TestResponse

from domain.customers import CustomerField
from store.database import Sessions
from tests.customers import known_of_customer
from tests.web.browser import Browser, Taker, Visit
from tests.web.engine import app_with_engine, opened
from tests.web.seen import Page

BUTTON = "Correct the contact"
PHONE, EMAIL = "13800131234", "wang.xm@example.com"


app = app_with_engine


@pytest.fixture
async def reference(engine: Client, a_received_case: Taker) -> str:
    """A complaint of somebody who gave a number and an address."""
    return await opened(engine, lambda **over: a_received_case(phone=PHONE, email=EMAIL, **over))


def form_on(browser: Browser, reference: str, **typed: str) -> dict[str, str]:
    """The form as it stands on the page of the customer, filled in."""
    form = Page(browser.get(f"/cases/{reference}/customer")).form(BUTTON)
    unseen = {name: form.hidden(name) for name in ("command_id", "seen_version")}
    return {**unseen, "reason": "She called.", **typed}


def send(browser: Browser, reference: str, form: dict[str, str]) -> TestResponse:
    return browser.send(f"/cases/{reference}/customer/contact", **form)


def known(sessions: Sessions, reference: str, field: CustomerField) -> str:
    with sessions() as session:
        return known_of_customer(session, reference, field)


async def test_it_is_come_to_from_the_case_and_done_once_however_often_it_is_sent(
    reference: str, visit: Visit, sessions: Sessions
) -> None:
    def story() -> None:
        sun = visit("sun")
        page = Page(sun.get(f"/cases/{reference}"))
        assert page.link(BUTTON) == f"/cases/{reference}/customer#correct"
        form = form_on(sun, reference, phone="139 0013 1234")
        for _click in range(2):
            assert send(sun, reference, form).location == f"/cases/{reference}"
        told = sun.get(f"/cases/{reference}")
        assert "The contact is corrected." in told.text
        assert told.text.count("Contact of the customer corrected") == 1
        assert Page(told).fact("Telephone") == "139 **** 1234"
        otherwise = send(sun, reference, {**form, "phone": "137 0013 1234"})
        assert otherwise.status_code == 409, "one key is one correction"
        assert "139 0013 1234" not in otherwise.text
        assert known(sessions, reference, CustomerField.PHONE) == "139 0013 1234"
        assert known(sessions, reference, CustomerField.EMAIL) == EMAIL, "left empty, it stays"

    await asyncio.to_thread(story)


async def test_what_will_not_do_is_said_beside_its_field_and_kept_and_nothing_is_changed(
    reference: str, visit: Visit, sessions: Sessions
) -> None:
    def story() -> None:
        sun = visit("sun")
        form = form_on(sun, reference, email="no address", phone=PHONE, reason="")
        answer = send(sun, reference, form)
        assert answer.status_code == 422
        page = Page(answer)
        assert page.title.startswith("Error: ")
        assert page.form(BUTTON).field("E-mail").value == "no address"
        faults = [field.fault for field in page.faulty.values()]
        assert len(faults) == 3, faults
        for said in ("Please fill this in.", "The complaint has just this already."):
            assert any(said in fault for fault in faults), faults
        nothing = send(sun, reference, form_on(sun, reference))
        assert nothing.status_code == 422
        assert "Type at least one thing that is to be corrected." in nothing.text
        secret = send(sun, reference, form_on(sun, reference, name="card 6222021234567890128"))
        assert secret.status_code == 422
        long = send(sun, reference, form_on(sun, reference, address="x" * 5_000))
        assert long.status_code == 422
        assert known(sessions, reference, CustomerField.EMAIL) == EMAIL
        assert "Contact of the customer corrected" not in sun.get(f"/cases/{reference}").text

    await asyncio.to_thread(story)


async def test_who_comes_second_is_shown_who_came_first_and_keeps_what_was_typed(
    reference: str, visit: Visit, sessions: Sessions
) -> None:
    def story() -> None:
        sun, ines = visit("sun"), visit("ines")
        theirs = form_on(ines, reference, email="ines.knows@example.com")
        assert send(sun, reference, form_on(sun, reference, phone="13900131111")).status_code == 302
        answer = send(ines, reference, theirs)
        assert answer.status_code == 409
        assert "Since then: Contact of the customer corrected, by sun," in answer.text
        form = Page(answer).form(BUTTON)
        assert form.field("E-mail").value == "ines.knows@example.com"
        again = {**theirs, "command_id": form.hidden("command_id"),
                 "seen_version": form.hidden("seen_version")}  # fmt: skip
        assert send(ines, reference, again).status_code == 302
        assert known(sessions, reference, CustomerField.EMAIL) == "ines.knows@example.com"
        assert known(sessions, reference, CustomerField.PHONE) == "13900131111"

    await asyncio.to_thread(story)


async def test_whoever_only_reads_the_case_is_offered_no_correction(
    reference: str, visit: Visit, sessions: Sessions
) -> None:
    def story() -> None:
        for who in ("hong", "ada", "lin"):
            browser = visit(who)
            assert BUTTON not in browser.get(f"/cases/{reference}/customer").text
            form = {"command_id": str(uuid4()), "phone": "1", "reason": "curious"}
            assert send(browser, reference, form).status_code in (403, 404), who
        assert known(sessions, reference, CustomerField.PHONE) == PHONE

    await asyncio.to_thread(story)
