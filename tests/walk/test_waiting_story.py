"""An act that the engine does not answer at once: what became of it is shown by itself."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.starts import Up
from tests.walk.staff import NARRATIVE, Bank, act, field, fill, form_of, register, registered

MOVED_ON = "This case has moved on since you opened it."
OUTLET = "Harbour outlet"
NOTE, WORDS = "Add a note", "Note"


@contextmanager
def a_frozen_worker(up: Up) -> Iterator[None]:
    """It answers nobody, and nobody has noticed yet."""
    worker = up.parts()["worker"]
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker.pid, signal.SIGCONT)


def a_case_before(page: Page) -> None:
    """Taken down a moment ago, and open."""
    page.goto("/register")
    told = {
        NARRATIVE: "The door said pull and was to be pushed.",
        "Telephone": "000-0400",
        "Channel": "Telephone",
        "Unit complained about": OUTLET,
        "Category": "Service attitude",
    }
    fill(page, told)
    register(page).click()
    page.goto(f"/cases/{registered(page)}")


def test_whoever_waits_for_an_act_is_shown_what_became_of_it(bank: Bank, up: Up) -> None:
    page = bank.log_in("intake")
    a_case_before(page)
    waits = page.get_by_text("Stored, waiting for the engine:")
    with a_frozen_worker(up):
        act(page, NOTE, {WORDS: "She waits in the hall."})
        expect(waits).to_be_visible()
    expect(page.get_by_role("region", name="Journal")).to_contain_text("She waits in the hall.")
    expect(waits).to_be_hidden()
    expect(page.get_by_text(MOVED_ON)).to_be_hidden()
    expect(page.get_by_role("status").first).to_have_text("The note is in the journal.")


def test_nobodys_form_is_taken_from_their_hands(bank: Bank, up: Up) -> None:
    """Who types meanwhile is told, and goes on typing."""
    page = bank.log_in("intake")
    a_case_before(page)
    with a_frozen_worker(up):
        act(page, NOTE, {WORDS: "He called twice."})
        expect(page.get_by_text("Stored, waiting for the engine:")).to_be_visible()
        page.locator("summary").get_by_text(NOTE, exact=True).click()
        half = field(form_of(page, NOTE), WORDS)
        half.press_sequentially("He called a third")
    expect(page.get_by_text(MOVED_ON)).to_be_visible()
    expect(half).to_have_value("He called a third")
    page.get_by_role("link", name="Show how it stands now").click()
    expect(page.get_by_role("region", name="Journal")).to_contain_text("He called twice.")
    expect(field(form_of(page, NOTE), WORDS)).to_have_value("He called a third")
