"""One complaint from receipt to its end, in a real browser, on everything `redress up` starts.

On the way each page is held to WCAG by axe-core, and the browser may ask no other host for a thing.
"""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config import read_env_file
from tests.starts import Up, free_port

PATIENCE_MS = 20_000
"""How long the browser waits for what a page is to show; a green story needs a moment."""

AXE = Axe()


@pytest.fixture(scope="module")
def up(engine_folder: Path) -> Iterator[Up]:
    """Redress as a newcomer starts it, with the trial bank in it."""
    up = Up(engine_folder / "browser-story", free_port())
    assert up.is_ready(), up.said()
    yield up
    up.end(signal.SIGINT)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


class Bank:
    """The people of the trial bank, each in a browser of their own."""

    def __init__(self, browser: Browser, up: Up) -> None:
        self._browser = browser
        self._address = f"http://127.0.0.1:{up.port}"
        self._passwords = read_env_file(up.var_dir / "trial-logins.env")
        self._contexts: list[BrowserContext] = []
        self.asked_elsewhere: list[str] = []
        self.complaints_of_the_browser: list[str] = []

    def log_in(self, person: str, language: str = "en") -> Page:
        context = self._browser.new_context(base_url=self._address, locale=language)
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self._notice(request.url))
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.goto("/login")
        require_accessible(page)
        page.fill("#login", person)
        page.fill("#password", self._passwords[person])
        page.keyboard.press("Enter")
        expect(page.locator(".me")).to_be_visible()
        choose(page, language)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _notice(self, url: str) -> None:
        if not url.startswith((self._address, "data:")):
            self.asked_elsewhere.append(url)

    def _hear(self, kind: str, text: str) -> None:
        # A refused form is answered with its status, which the browser reports; that is no fault.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints_of_the_browser.append(text)


@pytest.fixture
def bank(browser: Browser, up: Up) -> Iterator[Bank]:
    bank = Bank(browser, up)
    yield bank
    bank.close()
    assert bank.asked_elsewhere == []
    assert bank.complaints_of_the_browser == []


def choose(page: Page, language: str) -> None:
    """Speak this language, by the switch at the head of the page."""
    other = page.locator(f'.languages button[value="{language}"]')
    if other.count():
        other.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))


def require_accessible(page: Page) -> None:
    """Nothing on the page that axe-core calls a violation."""
    found = AXE.run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def act(page: Page, kind: str, **typed: str) -> None:
    """Fill in and send the form of an act."""
    form = page.locator(f"#act-{kind}")
    if form.evaluate("each => each.tagName === 'DETAILS' && !each.open"):
        form.locator("summary").first.click()
    for name, value in typed.items():
        field = form.locator(f"#{kind}-{name}")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("form button").click()


def test_a_complaint_is_registered_assigned_started_answered_settled_and_closed(bank: Bank) -> None:
    intake = bank.log_in("intake")
    intake.click("text=Register")
    intake.click("button:has-text('Register') >> nth=-1")
    expect(intake.locator(".error-summary")).to_be_visible()
    require_accessible(intake)
    intake.fill("#narrative", "The queue machine called number 40 twice and never called mine.")
    intake.fill("#phone", "000-0100")
    intake.select_option("#channel", "phone")
    intake.select_option("#unit", "harbour-outlet")
    intake.select_option("#category", "service_attitude")
    intake.click("button:has-text('Register') >> nth=-1")
    reference = intake.locator(".reference").inner_text()
    require_accessible(intake)

    supervisor = bank.log_in("supervisor")
    supervisor.fill("#search-text", reference)
    supervisor.keyboard.press("Enter")
    expect(supervisor.locator("h1")).to_have_text(reference)
    handler_id = supervisor.locator("#assign-handler option", has_text="Sample Handler")
    act(supervisor, "assign", handler=str(handler_id.first.get_attribute("value")))
    expect(supervisor.locator(".told-success")).to_have_text("The case is assigned.")

    handler = bank.log_in("handler")
    handler.click(f"text={reference}")
    handler.locator("#act-start button").dblclick()
    expect(handler.locator(".status")).to_have_text("In progress")
    expect(handler.locator(".journal >> text=Work started")).to_have_count(1)

    act(handler, "reply", letter="We are sorry.")
    expect(handler.locator(".error-summary")).to_contain_text("Please fill this in.")
    expect(handler.locator("#reply-letter")).to_have_value("We are sorry.")
    require_accessible(handler)
    act(
        handler,
        "reply",
        findings="The machine skipped a number.",
        persons="None at fault.",
        lessons="The machine was replaced.",
        satisfaction="satisfied",
        handler_name="Sample Handler",
        handler_phone="000-0200",
    )
    expect(handler.locator(".status")).to_have_text("Replied")
    act(handler, "dispose", validity="valid", responsibility="bank", measures="The machine is new.")
    expect(handler.locator(".status")).to_have_text("Settled")
    act(handler, "close")
    expect(handler.locator(".status")).to_have_text("Closed")
    expect(handler.locator(".clock .tone-met").first).to_be_visible()
    require_accessible(handler)

    choose(handler, "zh")
    expect(handler.locator(".status")).to_have_text("已结案")
    expect(handler.locator(".journal li").first).to_contain_text("结案")


def test_a_double_click_and_a_second_tab_with_the_same_form_register_one_complaint(
    bank: Bank,
) -> None:
    first = bank.log_in("intake")
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto("/register")
        tab.fill("#narrative", "A heron stood in the vault, twice.")
        tab.fill("#phone", "000-0101")
        tab.select_option("#channel", "phone")
        tab.select_option("#unit", "harbour-outlet")
        tab.fill("#received_at", "2026-11-20T09:30")
    key = first.locator("[name=intake_key]").input_value()
    second.locator("[name=intake_key]").evaluate("(field, key) => (field.value = key)", key)
    first.locator("button:has-text('Register') >> nth=-1").dblclick()
    reference = first.locator(".reference").inner_text()
    second.locator("button:has-text('Register') >> nth=-1").dblclick()
    expect(second.locator(".reference")).to_have_text(reference)

    second.fill("#search-text", "A heron stood in the vault, twice.")
    second.keyboard.press("Enter")
    expect(second.locator(".cases tbody tr")).to_have_count(1)


@pytest.mark.parametrize("person", ["intake", "handler", "supervisor", "hr", "liaison", "admin"])
def test_every_page_of_a_role_is_accessible(bank: Bank, person: str) -> None:
    page = bank.log_in(person, "zh")
    first_case = page.locator(".cases th a").first
    links = [link.get_attribute("href") for link in page.locator(".menu a").all()]
    if first_case.count():
        links.append(first_case.get_attribute("href"))
    for link in links:
        page.goto(str(link))
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        require_accessible(page)


def test_a_case_can_be_worked_with_the_keyboard_alone(bank: Bank) -> None:
    page = bank.log_in("handler")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.cases th a') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#acts")).to_be_visible()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus can be seen"
