"""Failed cases on their page, with the real engine behind it, in a namespace of their own."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from temporalio.client import Client

from domain.failures import FailureCause
from engine.repair import is_held_up
from engine.runs import described
from store.database import Sessions
from tests.temporal import a_client
from tests.waiting import eventually
from tests.web.browser import Taker, Visit, hidden
from tests.web.control.stuck import a_worker, move
from tests.web.engine import NAMESPACE, app_with_engine, opened
from tests.web.seen import tree_of, words_of
from tests.workflows.broken import BrokenCaseWorkflow
from web.wording.operations import ADVICE
from workflows.names import case_workflow_id

app = app_with_engine


def test_every_cause_has_its_advice() -> None:
    assert set(ADVICE) == set(FailureCause)


def test_only_administrators_see_failed_cases(visit: Visit) -> None:
    assert visit("ada").get("/admin/failed").status_code == 200
    for person in ("sun", "hong", "han", "ines", "lin"):
        assert visit(person).get("/admin/failed").status_code == 403


async def test_administrators_see_how_many_workers_there_are(engine: Client, visit: Visit) -> None:
    await eventually(
        "the worker beside these pages is counted",
        lambda: "Workers that carry out cases now: 1" in visit("ada").get("/admin/failed").text,
    )


async def test_a_mistake_is_one_row_whichever_programs_have_it(
    engine: Client,
    sessions: Sessions,
    temporal_address: str,
    a_received_case: Taker,
    visit: Visit,
) -> None:
    """A case that failed before a new program came in and one that fails in that one too."""
    cases = {}
    for build in ("0123456789ab", "ba9876543210"):
        client = await a_client(temporal_address, NAMESPACE, identity=f"1@there/{build}")
        reference, queue = a_received_case(received_at=datetime.now(UTC)), f"stuck-{uuid4()}"
        await move(engine, reference, queue)
        async with a_worker(client, sessions, queue, BrokenCaseWorkflow):
            await eventually("it is stuck", partial(is_held_up, engine, reference))
        cases[reference] = build
    page = await asyncio.to_thread(lambda: visit("ada").get("/admin/failed"))
    rows = [words for words in map(words_of, tree_of(page).iter("tr")) if "a mistake in" in words]
    (incident,) = (words for words in rows if words.startswith("Stuck on a mistake"))
    assert all(f"Program {build}" in incident for build in cases.values())
    assert cases.keys() <= {words.split()[0] for words in rows}
    for reference in cases:
        await engine.get_workflow_handle(case_workflow_id(reference)).terminate()


async def test_an_ended_run_is_taken_up_again_from_the_page(
    engine: Client, a_received_case: Taker, visit: Visit
) -> None:
    reference = await opened(engine, a_received_case)

    def history() -> str:
        return visit("sun").get(f"/cases/{reference}/history?lane=engine").text

    page = await asyncio.to_thread(history)
    assert "the engine holds a timer for it" in page
    assert "The engine took the case up" in page
    await engine.get_workflow_handle(case_workflow_id(reference)).terminate(reason="by hand")
    assert "The run was ended from outside: by hand" in await asyncio.to_thread(history)

    def retried() -> str:
        ada = visit("ada")
        sent = ada.send(f"/admin/failed/{reference}/retry")
        assert sent.status_code == 302
        return ada.get(sent.location).text

    assert "taken up again from its record" in await asyncio.to_thread(retried)


async def test_a_case_is_taken_back_by_two_administrators(
    engine: Client, a_received_case: Taker, visit: Visit
) -> None:
    reference = await opened(engine, a_received_case)
    before = await described(engine, reference)
    assert before is not None

    def asked() -> str:
        ada = visit("ada")
        points = ada.get(f"/admin/failed/{reference}/points").text
        assert f"/admin/failed/{reference}/points/4" in points
        url = f"/admin/failed/{reference}/points/4"
        shown = ada.get(url)
        assert "Run again" in shown.text
        form = {"repair_id": hidden(shown.text, "repair_id"), "reason": ""}
        assert ada.send(url, **form).status_code == 422
        sent = ada.send(url, **{**form, "reason": "a bad deployment"})
        assert sent.status_code == 302, sent.text
        own = ada.get(sent.location).text
        assert "Somebody else must decide" in own
        assert "Agree: take it back" not in own
        return str(sent.location)

    url = await asyncio.to_thread(asked)

    def agreed() -> None:
        alma = visit("alma")
        page = alma.get(url).text
        assert "a bad deployment" in page
        stale = alma.send(f"{url}/approve", digest="of another day")
        assert "Somebody changed the case" in alma.get(stale.location).text
        alma.send(f"{url}/approve", digest=hidden(page, "digest"))

    await asyncio.to_thread(agreed)

    def is_done() -> bool:
        return "Carried out" in visit("ada").get(url).text

    await eventually("the repair is carried out", is_done)
    after = await described(engine, reference)
    assert after is not None
    execution = after.workflow_execution_info.execution
    assert execution.run_id != before.workflow_execution_info.execution.run_id

    def told() -> str:
        return visit("sun").get(f"/cases/{reference}/history?lane=engine").text

    assert "The case was taken back to this point" in await asyncio.to_thread(told)


def test_a_point_that_is_none_is_refused(visit: Visit, engine: Client) -> None:
    ada = visit("ada")
    for url in ("/admin/failed/C-1999-000001/points", "/admin/repairs/none"):
        answer = ada.get(url)
        assert answer.status_code == 404
        assert "There is no such page or case" in answer.text
