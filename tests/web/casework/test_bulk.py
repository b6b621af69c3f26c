"""One act upon several cases of the queue, on the real engine: a look first, then each case."""

import asyncio
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from temporalio.client import Client

from store.database import Sessions
from tests.web.browser import Browser, Taker, Visit, hidden
from tests.web.casework.bulk import done_at, looked_at, row_of, unseen
from tests.web.control.stuck import a_worker, move
from tests.web.engine import opened, pages_of
from tests.web.seen import Page


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages of this bank keep what is beside PostgreSQL."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def app(engine: Client, sessions: Sessions, temporal_address: str, var: Path) -> Flask:
    """The application as it is served, with the engine in reach."""
    return pages_of(sessions, temporal_address, var)


@pytest.fixture
async def two(engine: Client, a_received_case: Taker) -> tuple[str, str]:
    """Two cases that nobody has yet."""
    return await opened(engine, a_received_case), await opened(engine, a_received_case)


async def test_several_cases_are_given_to_somebody_after_a_look_at_each(
    two: tuple[str, str], visit: Visit
) -> None:
    await asyncio.to_thread(_give_both_to_han, visit, two)


def _give_both_to_han(visit: Visit, two: tuple[str, str]) -> None:
    sun, (first, second) = visit("sun"), two
    listed = sun.get("/?shelf=all&sort=reference&down=yes").text
    assert f'value="{first}"' in listed
    address, form = looked_at(sun, "assign", first, second, "C-1999-1")
    looked = sun.get(address).text
    assert "Nothing has been done yet." in looked
    assert "2 of 3 are possible; 1 are left alone." in looked
    assert "possible" in row_of(looked, first)
    assert "There is no such case, or it is not yours." in looked
    assert in_hand(sun, first) == in_hand(sun, second)
    before = in_hand(sun, first)
    foreseen = sun.send(address, **form, handler="han", look="yes")
    assert foreseen.status_code == 200
    assert "goes to han" in row_of(foreseen.text, second)
    assert in_hand(sun, first) == before, "a look is a look"
    addresses = set()
    for _again in range(2):
        asked = sun.send(address, **unseen(foreseen.text), handler="han")
        assert asked.status_code in (302, 303), asked.text
        addresses.add(asked.location)
    assert sun.get(address).location in addresses, "who comes back finds what became of it"
    [at] = addresses
    told = done_at(sun, at, "Done in 2 of 3.")
    assert "The case is assigned." in row_of(told, first)
    assert in_hand(sun, first) == before + 2
    for each in two:
        assert Page(sun.get(f"/cases/{each}")).fact("Handler") == "han"
        story = sun.get(f"/cases/{each}/history").text
        assert story.count("Given to a handler</strong>") == 1, "sent again, nothing happens twice"
    assert "Refresh" not in sun.get(at).headers
    assert visit("hong").get(at).status_code == 404, "what somebody asked is theirs"


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
    address, form = looked_at(sun, "assign", first, second)
    nobody = sun.send(address, **form)
    assert nobody.status_code == 422
    assert "Choose one of the entries of the list." in nobody.text
    unchosen = sun.send(address, **form, handler="", look="yes")
    assert unchosen.status_code == 422
    assert "Choose one of the entries of the list." in unchosen.text
    afterwards = sun.get(unescape(hidden(unchosen.text, "next")))
    assert Page(afterwards).title == Page(sun.get(address)).title == "Assign or transfer"
    unlooked = sun.send(address, **form, handler="han", note="For the week.")
    assert unlooked.status_code == 200, "nobody does what they have not looked at"
    assert "Nothing has been done yet." in unlooked.text
    assert Page(unlooked).field("Note").value == "For the week."
    meanwhile = {"command_id": hidden(sun.get(f"/cases/{first}").text, "command_id")}
    to_hugo = sun.send(f"/cases/{first}/acts/assign", **meanwhile, handler="hugo")
    assert to_hugo.status_code == 302
    asked = sun.send(address, **unseen(unlooked.text), handler="han")
    told = done_at(sun, asked.location, "Done in 1 of 2.")
    assert "Since then: Given to a handler, by sun," in row_of(told, first)
    assert Page(sun.get(f"/cases/{first}")).fact("Handler") == "hugo"
    assert Page(sun.get(f"/cases/{second}")).fact("Handler") == "han"


async def test_the_preview_says_where_a_choice_would_be_refused_and_why(
    two: tuple[str, str], visit: Visit
) -> None:
    await asyncio.to_thread(_one_has_it_already, visit, two)


def _one_has_it_already(visit: Visit, two: tuple[str, str]) -> None:
    sun, (first, second) = visit("sun"), two
    key = hidden(sun.get(f"/cases/{first}").text, "command_id")
    sun.send(f"/cases/{first}/acts/assign", command_id=key, handler="han")
    address, form = looked_at(sun, "assign", first, second)
    foreseen = sun.send(address, **form, handler="han", look="yes").text
    assert "left alone" in row_of(foreseen, first)
    assert "Do it (cases: 1)" in foreseen
    asked = sun.send(address, **unseen(foreseen), handler="han")
    told = done_at(sun, asked.location, "Done in 1 of 2.")
    refused = row_of(foreseen, first).partition("left alone ")[2]
    assert refused
    assert refused in row_of(told, first), "what was foreseen is what is told"


async def test_answers_are_told_as_they_come_in_and_a_restart_of_the_pages_loses_none(
    engine: Client,
    sessions: Sessions,
    two: tuple[str, str],
    visit: Visit,
    temporal_address: str,
    var: Path,
) -> None:
    first, second = two
    await move(engine, first, "nobody-works-here")
    at = await asyncio.to_thread(_ask_both, visit, two)
    told = await asyncio.to_thread(done_at, visit("sun"), at, "Answered so far: 1 of 2")
    assert "Whoever has the case has been told" in row_of(told, second)
    assert "Whoever has the case has been told" not in row_of(told, first)
    waiting = visit("sun").get(at)
    assert int(waiting.headers["Refresh"]) >= 1, "the page looks again by itself, without a script"
    restarted = pages_of(sessions, temporal_address, var).test_client()
    again = visit("sun").copy(restarted)
    assert "Answered so far: 1 of 2" in again.get(at).text
    async with a_worker(engine, sessions, "nobody-works-here"):
        await asyncio.to_thread(done_at, again, at, "Done in 2 of 2.")


def _ask_both(visit: Visit, two: tuple[str, str]) -> str:
    sun = visit("sun")
    address, form = looked_at(sun, "urge", *two)
    asked = sun.send(address, **form)
    assert asked.status_code == 303
    return str(asked.location)


async def test_what_somebody_did_in_several_cases_they_find_again_and_nobody_else_does(
    two: tuple[str, str], visit: Visit
) -> None:
    await asyncio.to_thread(_found_again, visit, two)


def _found_again(visit: Visit, two: tuple[str, str]) -> None:
    sun, (first, second) = visit("sun"), two
    address, form = looked_at(sun, "assign", first, second, "C-1999-1")
    foreseen = sun.send(address, **form, handler="han", look="yes")
    asked = sun.send(address, **unseen(foreseen.text), handler="han")
    done_at(sun, asked.location, "Done in 2 of 3.")
    found = sun.get(Page(sun.get("/?shelf=mine")).link("What you did in several cases")).text
    line = found.partition(f'href="{asked.location}"')[2].partition("</tr>")[0]
    told = " ".join(re.sub(r"<[^>]+>", " ", line).split())
    assert re.search(r">Assign or transfer han .* 2 of 3 1 –$", told), told
    for other in ("hong", "ada"):
        assert asked.location not in visit(other).get("/bulk/own").text
    assert "stands here, with what became of it in each" in visit("hong").get("/bulk/own").text
    assert "What you did in several cases" not in visit("han").get("/?shelf=all").text


def test_a_handler_is_offered_nothing_for_several_and_no_other_act_is_done_so(
    visit: Visit, a_received_case: Taker
) -> None:
    a_received_case()
    assert "In the cases that are ticked" not in visit("han").get("/?shelf=all").text
    assert visit("sun").get("/bulk/?act=close&reference=C-2026-000001").status_code == 404
    empty = visit("sun").get("/bulk/?act=urge", follow_redirects=True).text
    assert "No case was chosen. Tick some in the list." in empty
