"""A complaint whose file knew the day alone: no page shows an hour that nobody ever had."""

from collections.abc import Callable
from datetime import datetime
from itertools import count, islice

import pytest

from tests.web.browser import Browser, Visit

MIDNIGHT = datetime.fromisoformat("2026-11-20T00:00+08:00")


@pytest.mark.parametrize("url", ["/cases/{}?page={}", "/?shelf=all&page={1}"])
@pytest.mark.parametrize(
    ("source", "shown"),
    [({"resolution": "day"}, ">2026-11-20</time>"), ({}, ">2026-11-20 00:00</time>")],
)
def test_a_day_is_shown_as_a_day(
    visit: Visit,
    a_received_case: Callable[..., str],
    source: dict[str, str],
    shown: str,
    url: str,
) -> None:
    reference = a_received_case(received_at=MIDNIGHT, source=source)
    page = page_with(reference, visit("sun"), url)
    assert shown in page[page.index(reference) :]


def page_with(reference: str, browser: Browser, url: str) -> str:
    """The page itself, or the one of a list that has the case: others were received before it."""
    pages = (browser.get(url.format(reference, page)).text for page in count(1))
    return next(text for text in islice(pages, 100) if reference in text)
