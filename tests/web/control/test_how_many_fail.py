"""How many cases fail, beside the entry that leads to them on every page of an administrator."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from temporalio.client import Client

from desk.repair import LastLook
from embedded.processes import wait_until
from engine.delivery import start_case
from store.database import Sessions
from tests.waiting import PATIENCE, eventually
from tests.web.browser import Taker, Visit
from tests.web.control.stuck import a_worker
from tests.web.engine import pages_of
from tests.workflows.broken import BrokenCaseWorkflow

NUMBER = re.compile(r'>Failed cases <span class="count">(\d+)</span>')


@pytest.fixture
def app(
    engine: Client,
    sessions: Sessions,
    temporal_address: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """The application as it was served a moment ago: nobody has looked at a page of it yet."""
    return pages_of(sessions, temporal_address, tmp_path_factory.mktemp("var"))


async def test_the_menu_of_an_administrator_says_how_many_cases_fail(
    engine: Client, sessions: Sessions, a_received_case: Taker, visit: Visit
) -> None:
    reference, queue = a_received_case(received_at=datetime.now(UTC)), f"counted-{uuid4()}"
    await start_case(engine, reference, queue)
    async with a_worker(engine, sessions, queue, BrokenCaseWorkflow):
        await eventually(
            "the page has it", lambda: reference in visit("ada").get("/admin/failed").text
        )
        page = visit("ada").get("/admin/failed").text
        shown = set(re.findall(r"C-\d{4}-\d{6}", page.partition("<main")[2]))
        told = NUMBER.findall(page)
        assert told, "the page of them says it in its own menu"
        assert set(told) == {str(len(shown))}, "and counts cases, as it shows them"
        assert set(NUMBER.findall(visit("ada").get("/inbox").text)) == set(told)
        assert "Failed cases" not in visit("sun").get("/inbox").text


async def test_a_page_of_an_administrator_asks_by_itself_and_does_not_wait(
    engine: Client, sessions: Sessions, a_received_case: Taker, visit: Visit
) -> None:
    reference, queue = a_received_case(received_at=datetime.now(UTC)), f"counted-{uuid4()}"
    await start_case(engine, reference, queue)
    async with a_worker(engine, sessions, queue, BrokenCaseWorkflow):
        assert not NUMBER.search(visit("ada").get("/inbox").text), "nobody has looked yet"
        await eventually(
            "somebody has looked beside the pages",
            lambda: bool(NUMBER.search(visit("ada").get("/inbox").text)),
        )


def test_a_look_that_failed_is_followed_by_another_in_its_time() -> None:
    looks: list[str] = []

    def look() -> None:
        looks.append("looked")
        raise RuntimeError("the engine is away")

    def asked(last: LastLook, times: int) -> bool:
        last.found(look)
        return len(looks) >= times

    seldom = LastLook()
    assert wait_until(lambda: asked(seldom, 1), within=PATIENCE)
    assert not wait_until(lambda: asked(seldom, 2), within=0.3), "a minute is not over"
    often = LastLook(timedelta(0))
    assert wait_until(lambda: asked(often, 3), within=PATIENCE), "one failure stops no later look"
