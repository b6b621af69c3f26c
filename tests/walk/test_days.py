"""A day of each of those who work with Redress, in both languages, on the trial bank.

Everything is found as a newcomer finds it: by the words of the pages, from the page one lands on.
What it takes to register a complaint and to answer one is counted and told at the end.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from config import ENGINES_FILE, SECRETS_FILE, Settings, read_env_file
from embedded.processes import wait_until
from engine.broken_on_purpose import occupy
from engine.connection import TemporalConnection, connect
from tests.starts import Up
from tests.walk.accessible import require_accessible
from tests.walk.effort import Hand
from tests.walk.speech import LANGUAGES, WRITING, Says
from tests.walk.staff import (
    DESK,
    PHONE,
    Bank,
    act,
    choose,
    field,
    fill,
    form_of,
    registered,
    require_one_line_and_no_sideways_scrolling,
    search,
)

NARRATIVE = "What happened, in the customer's words"
A_MINUTE = 60
CLIMBS_WITHIN = 150.0
"""Seconds: the ladder of the rehearsal, and somebody who is busy."""


class Office:
    """Those who are at work, each of them logged in once in each language."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self._pages: dict[tuple[str, str], Page] = {}
        self._telephones = iter(range(300, 400))

    def page(self, person: str, language: str) -> Page:
        """Where this person begins: on the page one lands on."""
        if (person, language) not in self._pages:
            self._pages[person, language] = self.bank.log_in(person, language)
        page = self._pages[person, language]
        page.goto("/")
        choose(page, language)
        return page

    def takes_down(self, language: str, unit: str) -> str:
        """A complaint about a unit, taken down beforehand; gives its number."""
        says, page = Says(language), self.page("intake", language)
        page.goto("/register")
        told = {
            NARRATIVE: WRITING[language].complaint,
            "Telephone": f"000-0{next(self._telephones)}",
            "Category": says("Service attitude"),
            "Channel": says("Telephone"),
            "Unit complained about": unit,
        }
        fill(page, {says(label): value for label, value in told.items()})
        page.get_by_role("main").get_by_role("button", name=says("Register"), exact=True).click()
        return registered(page)


@pytest.fixture(scope="module")
def office(browser: Browser, up: Up) -> Iterator[Office]:
    """The bank at work. No page of it asks another host, and none has a fault in its scripts."""
    bank = Bank(browser, up)
    yield Office(bank)
    bank.close()
    assert bank.asked_elsewhere == []
    assert bank.complaints_of_the_browser == []


@pytest.fixture(scope="module")
def climbing(office: Office) -> dict[str, str]:
    """Complaints that nobody handles, on clocks of seconds: one for each language."""
    return {each: office.takes_down(each, WRITING[each].rehearsal) for each in LANGUAGES}


@pytest.fixture(scope="module")
def broken(office: Office, up: Up) -> dict[str, str]:
    """Complaints that no worker can take up, one for each language."""
    folder = up.var_dir
    environ = {**read_env_file(folder / SECRETS_FILE), **read_env_file(folder / ENGINES_FILE)}
    settings = Settings.from_env({**environ, "REDRESS_VAR_DIR": str(folder)})
    temporal = TemporalConnection(lambda: connect(settings))
    found = {each: office.takes_down(each, WRITING[each].outlet) for each in LANGUAGES}
    for reference in found.values():
        temporal.call(lambda client: occupy(client, reference), within=timedelta(seconds=30))  # noqa: B023
    temporal.close()
    return found


@pytest.fixture(params=LANGUAGES)
def says(request: pytest.FixtureRequest) -> Says:
    """What the pages say, in each language in turn."""
    return Says(request.param)


def look(page: Page) -> None:
    """The page has no fault that axe-core knows, by day and by night, and fits a telephone."""
    require_accessible(page)
    require_one_line_and_no_sideways_scrolling(page, (DESK, PHONE))


def headed(page: Page, words: str) -> None:
    """The page says that it is this one, in itself and on its tab."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    expect(page).to_have_title(re.compile(rf"^{re.escape(words)}( ·|$)"))


def menu(page: Page, words: str) -> Locator:
    """An entry of the menu, unfolded if it must be; it may have a number beside it."""
    head = page.get_by_role("navigation").first
    entry = head.get_by_role("link", name=re.compile(rf"^{re.escape(words)}( \d+)?$"))
    if not entry.first.is_visible():
        head.locator("summary").click()
    return entry.first


def done(page: Page, words: str) -> None:
    """It is said at the top that this was done."""
    expect(page.get_by_role("status").first).to_have_text(words)


def until(page: Page, there: Callable[[], bool], what: str) -> None:
    """Look again until it is so."""

    def is_there() -> bool:
        page.reload()
        return there()

    assert wait_until(is_there, CLIMBS_WITHIN), f"{page.url}: {what}"


def test_a_day_of_intake(office: Office, efforts: dict[str, Hand], says: Says) -> None:
    """A complaint is registered in under a minute, passed on, and found again."""
    page, written, hand = office.page("intake", says.language), WRITING[says.language], Hand()
    headed(page, says("Received by me"))
    hand.click(menu(page, says("Register")))
    headed(page, says("Register a complaint"))
    look(page)
    expect(field(page, says(NARRATIVE))).to_be_focused()
    hand.write(page, says(NARRATIVE), written.complaint)
    hand.write(page, says("Telephone"), "000-0299")
    hand.choose(page, says("Category"), says("Service attitude"))
    hand.choose(page, says("Channel"), says("Internet"))
    hand.choose(page, says("Unit complained about"), written.outlet)
    hand.click(page.get_by_role("main").get_by_role("button", name=says("Register"), exact=True))
    expect(page.get_by_text(says("Tell the customer this reference number:"))).to_be_visible()
    efforts[f"a complaint is registered, {says.language}"] = hand
    assert hand.seconds < A_MINUTE
    reference = registered(page)
    look(page)

    page.get_by_role("link", name=says("Open the case")).click()
    headed(page, reference)
    expect(page.get_by_text(written.complaint)).to_be_visible()
    look(page)
    act(page, says("Forward to a unit"), {says("Unit"): written.outlet})
    done(page, says("The complaint is with the unit now."))

    search(page, written.word)
    headed(page, says("Search"))
    expect(page.get_by_role("row").filter(has_text=reference)).to_be_visible()
    look(page)
    menu(page, says("Cases")).click()
    headed(page, says("Received by me"))
    expect(page.get_by_role("row").filter(has_text=reference)).to_be_visible()
    menu(page, says("Inbox")).click()
    headed(page, says("Inbox"))
    look(page)


def test_a_day_of_a_handler(office: Office, efforts: dict[str, Hand], says: Says) -> None:
    """A complaint is answered without a manual: what is missing is said, and nothing is lost."""
    written, hand = WRITING[says.language], Hand()
    reference = office.takes_down(says.language, written.outlet)
    gives_to_the_handler(office.page("supervisor", says.language), reference, says)

    page = office.page("handler", says.language)
    headed(page, says("My cases"))
    look(page)
    hand.click(page.get_by_role("link", name=reference, exact=True))
    hand.click(page.get_by_role("button", name=says("Start the work"), exact=True))
    expect(page.locator(".status").first).to_have_text(says("In progress"))
    look(page)
    form, sends = form_of(page, says("Reply to the customer")), says("Reply to the customer")
    hand.write(form, says("Text of the reply"), written.letter)
    hand.click(form.get_by_role("button", name=sends, exact=True))
    expect(page.get_by_role("alert")).to_contain_text(says("Please fill this in."))
    expect(field(form, says("Text of the reply"))).to_have_value(written.letter)
    look(page)
    hand.write(form, says("What was found"), written.findings)
    hand.write(form, says("Persons responsible and how they were dealt with"), written.persons)
    hand.write(form, says("Lessons and improvements"), written.lessons)
    hand.choose(form, says("How satisfied the customer is"), says("Satisfied"))
    by = field(form, says("Name of the person who handled it"))
    expect(by).to_have_value(re.compile(written.handler))
    hand.write(form, says("Telephone of the person who handled it"), "000-0200")
    hand.click(form.get_by_role("button", name=sends, exact=True))
    expect(page.locator(".status").first).to_have_text(says("Replied"))
    efforts[f"a complaint is answered, {says.language}"] = hand
    look(page)

    following = page.get_by_role("region", name=says("Next"), exact=True)
    expect(following).to_contain_text(says("Settle the case"))
    settled = {
        "Validity": says("Valid: the facts bear it out"),
        "Whose fault": says("The bank's fault"),
        "What was done": written.measures,
    }
    act(page, says("Settle the case"), {says(label): what for label, what in settled.items()})
    expect(page.locator(".status").first).to_have_text(says("Settled"))
    act(page, says("Close the case"))
    expect(following).to_contain_text(says("The case is closed."))
    look(page)


def gives_to_the_handler(page: Page, reference: str, says: Says) -> None:
    """The supervisor finds the case and gives it away."""
    search(page, reference)
    form = form_of(page, says("Assign or transfer"))
    act(page, says("Assign or transfer"), {says("Handler"): handler_in(form, says)})
    done(page, says("The case is assigned."))


def handler_in(form: Locator, says: Says) -> str:
    """How the list of handlers calls the one of the outlet, with what is in hand."""
    listed = field(form, says("Handler")).locator("option")
    return listed.filter(has_text=WRITING[says.language].handler).first.inner_text()


def test_a_day_of_a_supervisor(office: Office, climbing: dict[str, str], says: Says) -> None:
    """What nobody has is given away, two at once; what climbed is heard."""
    outlet = WRITING[says.language].outlet
    two = [office.takes_down(says.language, outlet) for _ in range(2)]
    page = office.page("supervisor", says.language)
    headed(page, says("All open cases"))
    look(page)
    nobodys = says("Unassigned cases")
    page.get_by_role("link", name=re.compile(rf"^{nobodys} \d+$")).click()
    headed(page, nobodys)
    for _newest_first in range(2):
        page.get_by_role("columnheader").get_by_role("link", name=says("Received on")).click()
    look(page)
    for reference in two:
        page.get_by_label(says("Choose %(reference)s", reference=reference)).check()
    page.get_by_role("button", name=re.compile(f"^{says('Assign or transfer')}")).click()
    look(page)
    foresees = says("See what will happen")
    form = form_of(page, foresees)
    fill(form, {says("Handler"): handler_in(form, says)})
    form.get_by_role("button", name=foresees).click()
    look(page)
    page.get_by_role("button", name=says("Do it (cases: %(count)s)", count=2)).click()
    done(page, says("Done in %(done)s of %(count)s.", done=2, count=2))
    look(page)

    menu(page, says("Supervision")).click()
    headed(page, says("Supervision"))
    escalated = page.get_by_role("row").filter(
        has=page.get_by_role("button", name=f"{says('Acknowledge')} {climbing[says.language]}")
    )
    until(page, lambda: escalated.count() > 0, "nothing has climbed")
    look(page)
    which = escalated.first.get_by_role("cell").first.inner_text()
    escalated.filter(has_text=which).get_by_role("button").click()
    expect(escalated.filter(has_text=which)).to_have_count(0)


def test_a_day_of_human_resources(office: Office, climbing: dict[str, str], says: Says) -> None:
    """What climbed as far as HR stands in the inbox, and is heard where it is told."""
    page, reference = office.page("hr", says.language), climbing[says.language]
    menu(page, says("Inbox")).click()
    told = page.get_by_role("listitem").filter(has_text=reference)
    until(page, lambda: told.count() > 0, "HR has not heard of it")
    look(page)
    told.first.get_by_role("link", name=reference).click()
    headed(page, reference)
    look(page)
    form = form_of(page, says("Acknowledge an escalation"))
    field(form, says("Escalation")).select_option(index=1)
    form.get_by_role("button").click()
    done(page, says("The escalation is acknowledged."))
    journal = page.get_by_role("region", name=says("Journal"))
    expect(journal).to_contain_text("Sample HR")

    menu(page, says("My tasks")).click()
    headed(page, says("My tasks"))
    look(page)
    menu(page, says("Hand-over to HR")).click()
    headed(page, says("Hand-over to HR"))
    look(page)


def test_a_day_of_the_liaison(office: Office, climbing: dict[str, str], says: Says) -> None:
    """The report that nobody wanted is drafted by itself; it is worded, agreed to and sent."""
    page, reference = office.page("liaison", says.language), climbing[says.language]
    written = WRITING[says.language]
    menu(page, says("Regulator reports")).click()
    headed(page, says("Regulator reports"))
    draft = page.get_by_role("link", name=reference, exact=True)
    until(page, lambda: draft.count() > 0, "no report is drafted")
    look(page)
    draft.first.click()
    headed(page, says("Report on %(reference)s", reference=reference))
    # Instants are on the wall clock of the bank, as everywhere.
    expect(page.get_by_role("main")).not_to_contain_text("+00:00")
    look(page)
    form = form_of(page, says("Keep what is written"))
    for text in form.get_by_role("textbox").all():
        text.fill(written.report)
    form.get_by_role("button").first.click()
    done(page, says("What the report says is kept."))
    asks = form_of(page, says("Ask another to agree"))
    asks.get_by_role("textbox").fill(written.why)
    asks.get_by_role("button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    look(page)

    supervisor = office.page("supervisor", says.language)
    menu(supervisor, says("Approvals")).click()
    headed(supervisor, says("Approvals"))
    asked = supervisor.get_by_role("region").filter(has_text=reference)
    look(supervisor)
    asked.get_by_role("button", name=re.compile(f"^{says('Agree')}")).click()
    done(supervisor, says("Agreed, and done. Whoever asked is told."))

    page.reload()
    submitted = page.get_by_role("region", name=says("What was submitted"), exact=True)
    fill(submitted, {says("Receipt number"): "2026-0815"})
    submitted.get_by_role("button", name=says("Note it")).click()
    done(page, says("The receipt number is noted."))
    expect(submitted).to_contain_text("2026-0815")
    look(page)


def test_a_day_of_an_administrator(
    office: Office, broken: dict[str, str], says: Says, up: Up
) -> None:
    """What is broken is seen with its cause, mended, and in the audit; no customer's word is."""
    page, reference = office.page("admin", says.language), broken[says.language]
    menu(page, says("Failed cases")).click()
    headed(page, says("Failed cases"))
    again = page.get_by_role("button", name=f"{says('Try again now')} {reference}")
    until(page, lambda: again.count() > 0, "it is not seen to be broken")
    tries = [line for line in up.said().splitlines() if "Failed activation" in line]
    assert tries
    assert all(line.endswith("UnreadablePayload") for line in tries), "and no more at the terminal"
    listed = page.get_by_role("table").filter(has=again)
    expect(listed.get_by_role("columnheader")).to_have_count(4)  # none for errors: there are none
    look(page)
    again.first.click()
    expect(page.get_by_role("status").first).to_be_visible()
    until(page, lambda: again.count() == 0, "it is not mended")

    search(page, reference)
    headed(page, reference)
    expect(page.get_by_role("main")).not_to_contain_text(WRITING[says.language].complaint)
    look(page)
    menu(page, says("People")).click()
    headed(page, says("People"))
    look(page)
    menu(page, says("Audit")).click()
    headed(page, says("Audit"))
    expect(page.get_by_role("main")).to_contain_text(reference)
    look(page)


def test_the_head_of_the_page_is_one_line_whoever_works_here(office: Office) -> None:
    """In both languages, on the screen of a desk and on that of a telephone."""
    alike = {"handler2", "admin2"}  # As others are, whose pages have been looked at.
    for person in [each for each in office.bank.people() if each not in alike]:
        page = office.page(person, "zh")
        for language in LANGUAGES:
            choose(page, language)
            require_one_line_and_no_sideways_scrolling(page)
