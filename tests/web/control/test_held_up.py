"""Whoever acts on a case that is stuck is told so at once, and the administrators see it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client
from temporalio.worker import Worker

from activities.case_records import CaseRecords
from embedded.processes import wait_until
from engine.delivery import start_case
from engine.program import build
from engine.repair import is_held_up
from store.database import Sessions
from tests.waiting import PATIENCE, eventually
from tests.web.browser import Taker, Visit
from tests.web.engine import app_with_engine
from tests.workflows.broken import BrokenCaseWorkflow

app = app_with_engine


def is_shown_soon(visit: Visit, reference: str) -> None:
    """One line says what is wrong, where in the program, and in how many cases, though nobody has
    asked anything of the case and nothing of it is due for days."""
    ada = visit("ada")
    is_shown = wait_until(lambda: reference in ada.get("/admin/failed").text, within=PATIENCE)
    assert is_shown, "nobody sees that it failed"
    page = ada.get("/admin/failed").text
    line = page.partition("Stuck on a mistake in the program</a>")[2].partition("</tr>")[0]
    assert "workflows/broken.py:" in line, "where in the program"
    assert f"Program {build()}" in line, "which build it is"
    assert "RuntimeError: a mistake in the code" in line
    assert reference in line, "an example"


async def test_a_case_stuck_on_a_fault_says_so_to_whoever_acts_on_it(
    engine: Client, sessions: Sessions, a_received_case: Taker, visit: Visit
) -> None:
    reference, queue = a_received_case(received_at=datetime.now(UTC)), f"stuck-{uuid4()}"
    await start_case(engine, reference, queue)
    rows = CaseRecords(sessions)
    with ThreadPoolExecutor(4) as threads:
        async with Worker(
            engine,
            task_queue=queue,
            workflows=[BrokenCaseWorkflow],
            activities=[rows.open_case, rows.record],
            activity_executor=threads,
        ):
            await eventually("it is stuck", lambda: is_held_up(engine, reference))
            await asyncio.to_thread(lambda: is_shown_soon(visit, reference))

            def noted() -> str:
                hong = visit("hong")
                typed = {"command_id": str(uuid4()), "seen_version": "1", "note": "called"}
                sent = hong.send(f"/cases/{reference}/acts/note", **typed)
                assert sent.status_code == 302
                return hong.get(sent.location).text

            page = await asyncio.to_thread(noted)
            assert "Stored, and not carried out yet: this case is held up." in page
            assert "This case is held up, and the administrators see it." in page
            assert "waiting for the engine" not in page

            def failed() -> str:
                return visit("ada").get("/admin/failed").text

            _, _, stuck = (await asyncio.to_thread(failed)).partition("Stuck on a mistake")
            assert reference in stuck
