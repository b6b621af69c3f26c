"""A case paused with the engine's own tools is seen, in care, and loses nothing."""

import asyncio
import re
from uuid import uuid4

from temporalio.client import Client

from tests.temporal import pause, unpause
from tests.waiting import eventually
from tests.web.browser import Taker, Visit
from tests.web.engine import app_with_engine, opened

app = app_with_engine


async def test_a_paused_case_is_shown_with_who_paused_it_and_takes_what_is_asked_later(
    engine: Client, a_received_case: Taker, visit: Visit
) -> None:
    reference = await opened(engine, a_received_case)
    await pause(engine, reference, by="olga@operations")

    def page_of(person: str, url: str) -> str:
        answer = visit(person).get(url)
        assert answer.status_code == 200
        return answer.text

    history = f"/cases/{reference}/history"
    page = await asyncio.to_thread(page_of, "sun", history)
    assert "olga@operations has paused this case in the engine" in page
    assert "The engine does not answer" not in page

    def listed() -> bool:
        page = page_of("ada", "/admin/failed")
        _, _, paused = page.partition("Paused in the engine")
        return reference in paused and "olga@operations" in paused

    await eventually("the administrators see it", listed)

    def noted() -> str:
        hong = visit("hong")
        typed = {"command_id": str(uuid4()), "seen_version": "1", "note": "called"}
        sent = hong.send(f"/cases/{reference}/acts/note", **typed)
        assert sent.status_code == 302
        return hong.get(sent.location).text

    assert "Stored, and not carried out yet: this case is held up." in await asyncio.to_thread(
        noted
    )

    def tried() -> str:
        ada = visit("ada")
        return ada.get(ada.send(f"/admin/failed/{reference}/retry").location).text

    assert "The case is paused in the engine" in await asyncio.to_thread(tried)

    def preview() -> str:
        ada = visit("ada")
        points = ada.get(f"/admin/failed/{reference}/points").text
        latest = re.search(rf"/admin/failed/{reference}/points/\d+", points)
        assert latest is not None
        return ada.get(latest[0]).text

    _, _, lost = (await asyncio.to_thread(preview)).partition("Lost")
    assert "paused in the engine by olga@operations" in lost, "a new run begins without the pause"

    await unpause(engine, reference, by="olga@operations")

    def is_written() -> bool:
        return "called" in page_of("sun", f"/cases/{reference}")

    await eventually("what was asked meanwhile is written", is_written)
    page = await asyncio.to_thread(page_of, "sun", history)
    assert "has paused this case in the engine" not in page
    told = await asyncio.to_thread(page_of, "sun", f"{history}?lane=engine")
    assert "let go on in the engine by olga@operations" in told
