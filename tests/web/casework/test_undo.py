"""What somebody has just done is taken back, on the real engine: by an act like any."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select
from temporalio.client import Client

from domain.open_pages import OpenPageLimits
from rulebook.pages.limits import read_open_page_limits
from store import undoing
from store.database import Sessions
from store.tables import JournalRow
from tests.web.browser import Browser, Taker, Visit, hidden
from tests.web.casework.bulk import done_at, looked_at, row_of, unseen
from tests.web.engine import app_with_engine, opened
from tests.web.seen import Page

OFFER = "You have just done this:"


app = app_with_engine


@pytest.fixture
async def reference(engine: Client, a_received_case: Taker) -> str:
    """A case that nobody has yet."""
    return await opened(engine, a_received_case)


def assign(browser: Browser, reference: str, handler: str, **typed: str) -> str:
    """Give a case away; returns the key of that."""
    key = hidden(browser.get(f"/cases/{reference}").text, "command_id")
    given = browser.send(
        f"/cases/{reference}/acts/assign", command_id=key, handler=handler, **typed
    )
    assert given.status_code == 302, given.text
    return key


def journal_of(sessions: Sessions, reference: str) -> list[str]:
    """What is in the journal, in its order."""
    with sessions() as session:
        written = select(JournalRow.event).where(JournalRow.reference == reference)
        return list(session.scalars(written.order_by(JournalRow.version)))


async def test_a_case_given_to_the_wrong_one_is_taken_back_and_who_was_told_is_told(
    reference: str, visit: Visit, sessions: Sessions
) -> None:
    await asyncio.to_thread(_given_and_taken_back, reference, visit, sessions)


def _given_and_taken_back(reference: str, visit: Visit, sessions: Sessions) -> None:
    sun, han = visit("sun"), visit("han")
    before = Page(sun.get(f"/cases/{reference}"))
    key = assign(sun, reference, "han")
    page = sun.get(f"/cases/{reference}").text
    assert OFFER in page
    assert f'action="/undo/{key}"' in page
    assert OFFER not in visit("hong").get(f"/cases/{reference}").text, "it is another's to undo"
    for _click in range(2):
        undone = sun.send(f"/undo/{key}")
        assert undone.status_code == 302
        assert "Undone. The case is where it was before" in sun.get(undone.location).text
    after = Page(sun.get(f"/cases/{reference}"))
    assert [after.fact("Handler"), after.fact("Unit")] == [
        before.fact("Handler"),
        before.fact("Unit"),
    ]
    told = journal_of(sessions, reference)
    assert told == ["received", "assigned", "undone"], "both stay, and a second click is none"
    inbox = han.get("/inbox").text
    assert inbox.count(f">{reference}</a>") == 2
    assert "Undone: it lies again where it lay" in inbox
    assert OFFER not in sun.get(f"/cases/{reference}").text


async def test_a_transfer_goes_back_to_whoever_had_it(reference: str, visit: Visit) -> None:
    await asyncio.to_thread(_transferred_and_taken_back, reference, visit)


def _transferred_and_taken_back(reference: str, visit: Visit) -> None:
    sun, han, hugo = visit("sun"), visit("han"), visit("hugo")
    assign(sun, reference, "han")
    key = assign(han, reference, "hugo", next="/inbox")
    offered = han.get("/inbox").text
    assert f'action="/undo/{key}"' in offered, "the page that comes then offers it"
    assert han.get(f"/cases/{reference}").status_code == 404, "han has given it away"
    undone = han.send(f"/undo/{key}")
    assert undone.location.endswith(f"/cases/{reference}")
    assert Page(han.get(f"/cases/{reference}")).fact("Handler") == "han"
    assert hugo.get(f"/cases/{reference}").status_code == 404
    assert "Undone: it lies again where it lay" in hugo.get("/inbox").text, "and hears of it"


async def test_what_is_offered_is_called_what_it_was_whatever_was_written_since(
    reference: str, visit: Visit
) -> None:
    await asyncio.to_thread(_noted_by_han_meanwhile, reference, visit)


def _noted_by_han_meanwhile(reference: str, visit: Visit) -> None:
    sun, han = visit("sun"), visit("han")
    assign(sun, reference, "han")
    key = hidden(han.get(f"/cases/{reference}").text, "command_id")
    noted = han.send(f"/cases/{reference}/acts/note", command_id=key, note="I have rung them.")
    assert noted.status_code == 302
    offered = sun.get(f"/cases/{reference}").text.partition(OFFER)[2].partition("</div>")[0]
    assert offered.split("·")[0].strip() == "Given to a handler"


async def test_once_somebody_has_gone_on_from_it_nothing_is_taken_back(
    reference: str, visit: Visit
) -> None:
    await asyncio.to_thread(_han_was_quicker, reference, visit)


def _han_was_quicker(reference: str, visit: Visit) -> None:
    sun, han = visit("sun"), visit("han")
    key = assign(sun, reference, "han")
    begun = hidden(han.get(f"/cases/{reference}").text, "command_id")
    assert han.send(f"/cases/{reference}/acts/start", command_id=begun).status_code == 302
    refused = sun.send(f"/undo/{key}", follow_redirects=True)
    told = sun.get(refused.location).text
    assert "It stays as it is, for somebody has gone on from it." in told
    assert "Since then: Work started, by han," in told
    assert Page(sun.get(f"/cases/{reference}")).fact("Handler") == "han"


async def test_it_is_offered_for_a_time_and_to_nobody_else(
    reference: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(_too_late, reference, visit, monkeypatch)


def _too_late(reference: str, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    sun = visit("sun")
    key = assign(sun, reference, "han")
    assert visit("hong").send(f"/undo/{key}").status_code == 404
    assert visit("han").send(f"/undo/{key}").status_code == 404

    def long_over() -> OpenPageLimits:
        return replace(read_open_page_limits(), undo_minutes=0)

    monkeypatch.setattr(undoing, "read_open_page_limits", long_over)
    assert OFFER not in sun.get(f"/cases/{reference}").text
    refused = sun.send(f"/undo/{key}")
    assert "and those are over. Assign it anew." in sun.get(refused.location).text
    assert Page(sun.get(f"/cases/{reference}")).fact("Handler") == "han"


async def test_what_was_done_to_several_is_taken_back_in_all_that_nobody_has_gone_on_from(
    engine: Client, a_received_case: Taker, visit: Visit
) -> None:
    two = await opened(engine, a_received_case), await opened(engine, a_received_case)
    await asyncio.to_thread(_several_taken_back, visit, two)


def _several_taken_back(visit: Visit, two: tuple[str, str]) -> None:
    sun, han, (first, second) = visit("sun"), visit("han"), two
    address, form = looked_at(sun, "assign", first, second)
    foreseen = sun.send(address, **form, handler="han", look="yes")
    asked = sun.send(address, **unseen(foreseen.text), handler="han")
    assert "Undo (cases: 2)" in done_at(sun, asked.location, "Done in 2 of 2.")
    begun = hidden(han.get(f"/cases/{first}").text, "command_id")
    assert han.send(f"/cases/{first}/acts/start", command_id=begun).status_code == 302
    undone = {sun.send(f"{asked.location}/undo").location for _click in range(2)}
    assert len(undone) == 1, "a second click leads to the same"
    told = done_at(sun, undone.pop(), "Done in 1 of 2.")
    assert "Since then: Work started, by han," in row_of(told, first)
    assert "Undone." in row_of(told, second)
    assert Page(sun.get(f"/cases/{first}")).fact("Handler") == "han"
    assert Page(sun.get(f"/cases/{second}")).fact("Handler") != "han"
    assert "It was taken back at" in sun.get(asked.location).text


async def test_what_is_in_nobodys_way_takes_the_offer_from_nobody(
    reference: str, visit: Visit
) -> None:
    await asyncio.to_thread(_noted_since, reference, visit)


def _noted_since(reference: str, visit: Visit) -> None:
    sun, han = visit("sun"), visit("han")
    key = assign(sun, reference, "han")
    noted = hidden(han.get(f"/cases/{reference}").text, "command_id")
    answer = han.send(f"/cases/{reference}/acts/note", command_id=noted, note="looked into it")
    assert answer.status_code == 302
    assert f'action="/undo/{key}"' in sun.get(f"/cases/{reference}").text
    undone = sun.send(f"/undo/{key}")
    assert "Undone. The case is where it was before" in sun.get(undone.location).text
    assert OFFER not in sun.get(f"/cases/{reference}").text
