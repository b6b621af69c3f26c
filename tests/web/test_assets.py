"""What a page is drawn with is brought to a browser once, and anew when it has changed."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from store.database import Sessions
from tests.stays import logged_in
from tests.walk.served import a_chromium, seen_by, served
from tests.web.browser import Visit
from tests.web.seen import tree_of

FOR_GOOD = "private, max-age=31536000, immutable"


def drawn_with(visit: Visit) -> list[str]:
    """The addresses of style sheets and scripts on a page."""
    page = tree_of(visit("sun").get("/"))
    sheets = [each.get("href", "") for each in page.iter("link")]
    return sheets + [each.get("src", "") for each in page.iter("script")]


def directives(answer_header: str) -> set[str]:
    return set(answer_header.split(", "))


def sizes_of_assets(page: Page) -> list[int]:
    """How many bytes of each came over the line for this page, heads among them."""
    sizes: list[int] = page.evaluate(
        """performance.getEntriesByType("resource")
        .filter(each => each.name.includes("/static/")).map(each => each.transferSize)"""
    )
    return sizes


def test_what_a_page_is_drawn_with_is_kept_for_good(visit: Visit, app: Flask) -> None:
    found = drawn_with(visit)
    assert len(found) > 5
    for address in found:
        with app.test_client().get(address) as answer:
            assert answer.status_code == 200, address
            assert directives(answer.headers["Cache-Control"]) == directives(FOR_GOOD), address
            assert "Set-Cookie" not in answer.headers, "what is kept for good is nobody's own"


@pytest.mark.parametrize("asked", ["", "?v=", "?v=of-another-release"])
def test_under_any_other_name_it_is_asked_for_again(app: Flask, asked: str) -> None:
    with app.test_client().get(f"/static/redress.css{asked}") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_nothing_lies_outside_of_the_folder(app: Flask) -> None:
    assert app.test_client().get("/static/..%2fapplication.py?v=x").status_code == 404
    assert app.test_client().get("/static/none.css?v=x").status_code == 404


def test_a_browser_asks_once(app: Flask, sessions: Sessions, chromium: Path) -> None:
    with served(app) as address, a_chromium(chromium) as browser:
        window = seen_by(browser, address, logged_in(app, sessions, "sun"))
        page = window.new_page()
        page.goto("/", wait_until="load")
        assert sum(sizes_of_assets(page)) > 0, "they were brought"
        page.goto("/inbox", wait_until="load")
        assert len(sizes_of_assets(page)) > 5
        assert set(sizes_of_assets(page)) == {0}, "none was asked for"
        window.close()
