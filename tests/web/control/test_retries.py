"""All cases of one mistake tried again from the page: one first, the others if it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from sqlalchemy import select
from temporalio.client import Client

from engine.repair import is_held_up
from relay.retries import RetryRunner
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow
from tests.waiting import eventually
from tests.web.browser import Taker, Visit
from tests.web.control.stuck import a_worker, move
from tests.web.engine import app_with_engine
from tests.web.seen import Page
from tests.workflows.broken import OtherwiseBrokenCaseWorkflow, ThirdlyBrokenCaseWorkflow

URL = "/admin/failed"
GOES_ON = "They are tried again together: see how far it has come."


app = app_with_engine


@asynccontextmanager
async def the_runner(engine: Client, sessions: Sessions, queue: str) -> AsyncIterator[None]:
    running = asyncio.create_task(RetryRunner(sessions, engine, queue).run())
    yield
    running.cancel()


def tried(sessions: Sessions, references: list[str]) -> list[str]:
    """Of these, whichever the audit says were tried again."""
    with sessions() as session:
        rows = select(AuditRow.subject).where(
            AuditRow.action == Action.REPAIR_RETRIED, AuditRow.subject.in_(references)
        )
        return list(session.scalars(rows.order_by(AuditRow.id)))


async def test_the_others_are_left_alone_while_the_first_one_fails_again(
    engine: Client, sessions: Sessions, a_received_case: Taker, visit: Visit
) -> None:
    queue = f"stuck-{uuid4()}"
    cases = [a_received_case(received_at=datetime.now(UTC)) for _ in range(3)]
    for each in cases:
        await move(engine, each, queue)

    def pressed(button: str, about: str = "") -> Page:
        ada = visit("ada")
        sent = ada.send(Page(ada.get(URL)).form(button, about).action)
        assert sent.status_code == 302
        return Page(ada.get(sent.location))

    def says(words: str) -> bool:
        return words in Page(visit("ada").get(URL)).words

    async with the_runner(engine, sessions, queue):
        async with a_worker(engine, sessions, queue, OtherwiseBrokenCaseWorkflow):
            for each in cases:
                await eventually(f"{each} is stuck", partial(is_held_up, engine, each))
            page = await asyncio.to_thread(pressed, "Try all 3 again, one first", cases[0])
            assert "One case is tried first." in page.words
            await eventually("the first one fails", lambda: says("the first one failed again"))
            assert says("1 of 3")
            assert len(tried(sessions, cases)) == 1

        async with a_worker(engine, sessions, queue):
            await asyncio.to_thread(pressed, "Begin again with the first")
            await eventually("all were tried", lambda: says("all were tried"))
            assert says("3 of 3")
            assert set(tried(sessions, cases)) == set(cases)
            for each in cases:
                await eventually(f"{each} goes on", partial(goes_on, engine, each))
            assert all(each not in Page(visit("ada").get(URL)).words for each in cases)


async def goes_on(engine: Client, reference: str) -> bool:
    return not await is_held_up(engine, reference)


async def test_nothing_is_tried_while_it_is_stopped(
    engine: Client, sessions: Sessions, a_received_case: Taker, visit: Visit
) -> None:
    queue = f"stuck-{uuid4()}"
    cases = [a_received_case(received_at=datetime.now(UTC)) for _ in range(2)]
    for each in cases:
        await move(engine, each, queue)
    runner = RetryRunner(sessions, engine, queue)

    def pressed(button: str, about: str = "") -> str:
        ada = visit("ada")
        return ada.get(ada.send(Page(ada.get(URL)).form(button, about).action).location).text

    async with a_worker(engine, sessions, queue, ThirdlyBrokenCaseWorkflow):
        for each in cases:
            await eventually(f"{each} is stuck", partial(is_held_up, engine, each))
        await asyncio.to_thread(pressed, "Try all 2 again, one first", cases[0])
        under_way = visit("ada").get(URL)
        assert int(under_way.headers["Refresh"]) > 0, "how far it comes shows by itself"
        assert not Page(under_way).offers("Try all 2 again, one first", cases[0]), (
            "it would change nothing"
        )
        assert "Stopped." in await asyncio.to_thread(pressed, "Stop")
        stopped = visit("ada").get(URL)
        assert "Refresh" not in stopped.headers
        assert Page(stopped).link(GOES_ON) == "#retries"
        await runner.look()
        assert tried(sessions, cases) == []
        await asyncio.to_thread(pressed, "Go on with the others")
        await runner.look()
        assert len(tried(sessions, cases)) == 1


def test_what_is_not_there_any_more_is_said(visit: Visit) -> None:
    ada = visit("ada")
    for path, words in {
        "/admin/failed/incidents/0123456789abcdef/retry": "This is not on the list any more.",
        f"/admin/retries/{uuid4()}/stop": "Nothing was under way any more.",
        f"/admin/retries/{uuid4()}/resume": "There was nothing to go on with.",
    }.items():
        assert words in ada.get(ada.send(path).location).text
    for path in ("/admin/failed/incidents/0123456789abcdef/retry", "/admin/retries/x/stop"):
        assert visit("sun").send(path).status_code == 403
