"""One act upon several cases of the queue, on the real engine: a look first, then each case."""

import asyncio
import re

import pytest
from flask import Flask
from temporalio.client import Client

from store.database import Sessions
from tests.web.browser import Browser, Taker, Visit, hidden
from tests.web.engine import opened, pages_of
from tests.web.seen import Page


@pytest.fixture(scope="module")
def app(
    engine: Client,
    sessions: Sessions,
    temporal_address: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """The application as it is served, with the engine in reach."""
    return pages_of(sessions, temporal_address, tmp_path_factory.mktemp("var"))


@pytest.fixture
async def two(engine: Client, a_received_case: Taker) -> tuple[str, str]:
    """Two cases that nobody has yet."""
    return await opened(engine, a_received_case), await opened(engine, a_received_case)


def row_of(page: str, reference: str) -> str:
    """What a table says of a case."""
    _, _, row = page.partition(f'">{reference}</a></th>')
    return re.sub(r"<[^>]+>", " ", row.partition("</tr>")[0])


async def test_several_cases_are_given_to_somebody_after_a_look_at_each(
    two: tuple[str, str], visit: Visit
) -> None:
    await asyncio.to_thread(_give_both_to_han, visit, two)


def _give_both_to_han(visit: Visit, two: tuple[str, str]) -> None:
    sun, (first, second) = visit("sun"), two
    listed = sun.get("/?shelf=all&sort=reference&down=yes").text
    assert f'value="{first}"' in listed
    ticked = "&".join(f"reference={each}" for each in (first, second, "C-1999-1"))
    looked = sun.get(f"/several/?act=assign&{ticked}")
    assert "Nothing has been done yet." in looked.text
    assert "will be asked for" in row_of(looked.text, first)
    assert "There is no such case, or it is not yours." in looked.text
    assert in_hand(sun, first) == in_hand(sun, second)
    before = in_hand(sun, first)
    form = {"act": "assign", "reference": [first, second], "handler": "han"}
    form["command_id"] = hidden(looked.text, "command_id")
    form |= {f"version-{each}": hidden(looked.text, f"version-{each}") for each in two}
    for _again in range(2):
        done = sun.send("/several/", **form)
        assert "Done in 2 of 2." in done.text, done.text
    assert in_hand(sun, first) == before + 2
    for each in two:
        assert Page(sun.get(f"/cases/{each}")).fact("Handler") == "han"
        story = sun.get(f"/cases/{each}/history").text
        assert story.count("Given to a handler</strong>") == 1, "sent again, nothing happens twice"


def in_hand(sun: Browser, reference: str) -> int:
    """How many cases han has, as whoever gives a case away is told."""
    told = re.search(r">han, [^<]*, (\d+) in hand<", sun.get(f"/cases/{reference}").text)
    assert told is not None
    return int(told[1])


async def test_what_a_rule_forbids_in_one_case_stops_no_other(
    two: tuple[str, str], visit: Visit
) -> None:
    await asyncio.to_thread(_one_is_refused, visit, two)


def _one_is_refused(visit: Visit, two: tuple[str, str]) -> None:
    sun, (first, second) = visit("sun"), two
    looked = sun.get(f"/several/?act=assign&reference={first}&reference={second}").text
    form = {
        "act": "assign",
        "reference": [first, second],
        "command_id": hidden(looked, "command_id"),
        **{f"version-{each}": hidden(looked, f"version-{each}") for each in two},
    }
    nobody = sun.send("/several/", **form)
    assert nobody.status_code == 422
    assert "Choose who is to have them." in nobody.text
    meanwhile = {"command_id": "", "handler": "hugo"}
    meanwhile["command_id"] = hidden(sun.get(f"/cases/{first}").text, "command_id")
    assert sun.send(f"/cases/{first}/acts/assign", **meanwhile).status_code == 302
    done = sun.send("/several/", **form, handler="han")
    assert "Done in 1 of 2." in done.text
    assert "changed" in row_of(done.text, first)
    assert Page(sun.get(f"/cases/{first}")).fact("Handler") == "hugo"
    assert Page(sun.get(f"/cases/{second}")).fact("Handler") == "han"


def test_a_handler_is_offered_nothing_for_several_and_no_other_act_is_done_so(
    visit: Visit, a_received_case: Taker
) -> None:
    a_received_case()
    assert "In the cases that are ticked" not in visit("han").get("/?shelf=all").text
    assert visit("sun").get("/several/?act=close&reference=C-2026-000001").status_code == 404
    empty = visit("sun").get("/several/?act=urge").text
    assert "No case was chosen. Tick some in the list." in empty
