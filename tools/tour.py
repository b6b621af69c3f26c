"""Pictures for docs/tour.md: `python -m tools.tour`, or `make tour`.

A trial bank is started in a folder of its own, one complaint is taken through it in a browser as
the people of the bank would, and on the way fifteen pictures are made. Dates and hours in them are
those of the run; all else comes out the same.
"""

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

import png
from playwright.sync_api import Locator, Page, expect, sync_playwright

from embedded.browser import ensure_chromium
from embedded.ports import free_ports
from embedded.processes import wait_until
from tests.starts import Up
from tests.walk.staff import PATIENCE_MS, Bank, act, fill, form_of, registered

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "tour"

SIZE = {"width": 1280, "height": 800}
LARGEST = 120_000
"""Bytes of a picture: whoever fetches the project fetches all of them."""

CLIMBS_WITHIN = 180.0
"""Seconds until the complaint that nobody handles is a draft for the regulator."""

CHROMIUM = ("--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text")
"""Letters are drawn alike on every screen, in shades of grey."""

REPLY, LETTER, FINDINGS = "Reply to the customer", "Text of the reply", "What was found"

COMPLAINT = {
    "What happened, in the customer's words": (
        "I paid 1,280 yuan by card at the counter. The machine said that it had failed, so I paid"
        " again. Both payments were taken from my account, and the counter sent me to the hotline."
    ),
    "What the customer wants": "The second payment back, and word of why it happened.",
    "Subject": "The same payment was taken twice",
    "Category": "Work error",
    "Amount at stake (yuan)": "1280",
    "Channel": "Telephone",
    "Unit complained about": "Harbour outlet",
    "Name of the customer": "Sample Customer T",
    "Telephone": "000-0042",
}
ANSWER = {
    FINDINGS: "The line broke after the first payment; the machine did not ask before the second.",
    "Persons responsible and how they were dealt with": "Nobody: the clerk did as the screen said.",
    "Lessons and improvements": "The machine now asks the card's own bank before it tries again.",
    "How satisfied the customer is": "Satisfied",
    "Telephone of the person who handled it": "000-1000",
}
SETTLED = {
    "Validity": "Valid: the facts bear it out",
    "Whose fault": "The bank's fault",
    "What was done": "The second payment was paid back.",
}


@dataclass(slots=True)
class Tour:
    """One complaint on its way, and the people it meets."""

    bank: Bank
    folder: Path
    reference: str = ""
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, person: str, url: str = "/") -> Page:
        """What somebody of the bank has before them."""
        if person not in self._pages:
            page = self.bank.log_in(person)
            page.set_viewport_size({**SIZE})  # type: ignore[typeddict-item]
            self._pages[person] = page
        self._pages[person].goto(url)
        return self._pages[person]

    def case(self, person: str) -> Page:
        """The complaint as somebody sees it."""
        return self.page(person, f"/cases/{self.reference}")

    def take(self, page: Page, name: str, top: Locator | None = None) -> None:
        """Make a picture of what is on the screen: from the head of the page, or from here on."""
        page.wait_for_load_state()
        page.evaluate("document.activeElement?.blur()")
        page.evaluate("window.scrollTo(0, 0)")
        if top is not None:
            top.evaluate("each => window.scrollBy(0, each.getBoundingClientRect().top - 12)")
        page.mouse.move(SIZE["width"] - 1, SIZE["height"] - 1)
        file = self.folder / f"{name}.png"
        page.screenshot(path=file, animations="disabled")
        give_a_palette(file)


def give_a_palette(file: Path) -> None:
    """Keep 256 colours of a picture, and for each other one the nearest of them: of every kind of
    colour the most frequent, then whatever else there is most of. What is on a screen has few, and
    the file is a third of what it was."""
    width, height, rows, _ = png.Reader(filename=str(file)).asRGB8()
    pixels = [list(zip(*[iter(row)] * 3, strict=True)) for row in rows]
    seen = Counter(colour for row in pixels for colour in row)
    by_frequency = [colour for colour, _ in seen.most_common()]
    kinds = {tuple(part // 32 for part in each): each for each in reversed(by_frequency)}
    palette = list(dict.fromkeys([*kinds.values(), *by_frequency]))[:256]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in seen:
        if colour not in place:
            place[colour] = place[min(palette, key=partial(_distance, colour))]
    with file.open("wb") as picture:
        writer = png.Writer(width, height, palette=palette, compression=9)
        writer.write(picture, [[place[colour] for colour in row] for row in pixels])


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def register(tour: Tour) -> None:
    """Intake takes the complaint down."""
    page = tour.page("intake", "/register")
    fill(page, COMPLAINT)
    tour.take(page, "register")
    page.get_by_role("main").get_by_role("button", name="Register", exact=True).click()
    tour.reference = registered(page)


def receipt(tour: Tour) -> None:
    """The number that the customer is told."""
    tour.take(tour.page("intake", f"/registered/{tour.reference}"), "receipt")


def queue(tour: Tour) -> None:
    """What a supervisor finds in the morning."""
    tour.take(tour.page("supervisor", "/?shelf=all"), "queue")


def assign(tour: Tour) -> None:
    """The supervisor gives the case to a handler."""
    page = tour.case("supervisor")
    tour.take(page, "case")
    handlers = form_of(page, "Assign or transfer").get_by_label("Handler").locator("option")
    name = handlers.filter(has_text="Sample Handler").first.inner_text()
    act(page, "Assign or transfer", {"Handler": name})
    expect(page.get_by_role("status").first).to_have_text("The case is assigned.")


def why_this_date(tour: Tour) -> None:
    """A date that shows the days it was counted from."""
    page = tour.case("handler")
    proof = page.locator("details.proof").first
    proof.locator("summary").click()
    tour.take(page, "why-this-date", page.get_by_role("heading", name="Time limits", exact=True))


def told_what_is_missing(tour: Tour) -> None:
    """A reply that lacks what the policy asks for."""
    page = tour.case("handler")
    page.get_by_role("button", name="Start the work").click()
    expect(page.locator(".status").first).to_have_text("In progress")
    letter = "We are sorry. The second payment of 1,280 yuan was paid back to you this morning."
    act(page, REPLY, {LETTER: letter})
    expect(page.get_by_role("alert")).to_be_visible()
    tour.take(page, "what-is-missing")


def reply(tour: Tour) -> None:
    """The reply, sent."""
    page = tour.page("handler", f"/cases/{tour.reference}")
    letter = "We are sorry. The second payment of 1,280 yuan was paid back to you this morning."
    act(page, REPLY, {LETTER: letter, **ANSWER})
    expect(page.locator(".status").first).to_have_text("Replied")
    tour.take(page, "replied")


def two_people(tour: Tour) -> None:
    """What one person alone may not decide."""
    tour.take(tour.page("supervisor", "/approvals"), "two-people")


def supervision(tour: Tour) -> None:
    """Where it burns."""
    tour.take(tour.page("supervisor", "/supervision"), "supervision")


def tasks(tour: Tour) -> None:
    """What the rules ask of an office."""
    tour.take(tour.page("leader", "/tasks"), "tasks")


def regulator(tour: Tour) -> None:
    """What nobody answered has become a draft by itself."""
    page = tour.page("liaison", "/reports")
    drafts = page.get_by_role("rowheader").get_by_role("link")

    def is_there() -> bool:
        page.reload()
        return drafts.count() > 0

    assert wait_until(is_there, CLIMBS_WITHIN), "nothing has climbed as far as the regulator"
    with page.expect_navigation():
        drafts.first.click()
    tour.take(page, "regulator")


def history(tour: Tour) -> None:
    """What happened, and what the engine did for it."""
    page = tour.page("supervisor", "/?shelf=escalated")
    reference = page.get_by_role("rowheader").get_by_role("link").first.inner_text()
    page.goto(f"/cases/{reference}/history")
    with page.expect_navigation():
        page.get_by_role("link", name="Show what the engine did, too").click()
    tour.take(page, "history")


def failed(tour: Tour) -> None:
    """A case that the engine cannot take up."""
    page = tour.page("admin", "/admin/failed")
    again = page.get_by_role("button", name="Try again now")

    def is_there() -> bool:
        page.reload()
        return again.count() > 0

    assert wait_until(is_there, CLIMBS_WITHIN), "nothing is broken"
    tour.take(page, "failed")


def analysis(tour: Tour) -> None:
    """How many, how late, where."""
    tour.take(tour.page("supervisor", "/analysis"), "analysis")


def closed(tour: Tour) -> None:
    """The case at its end, in Chinese, by night."""
    page = tour.case("handler")
    act(page, "Settle the case", SETTLED)
    expect(page.locator(".status").first).to_have_text("Settled")
    act(page, "Close the case")
    expect(page.locator(".status").first).to_have_text("Closed")
    with page.expect_navigation():
        page.get_by_role("button", name="中文").click()
    page.emulate_media(color_scheme="dark")
    tour.take(page, "closed")


STATIONS: tuple[Callable[[Tour], None], ...] = (
    register,
    receipt,
    queue,
    assign,
    why_this_date,
    told_what_is_missing,
    reply,
    two_people,
    supervision,
    tasks,
    regulator,
    history,
    failed,
    analysis,
    closed,
)


@contextmanager
def trial_bank() -> Iterator[Bank]:
    """A trial bank in a folder that is gone afterwards, and a browser before it."""
    with tempfile.TemporaryDirectory(prefix="redress-tour-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        up = Up(Path(folder) / "var", next(free_ports()), REDRESS_LANGUAGE="en")
        try:
            if not up.is_ready():
                raise SystemExit(up.said())
            with sync_playwright() as playwright:
                expect.set_options(timeout=PATIENCE_MS)
                browser = playwright.chromium.launch(
                    executable_path=ensure_chromium(), args=list(CHROMIUM)
                )
                bank = Bank(browser, up)
                bank.have_their_samples()
                yield bank
                bank.close()
                browser.close()
        finally:
            up.end(signal.SIGINT)


def main() -> None:
    """Make all pictures anew."""
    began = monotonic()
    PICTURES.mkdir(exist_ok=True)
    with trial_bank() as bank:
        tour = Tour(bank, PICTURES)
        for station in STATIONS:
            station(tour)
            print(f"{monotonic() - began:5.0f} s  {station.__name__}", flush=True)
    large = {each.name: size for each in PICTURES.glob("*.png")
             if (size := each.stat().st_size) > LARGEST}  # fmt: skip
    if large:
        sys.exit(f"larger than {LARGEST} bytes: {large}")


if __name__ == "__main__":
    main()
