"""The people of the trial bank, each in a browser of their own, and what they do on a page."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from config import read_env_file
from embedded.processes import wait_until
from tests.starts import Up

PATIENCE_MS = 60_000
"""How long the browser waits for what a page is to show; a green story needs a moment."""

LOGIN = {"en": "Login name", "zh": "登录名"}
PASSWORD = {"en": "Password", "zh": "密码"}
NARRATIVE = "What happened, in the customer's words"


class Bank:
    """The people of the trial bank, each in a browser of their own."""

    def __init__(self, browser: Browser, up: Up) -> None:
        self._browser = browser
        self._address = f"http://127.0.0.1:{up.port}"
        self._passwords = read_env_file(up.var_dir / "trial-logins.env")
        self._up = up
        self._contexts: list[BrowserContext] = []
        self.asked_elsewhere: list[str] = []
        self.complaints_of_the_browser: list[str] = []

    def people(self) -> list[str]:
        """Everybody who can log in."""
        return list(self._passwords)

    def at_the_door(self, language: str) -> Page:
        """Before the page that asks who one is."""
        context = self._browser.new_context(base_url=self._address, locale=language)
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self._notice(request.url))
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.goto("/login")
        return page

    def have_their_samples(self) -> None:
        """Wait until the sample complaints, which come in while the pages are there already, have
        come as far as they come by themselves."""
        in_place = re.compile(r"(\d+) of \1 sample complaints")
        found = wait_until(lambda: bool(in_place.search(self._up.said())), 3 * PATIENCE_MS / 1000)
        assert found, self._up.said()

    def log_in(self, person: str, language: str = "en") -> Page:
        page = self.at_the_door(language)
        fill(page, {LOGIN[language]: person, PASSWORD[language]: self._passwords[person]})
        page.keyboard.press("Enter")
        expect(page.get_by_role("navigation").first).to_be_visible()
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


def choose(page: Page, language: str) -> None:
    """Speak this language, by the switch at the head of the page."""
    other = page.get_by_role("button", name={"zh": "中文", "en": "English"}[language])
    if other.count():
        other.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))


def field(place: Page | Locator, label: str) -> Locator:
    """What is filled in under a label."""
    return place.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\)| （选填）)?$"))


def fill(place: Page | Locator, typed: Mapping[str, str]) -> None:
    """Type, or choose by its words, what belongs under each label."""
    for label, value in typed.items():
        found = field(place, label)
        if found.evaluate("each => each.tagName") == "SELECT":
            found.select_option(label=value)
        else:
            found.fill(value)


def form_of(page: Page, button: str) -> Locator:
    """The form that this button sends, folded or not."""
    sends = page.get_by_role("button", name=button, exact=True, include_hidden=True)
    return page.locator("form").filter(has=sends)


@contextmanager
def kept(page: Page, *texts: str) -> Iterator[None]:
    """What is typed meanwhile is kept, with all of these texts, when this is over: a page says that
    something is kept also when half of it is."""

    def has_them_all(answer: Response) -> bool:
        typed = [text for _name, text in parse_qsl(answer.request.post_data or "")]
        return answer.ok and answer.url.endswith("/kept") and set(texts) <= set(typed)

    page.wait_for_load_state()  # Before its script is there a page hears nobody type.
    with page.expect_response(has_them_all):
        yield


def comes_back(page: Page, address: str, place: Locator, text: str) -> None:
    """A page that was left a moment ago has what was typed into it: its last word may still be on
    its way when another page is there already."""

    def is_back() -> bool:
        page.goto(address)
        return place.input_value() == text

    assert wait_until(is_back, PATIENCE_MS / 1000), f"{address} never had it: {text}"


def act(page: Page, button: str, typed: Mapping[str, str] = {}) -> None:
    """Fill in and send the form of an act."""
    sends = form_of(page, button).get_by_role("button", include_hidden=True)
    expect(sends).to_be_attached()
    if not sends.is_visible():
        page.locator("summary").get_by_text(button, exact=True).click()
    fill(form_of(page, button), typed)
    sends.click()


def register(page: Page) -> Locator:
    """The button that sends a complaint."""
    return page.get_by_role("main").get_by_role("button", name="Register")


def registered(page: Page) -> str:
    """The number that the customer is told."""
    number = page.get_by_text(re.compile(r"^C-\d{4}-\d{6}$"))
    return number.inner_text()


def given_case(
    bank: Bank, narrative: str, phone: str, *, email: str = ""
) -> tuple[str, Page, Page]:
    """A complaint that the handler is to answer; with the supervisor's page and the handler's. The
    same customer with the same words would be asked whether it is the same letter."""
    intake = bank.log_in("intake")
    intake.click("text=Register")
    told = {
        NARRATIVE: narrative,
        "Telephone": phone,
        "E-mail": email,
        "Channel": "Telephone",
        "Unit complained about": "Harbour outlet",
        "Category": "Service attitude",
    }
    fill(intake, told)
    register(intake).click()
    reference = registered(intake)
    supervisor = bank.log_in("supervisor")
    supervisor.goto(f"/cases/{reference}")
    handlers = field(form_of(supervisor, "Assign or transfer"), "Handler").locator("option")
    name = handlers.filter(has_text="Sample Handler").first.inner_text()
    act(supervisor, "Assign or transfer", {"Handler": name})
    expect(supervisor.get_by_role("status").first).to_have_text("The case is assigned.")
    handler = bank.log_in("handler")
    handler.goto(f"/cases/{reference}")
    return reference, supervisor, handler


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")


def heading_of(page: Page) -> str:
    """What a page says it shows."""
    return page.get_by_role("heading", level=1).inner_text()


LAPTOP, DESK, SMALL_LAPTOP, PHONE, SMALLEST = 1366, 1280, 1024, 390, 320
"""Widths in CSS pixels; the last is the one that WCAG 2.2 names (1.4.10)."""


def require_one_line_and_no_sideways_scrolling(
    page: Page, widths: tuple[int, ...] = (LAPTOP, DESK, SMALL_LAPTOP, PHONE, SMALLEST)
) -> None:
    """The head of the page is one line, whoever has whatever many entries; on a telephone the
    search has a second. No page is wider than its screen."""
    before = page.viewport_size
    assert before is not None
    for width in widths:
        page.set_viewport_size({"width": width, "height": before["height"]})
        lines = 1 if width > PHONE else 2
        height = page.get_by_role("banner").evaluate("each => each.offsetHeight")
        assert height <= 46 * lines, f"{page.url}: the head is {height} high at {width}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} wide at {width}"
    page.set_viewport_size(before)
