"""A return to the regulator, as liaison and second person meet it."""

import asyncio
import csv
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from domain.approvals import ApprovalKind
from rulebook.returns import read_returns
from store.approvals.requests import hold_requests
from store.database import Sessions
from store.reports.returns import (
    cases_as_known,
    fill_return,
    keep_submission,
    return_period,
)
from store.tables import ApprovalRow
from tests.builders import actor
from tests.store.erasure.lives import a_closed_case
from tests.web.browser import Browser, Visit
from tests.web.seen import Page
from web.reports import returns

QUARTER = "/returns/cn-quarterly/2026-04-01"
MAY = datetime(2026, 5, 11, 2, tzinfo=UTC)
IN_DECEMBER = datetime(2026, 12, 20, 2, tzinfo=UTC)
"""Later than anything these tests write down."""


@pytest.fixture(autouse=True)
def in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returns, "now", lambda: IN_DECEMBER)


def closed_in_may(sessions: Sessions) -> str:
    return a_closed_case(sessions, ago=datetime.now(UTC) - MAY)


def figures(browser: Browser, asked: str = "") -> dict[str, int | None]:
    found: dict[str, int | None] = json.loads(browser.get(f"{QUARTER}.json{asked}").text)["figures"]
    return found


def test_its_figures_are_what_sql_counts_and_hold_against_the_list_of_cases(
    visit: Visit, sessions: Sessions
) -> None:
    closed_in_may(sessions)
    told = figures(visit("lin"))
    begins, ends = "2026-04-01 00:00+08", "2026-07-01 00:00+08"
    with sessions() as session:
        counted = session.execute(
            text(
                "select count(*) filter (where received_at >= :b),"
                " count(*) filter (where received_at >= :b"
                "  and state->>'category' = 'service_attitude'),"
                " count(*) filter (where closed_at >= :b and closed_at < :e),"
                " count(*) filter (where closed_at is null or closed_at >= :e)"
                " from cases where received_at < :e"
            ),
            {"b": begins, "e": ends},
        ).one()
    assert (told["A2"], told["C2"], told["A4"], told["A5"]) == tuple(counted)
    assert told["A1"] + told["A2"] + told["A3"] - told["A4"] == told["A5"]  # type: ignore[operator]
    assert sum(told[f"C{n}"] or 0 for n in range(1, 10)) == told["A2"]
    assert sum(told[f"D{n}"] or 0 for n in range(1, 7)) == told["A2"]
    assert sum(told[f"E{n}"] or 0 for n in range(1, 12)) == told["A2"]
    assert sum(told[f"F{n}"] or 0 for n in range(1, 8)) == told["A2"]
    page = Page(visit("lin").get(QUARTER)).words
    assert f"Received meanwhile {told['A2']}" in page.partition("Held against the list of cases")[2]


def test_it_is_told_as_known_on_a_day_and_what_has_become_known_since_is_a_difference(
    visit: Visit, sessions: Sessions
) -> None:
    before = datetime.now(UTC)
    reference = closed_in_may(sessions)
    after = datetime.now(UTC)
    july = datetime(2026, 7, 1, tzinfo=UTC)
    with sessions() as session:
        known = {each.reference for each in cases_as_known(session, before, july)}
        since = {each.reference: each for each in cases_as_known(session, after, july)}
    assert reference not in known
    assert since[reference].codes["category"] == ("service_attitude",)
    lin = visit("lin")
    assert figures(lin, "?known=2026-06-30")["A2"] == 0, "nothing was written down then"
    page = lin.get(f"{QUARTER}?known=2026-12-01&against=2026-06-30").text
    assert "Since 2026-06-30" in page
    left_out = "Choose a day that is over. This one was left out."
    assert left_out not in lin.get(f"{QUARTER}?known=2026-06-30&against=2026-06-30").text
    for field in ("known", "against"):
        page_to_come = lin.get(f"{QUARTER}?{field}=2999-01-01").text
        assert page_to_come.count(left_out) == 1
        assert f'id="{field}-error"' in page_to_come
    assert re.search(r">B3</th><td>[^<]+</td><td>100.0%</td><td></td>", page), "of none before"
    assert re.search(r">A2</th><td>Received</td><td>(\d+)</td><td>\+\1</td>", page)


def test_two_submit_it_its_receipt_is_noted_and_a_correction_tells_its_difference(
    visit: Visit, sessions: Sessions
) -> None:
    closed_in_may(sessions)
    lin, hong = visit("lin"), visit("hong")
    assert (
        "Why as it is (another reads it and agrees): Please fill this in." in lin.send(QUARTER).text
    )
    assert lin.send(QUARTER, reason="checked by hand").location == QUARTER
    assert "First submission" not in lin.get(QUARTER).text
    waits = hong.get("/approvals").text
    assert "checked by hand" in waits
    assert "Quarterly return on complaints" in waits
    shown = Page(hong.get("/approvals")).words
    assert shown.index("A2 Received") < shown.index("B3 Share within") < shown.index("E10 ")
    assert "None" not in shown
    found = re.search(r"/approvals/(a-[0-9a-f]+)", waits)
    assert found is not None
    hong.send(found[0], outcome="approved")
    told = figures(lin)
    assert lin.send(QUARTER, reason="checked by hand").location == QUARTER
    page = Page(lin.get(QUARTER)).words
    assert "First submission" in page
    assert "agreed to by hong" in page
    assert "Nothing has changed since it was submitted." in page
    again = lin.send(QUARTER, reason="once more")
    assert again.status_code == 409
    assert "there is nothing to correct" in again.text

    too_long = lin.send(f"{QUARTER}/1/receipt", receipt="17" * 51)
    assert "Write down the receipt number" in too_long.text
    assert Page(too_long).field("Receipt number").value == "17" * 51, "it is there to be shortened"
    assert lin.send(f"{QUARTER}/1/receipt", receipt="回执-2026-17").location == QUARTER
    assert "receipt number 回执-2026-17" in Page(lin.get(QUARTER)).words
    assert lin.send(f"{QUARTER}/1/receipt", receipt="回执-2026-17").location == QUARTER, "twice"
    another = lin.send(f"{QUARTER}/1/receipt", receipt="another")
    assert another.status_code == 409
    assert "the receipt number 回执-2026-17 already; another was not noted" in another.text
    assert lin.send(f"{QUARTER}/7/receipt", receipt="another").status_code == 404

    closed_in_may(sessions)
    assert re.search(r">A2</th><td>Received</td><td>\d+</td><td>\+1</td>", lin.get(QUARTER).text)
    assert figures(lin, "?number=1") == told, "what was submitted stays"
    lin.send(QUARTER, reason="one came to light")
    found = re.search(r"/approvals/(a-[0-9a-f]+)", hong.get("/approvals").text)
    assert found is not None
    hong.send(found[0], outcome="approved")
    lin.send(QUARTER, reason="one came to light")
    page = Page(lin.get(QUARTER)).words
    assert "Correction 1" in page
    assert "A2 +1" in page.partition("changed:")[2]
    assert figures(lin, "?number=2")["A2"] == (told["A2"] or 0) + 1
    with pytest.raises(DatabaseError, match="never altered"), sessions.begin() as session:
        session.execute(text("update returns set cases = 0"))


def test_a_correction_tells_its_shares_as_the_page_does(visit: Visit, sessions: Sessions) -> None:
    template = read_returns()["cn-quarterly"]
    period = return_period(template, date(2026, 1, 1))
    with sessions.begin() as session:
        filled = fill_return(session, template, period, IN_DECEMBER)
        for number, share in enumerate((667, 720, None), start=1):
            told = replace(filled, figures={**filled.figures, "A2": number, "B3": share})
            keep_submission(
                session, told, number, by=actor("lin"), approved_by="hong", reason="so it is"
            )
    page = Page(visit("lin").get("/returns/cn-quarterly/2026-01-01")).words
    _, first, second = page.split("changed:")
    assert first.strip().startswith("A2 +1, B3 +5.3 points ·")
    assert second.strip().startswith("A2 +1 ·"), "of none there is no share"


YEAR_BEFORE = "/returns/cn-quarterly/2025-04-01"


async def test_two_clicks_at_once_ask_once_and_submit_once_as_another_has_agreed(
    visit: Visit, sessions: Sessions
) -> None:
    await asyncio.to_thread(_clicked_twice, visit, sessions)


def _clicked_twice(visit: Visit, sessions: Sessions) -> None:
    hong = visit("hong")

    def clicks(reason: str) -> list[int]:
        def sending() -> Callable[[], int]:
            browser = visit("lin")
            number = Page(browser.get(YEAR_BEFORE)).form("Ask, or submit").hidden("number")
            return lambda: browser.send(YEAR_BEFORE, reason=reason, number=number).status_code

        both = [sending(), sending()]
        with ThreadPoolExecutor(2) as beside:
            asked = sessions()
            asked.begin()
            hold_requests(asked, ApprovalKind.SUBMIT_RETURN, YEAR_BEFORE.removeprefix("/returns/"))
            answers = [beside.submit(each) for each in both]
            until = time.monotonic() + 30
            while time.monotonic() < until and not all(each.done() for each in answers):
                if how_many_wait(sessions) == len(both):
                    break
                time.sleep(0.05)
            asked.close()
            return [each.result() for each in answers]

    def requests() -> int:
        of_it = ApprovalRow.subject == YEAR_BEFORE.removeprefix("/returns/")
        with sessions() as session:
            return session.scalar(select(func.count()).where(of_it)) or 0

    assert clicks("checked by hand") == [302, 302]
    assert requests() == 1
    found = re.search(r"/approvals/(a-[0-9a-f]+)", hong.get("/approvals").text)
    assert found is not None
    hong.send(found[0], outcome="approved")
    assert clicks("something that hong has not read") == [302, 302]
    assert requests() == 1, "nobody is asked once more about what is submitted"
    told = Page(visit("lin").get(YEAR_BEFORE)).words
    assert "First submission" in told
    assert "Correction" not in told
    assert "checked by hand" in told
    assert "has not read" not in told


def how_many_wait(sessions: Sessions) -> int:
    """How many wait for what another one holds."""
    with sessions() as session:
        return session.scalar(text("select count(*) from pg_locks where not granted")) or 0


def test_it_is_saved_in_four_forms_under_a_chinese_name_the_same_whenever_it_is_saved(
    visit: Visit,
) -> None:
    lin = visit("lin")
    lin.send("/language", language="zh")
    asked = "?known=2026-12-01"
    told = figures(lin, asked)
    files = {each: lin.get(f"{QUARTER}.{each}{asked}") for each in ("csv", "xlsx", "json", "xml")}
    for ending, file in files.items():
        name = file.headers["Content-Disposition"]
        assert quote(f"消费投诉季度报表-2026-04-01.{ending}") in name
        assert lin.get(f"{QUARTER}.{ending}{asked}").data == file.data
    rows = list(csv.reader(StringIO(files["csv"].text.lstrip("\ufeff"))))
    assert ["A2", "本期受理", str(told["A2"]), "投诉件数平衡"] in rows, (
        "as the page sets them apart"
    )
    book = CalamineWorkbook.from_filelike(BytesIO(files["xlsx"].data)).get_sheet_by_index(0)
    assert ["A2", "本期受理", float(told["A2"] or 0), "投诉件数平衡"] in book.to_python()
    about = CalamineWorkbook.from_filelike(BytesIO(files["xlsx"].data)).get_sheet_by_index(1)
    told_of_itself = {str(name): value for name, value, *_rest in about.to_python()}
    assert told_of_itself["数据截至"] == "2026-12-02 00:00", "as the page says it, in Beijing time"
    assert told_of_itself["报送次序"] == "未报送"
    root = ElementTree.fromstring(files["xml"].data)
    assert root.find("line[@code='A2']").get("value") == str(told["A2"])  # type: ignore[union-attr]
    lin.send("/language", language="en")


def test_a_form_from_elsewhere_is_filled_too_and_a_nil_return_is_blank(visit: Visit) -> None:
    lin = visit("lin")
    told = json.loads(lin.get("/returns/uk-half-yearly/2026-01-01.json").text)["figures"]
    assert told["BANK_OPENED"] >= 0
    assert told["INS_OPENED"] is None, "the bank insures nobody"
    told = json.loads(lin.get("/returns/uk-half-yearly/2016-01-01.json").text)["figures"]
    assert set(told.values()) == {None}


def test_a_period_that_is_not_over_is_shown_and_not_submitted(visit: Visit) -> None:
    lin = visit("lin")
    running = "/returns/cn-quarterly/2026-10-01"
    assert "its days are not over yet" in Page(lin.get(running)).words
    refused = lin.send(running, reason="early")
    assert refused.status_code == 409
    assert "It cannot be submitted as it is" in refused.text


def test_what_the_schema_of_its_file_does_not_allow_is_told_and_not_submitted(
    visit: Visit, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_in_may(sessions)
    ours = read_returns()["cn-quarterly"]
    assert ours.schema is not None
    stricter = {**ours.schema, "properties": {"figures": {"properties": {"A2": {"maximum": 0}}}}}
    changed = {"cn-quarterly": replace(ours, schema=stricter)}
    monkeypatch.setattr(returns, "read_returns", lambda: changed)
    lin = visit("lin")
    page = Page(lin.get(QUARTER)).words
    assert "the file would not be what its schema wants: A2 " in page
    assert ": it must be 0 or less" in page
    refused = lin.send(QUARTER, reason="checked by hand")
    assert refused.status_code == 409
    assert "It cannot be submitted as it is" in refused.text


@pytest.mark.parametrize(
    "address",
    ["/returns/none/2026-04-01", "/returns/cn-quarterly/soon", "/returns/cn-quarterly/2999-01-01",
     "/returns/cn-quarterly/2026-04-01.pdf", "/returns/cn-quarterly/2026-04-01.json?number=99"],
)  # fmt: skip
def test_a_return_that_is_none_is_not_there(visit: Visit, address: str) -> None:
    assert visit("lin").get(address).status_code == 404


def test_it_is_the_liaisons(visit: Visit) -> None:
    assert "Quarterly return on complaints" in visit("lin").get("/returns").text
    for person in ("sun", "han", "ada"):
        assert visit(person).get("/returns").status_code == 403
        assert visit(person).get(f"{QUARTER}.json").status_code == 403
