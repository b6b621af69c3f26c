"""The pages of mails as a browser has them: nothing in the way of anybody, on any screen."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from store.database import Sessions
from tests.mails.post import Post, a_mail, a_report
from tests.stays import logged_in
from tests.walk.accessible import require_accessible
from tests.walk.served import a_chromium, seen_by, served
from tests.walk.staff import require_one_line_and_no_sideways_scrolling

At = Callable[[str, str], Page]
"""Opens the pages of somebody, in a language."""


@pytest.fixture
def at(app: Flask, sessions: Sessions, chromium: Path) -> Iterator[At]:
    """The pages over a socket, in Chromium."""
    with served(app) as address, a_chromium(chromium) as browser:

        def opened(person: str, language: str) -> Page:
            client = logged_in(app, sessions, person)
            with client.session_transaction() as session:
                session["language"] = language
            return seen_by(browser, address, client).new_page()

        yield opened


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_on_the_pages_of_mails_is_in_anybodys_way(
    post: Post, at: At, language: str
) -> None:
    reference = post.a_case()
    [receipt] = post.delivered(reference)
    long = "a subject without any place to break it " + "x" * 120
    post.comes_in(
        a_mail("answered", subject=long, answers=receipt, files={f"{'y' * 90}.exe": b"MZ"}),
        a_report(receipt),
    )
    post.comes_in(a_mail("w" * 300, subject=long, sender="li@example.org"))
    intake, handler = at("ines", language), at("han", language)
    intake.goto("/mails")
    look_at(intake)
    intake.get_by_role("main").get_by_role("link").first.click()
    look_at(intake)
    intake.goto(intake.locator('a[href^="/register/mails/"]').get_attribute("href") or "")
    look_at(intake)
    handler.goto(f"/cases/{reference}")
    look_at(handler)
    handler.goto("/inbox")
    look_at(handler)


def look_at(page: Page) -> None:
    """Asks what axe-core and every width have to say of a page."""
    require_accessible(page)
    require_one_line_and_no_sideways_scrolling(page)
