"""The page of a case on the screen of a telephone, in Chromium."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import update

from store.database import Sessions
from store.tables import PersonRow
from tests.stays import logged_in
from tests.walk.accessible import require_accessible_by_day_and_night
from tests.walk.served import a_chromium, seen_by, served
from tests.walk.staff import PHONE, SMALLEST, require_one_line_and_no_sideways_scrolling

HEIGHT = 800
A_MOMENT = 300
"""Milliseconds in which a browser has moved what it moves by itself."""


@pytest.fixture(scope="module")
def pages(app: Flask, chromium: Path) -> Iterator[tuple[str, Browser]]:
    """The pages over a socket, and a browser to look at them with."""
    with served(app) as address, a_chromium(chromium) as browser:
        yield address, browser


@pytest.fixture
def at(pages: tuple[str, Browser], app: Flask, sessions: Sessions) -> Iterator[Callable[..., Page]]:
    """The page of a case as somebody has it, in a window of this width."""
    address, browser = pages
    windows = []

    def opened(person: str, reference: str, width: int, language: str = "en") -> Page:
        with sessions.begin() as session:
            reads = update(PersonRow).where(PersonRow.login == person)
            session.execute(reads.values(language=language))
        client = logged_in(app, sessions, person)
        windows.append(seen_by(browser, address, client, language))
        page = windows[-1].new_page()
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(f"/cases/{reference}")
        return page

    yield opened
    for window in windows:
        window.close()
    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language="en"))


def stretch_of(element: Locator) -> tuple[float, float]:
    """From where to where it reaches across the screen."""
    box = element.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("width", [SMALLEST, 400])
@pytest.mark.parametrize("days_ago", [0, 40])
def test_the_picture_of_the_time_limits_opens_with_now_in_sight(
    at: Callable[..., Page], a_received_case: Callable[..., str], width: int, days_ago: int
) -> None:
    received_at = datetime.now(UTC) - timedelta(days=days_ago)
    page = at("sun", a_received_case(received_at=received_at), width)
    picture = page.get_by_role("region", name="The picture")
    assert picture.evaluate("each => each.scrollWidth > each.clientWidth"), "it is wider"
    page.wait_for_timeout(A_MOMENT)
    begins, ends = stretch_of(picture)
    left, right = stretch_of(page.locator(".clock-chart .now-label"))
    assert begins <= left, "the word is not cut off"
    assert right <= ends
    picture.evaluate("each => { each.scrollLeft = 0 }")
    page.wait_for_timeout(A_MOMENT)
    assert picture.evaluate("each => each.scrollLeft") == 0, "whoever looks at the beginning may"


def test_the_picture_is_printed_whole(
    at: Callable[..., Page], a_received_case: Callable[..., str]
) -> None:
    received_at = datetime.now(UTC) - timedelta(days=40)
    page = at("sun", a_received_case(received_at=received_at), PHONE)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})  # A4 without its margins.
    left, right = stretch_of(page.locator(".clock-chart"))
    assert left >= 0
    assert right <= 680


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_that_unfolds_is_in_nobodys_way(
    at: Callable[..., Page], a_received_case: Callable[..., str], language: str
) -> None:
    page = at("sun", a_received_case(), PHONE, language)
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-Hans"}[language]
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    require_accessible_by_day_and_night(page)
    require_one_line_and_no_sideways_scrolling(page)
