"""A complaint whose file knew the day alone: no page shows an hour that nobody ever had."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.web.browser import Visit

MIDNIGHT = datetime.fromisoformat("2026-11-20T00:00+08:00")


@pytest.mark.parametrize("url", ["/cases/{}", "/?shelf=all"])
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
    page = visit("sun").get(url.format(reference)).text
    after = page[page.index(reference) :]
    assert shown in after
