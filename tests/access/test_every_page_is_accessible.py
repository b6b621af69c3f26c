"""Every page there is, as whoever sees most on it has it before them in a browser: nothing on it is
what axe-core calls a violation of WCAG, in either language, by day and by night.

Its colours are asked for in Chinese, in which emphasis has a colour of its own; no other rule of
our style looks at the language."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from domain.classification import Role
from tests.access.asking import Bank
from tests.access.cast import Visitor
from tests.access.pages import (
    AT_THE_DOOR,
    INSIDE,
    Shown,
    of_role,
    roles_by_what_is_open,
    shown_to,
)
from tests.walk.accessible import (
    require_accessible_but_for_colours,
    require_accessible_by_day_and_night,
)
from tests.walk.served import a_chromium, seen_by, served

LOOKS: Mapping[str, Callable[[Page], None]] = {
    "zh": require_accessible_by_day_and_night,
    "en": require_accessible_but_for_colours,
}
"""What is asked of a page in each language; English, in which the tests beside this one read, is
chosen last."""

ROLES = tuple(roles_by_what_is_open())

NOT_THERE = "/cases/C-1999-000001"

FILES = frozenset(
    {
        "analysis.saved_event_log",
        "asked_reports.download",
        "assessment.saved",
        "attachments.save",
        "board_packs.saved",
        "bootstrap.static",
        "hand_over.download",
        "health.health",
        "history.saved_history",
        "imports.report",
        "reporting.download",
        "reports.download",
        "returns.download",
    }
)
"""Views that show no page: files to be saved, and what machines ask."""

WANT_SOMETHING: Mapping[str, str] = {
    "asked_reports.one": "a report that was asked for",
    "bulk.one": "something asked of several cases: tests/web/casework/test_bulk.py",
    "hand_over.contents": "a file for human resources: tests/walk/test_hand_over_story.py",
    "imports.one": "a file that was handed in: tests/walk/test_browser_story.py",
    "improvements.one": "an improvement: tests/walk/test_browser_story.py",
    "letter_versions.version": "a kept letter: tests/walk/test_letter_story.py",
    "mails.one": "a mail that is joined to no case: tests/mails/test_in_a_browser.py",
    "received_reports.one": "a report that was submitted",
    "second_factor.ask": "a code that is asked for: tests/walk/test_set_up_story.py",
    "second_factor.begin": "the same",
    "single_sign_on.back": "a provider of identities, which there is none",
    "single_sign_on.go": "the same",
}
"""Pages of what this bank does not have, and where they are looked at, if somewhere."""

Whose = Role | None
"""Somebody of a role, or a stranger."""


@pytest.fixture(autouse=True)
def a_monday_in_november() -> None:
    """Today is today, as it is for the links that are followed."""


@pytest.fixture(scope="module")
def pages(bank: Bank) -> Mapping[Whose, tuple[str, ...]]:
    """Where each page is that there is, by whom it shows most."""
    fullest: dict[str, tuple[int, Whose, str]] = {}
    for whose in (None, *ROLES):
        for shown in _shown(bank, whose):
            size = len(shown.answer.data)
            if size > fullest.get(shown.endpoint, (0, None, ""))[0]:
                fullest[shown.endpoint] = size, whose, shown.url
    return {
        whose: tuple(url for _size, who, url in fullest.values() if who is whose)
        for whose in (None, *ROLES)
    }


def _visitor(whose: Whose) -> Visitor | None:
    return None if whose is None else of_role(whose)


def _shown(bank: Bank, whose: Whose) -> Iterator[Shown]:
    begins = AT_THE_DOOR if whose is None else INSIDE
    addresses = [each.format(reference=bank.hub.reference) for each in begins]
    return shown_to(bank, _visitor(whose), addresses)


def test_every_page_that_can_be_asked_for_is_come_to(
    bank: Bank, pages: Mapping[Whose, tuple[str, ...]]
) -> None:
    addresses = bank.app.url_map.bind("localhost")
    looked_at = {
        addresses.match(urlsplit(url).path, method="GET")[0]
        for urls in pages.values()
        for url in urls
    }
    there = {
        rule.endpoint
        for rule in bank.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(("api.", "static"))
    }
    assert there - looked_at == FILES | set(WANT_SOMETHING)


@pytest.fixture(scope="module")
def address(bank: Bank) -> Iterator[str]:
    """Where the pages are served."""
    with served(bank.app) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with a_chromium(chromium) as browser:
        yield browser


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("whose", [None, *ROLES], ids=str)
def test_nothing_on_a_page_shuts_anybody_out(
    bank: Bank,
    pages: Mapping[Whose, tuple[str, ...]],
    browser: Browser,
    address: str,
    whose: Whose,
    language: str,
) -> None:
    theirs = bank.browser(_visitor(whose))
    theirs.send("/language", language=language)
    context = seen_by(browser, address, theirs.client, language)
    page = context.new_page()
    for url in (*pages[whose], NOT_THERE):
        page.goto(url, wait_until="domcontentloaded")
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[language]
        LOOKS[language](page)
    context.close()
