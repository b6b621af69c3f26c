"""The history page as supervisors inspect it: what belongs together, the case as it stood, what an
entry changed, and the files it is saved as; on the real engine.
"""

import asyncio
import csv
import io
import json
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from temporalio.client import Client

from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow, JournalRow
from tests.web.browser import Browser, Taker, Visit
from tests.web.engine import app_with_engine, opened
from tests.web.seen import Page

SECRET = "the customer wept at the counter"


app = app_with_engine


@pytest.fixture
async def worked_on(engine: Client, a_received_case: Taker, visit: Visit) -> str:
    """A case that sun has given to han, who has noted something in confidence."""
    reference = await opened(engine, a_received_case)
    await asyncio.to_thread(act, visit("sun"), reference, "assign", handler="han")
    await asyncio.to_thread(act, visit("han"), reference, "note", note=SECRET)
    return reference


def act(browser: Browser, reference: str, kind: str, **typed: str) -> None:
    """Do something to the case by its page; the engine has done it when this returns."""
    sent = browser.send(f"/cases/{reference}/acts/{kind}", command_id=str(uuid4()), **typed)
    assert sent.status_code == 302, sent.text


async def page_of(visit: Visit, person: str, url: str) -> str:
    """What somebody has before them, in one line."""
    answer = await asyncio.to_thread(visit(person).get, url)
    assert answer.status_code == 200, answer.text
    return Page(answer).words


async def test_what_belongs_to_an_act_is_one_line_that_opens(worked_on: str, visit: Visit) -> None:
    url = f"/cases/{worked_on}/history"
    business = await page_of(visit, "sun", url)
    assert "Given to a handler" in business
    assert "The engine heard" not in business, "what the engine did is there for who asks"

    whole = await page_of(visit, "sun", f"{url}?lane=people&lane=clocks&lane=notices&lane=engine")
    _, _, line = whole.partition("Given to a handler")
    line, _, _ = line.partition("Complaint received")
    for part in (
        "What belongs to it",
        "Written down: Given to a handler",
        "The engine heard what was asked",
        "Notice written: Given to a handler to han",
    ):
        assert part in line


async def test_an_entry_says_what_it_changed_and_how_the_case_stood_then(
    worked_on: str, visit: Visit
) -> None:
    url = f"/cases/{worked_on}/history"
    given = await page_of(visit, "sun", f"{url}?entry=2")
    changed, _, stood = given.partition("The case as it stood")
    assert "What this entry changed Entry 2: Given to a handler" in changed
    assert "Status Received Assigned" in changed
    assert "Handler – han" in changed
    assert "Handler han" in stood

    received = await page_of(visit, "sun", f"{url}?entry=1")
    _, _, stood = received.partition("The case as it stood")
    assert "Status Received" in stood
    assert "Handler not assigned" in stood
    assert "Given to a handler" not in received, "it had not happened yet"
    noted = await page_of(visit, "sun", f"{url}?entry=3")
    assert "Nothing of what is told here" in noted
    missing = await asyncio.to_thread(visit("sun").get, f"{url}?entry=99")
    assert missing.status_code == 404


async def test_a_date_promised_to_the_customer_stands_on_the_page(
    worked_on: str, visit: Visit
) -> None:
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    before = await page_of(visit, "hong", f"/cases/{worked_on}")
    assert "Date promised to the customer" not in before
    promise = {"until_at": tomorrow.strftime("%Y-%m-%dT%H:%M"), "reason": "the archive is far"}
    await asyncio.to_thread(act, visit("hong"), worked_on, "commit", **promise)
    facts = (await page_of(visit, "hong", f"/cases/{worked_on}")).partition("Facts")[2]
    assert f"Date promised to the customer{tomorrow:%Y-%m-%d %H:%M}" in facts
    assert "left" in facts.partition("Date promised to the customer")[2].partition("Policy")[0]


async def test_two_moments_are_held_against_each_other(
    worked_on: str, visit: Visit, sessions: Sessions
) -> None:
    with sessions() as session:
        received = session.scalars(
            select(JournalRow.recorded_at).where(
                JournalRow.reference == worked_on, JournalRow.version == 1
            )
        ).one()
    url = f"/cases/{worked_on}/history"
    before = typed(received - timedelta(days=30))
    changed = await page_of(visit, "sun", f"{url}?since={before}")
    assert "before the receipt –" in changed
    assert "Status – Assigned" in changed
    assert "Time limit: Reply – due" in changed
    early = await page_of(visit, "sun", f"{url}?as_of={before}")
    assert "There was no case yet." in early
    unread = await page_of(visit, "sun", f"{url}?as_of=yesterday")
    assert "“yesterday” is no date and time." in unread
    tomorrow = typed(datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1))
    for field, label in (("as_of", "As it stood at"), ("since", "What changed since")):
        to_come = await page_of(visit, "sun", f"{url}?{field}={tomorrow}")
        assert f"{label} This time is still to come: how the case stands now is shown." in to_come
        assert tomorrow[:10] not in to_come.partition("Time limits in a picture")[0], "stood then?"
        assert ("Given to a handler" in to_come) == (field == "as_of"), "since now, nothing"
    assert "Given to a handler" in unread


def typed(instant: datetime) -> str:
    """As a field for date and time holds it."""
    return instant.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M:%S")


async def test_a_history_is_saved_as_a_table_and_for_programs(
    worked_on: str, visit: Visit, sessions: Sessions
) -> None:
    sun = visit("sun")
    saved = await asyncio.to_thread(sun.get, f"/cases/{worked_on}/history.csv")
    assert saved.headers["Content-Disposition"].endswith(f"history-{worked_on}.csv")
    head, *rows = csv.reader(io.StringIO(saved.text.removeprefix("\ufeff")))
    assert head[:5] == ["Line", "Entry of the journal", "When", "Lane", "What"]
    entries = [row for row in rows if row[1] and row[3] == "People"]
    assert [row[4] for row in entries] == ["Complaint received", "Given to a handler", "Note added"]
    assert any(SECRET in cell for row in rows for cell in row)

    told = await asyncio.to_thread(sun.get, f"/cases/{worked_on}/history.json?lane=people")
    lines = json.loads(told.text)["lines"]
    assert [line["kind"] for line in lines] == ["received", "assigned", "noted"]
    assert lines[1]["who"] == "sun"
    assert (await asyncio.to_thread(sun.get, f"/cases/{worked_on}/history.exe")).status_code == 404
    assert noted(sessions, "sun", worked_on) == ["csv", "json"]


def noted(sessions: Sessions, by: str, reference: str) -> list[str]:
    """The files that somebody has saved of a case's history, as the audit has them."""
    with sessions() as session:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.action == Action.SAVED_HISTORY)
            .where(AuditRow.by == by, AuditRow.subject == reference)
            .order_by(AuditRow.id)
        )
        return [row.facts["ending"] for row in rows]


async def test_an_administrator_saves_no_word_that_anybody_wrote(
    worked_on: str, visit: Visit
) -> None:
    for ending in ("csv", "json"):
        url = f"/cases/{worked_on}/history.{ending}?lane=people&lane=engine"
        saved = await asyncio.to_thread(visit("ada").get, url)
        assert "Note added" in saved.text
        assert SECRET not in saved.text


async def test_the_past_is_told_in_chinese(worked_on: str, visit: Visit) -> None:
    sun = visit("sun")
    await asyncio.to_thread(sun.send, "/language", language="zh")
    try:
        page = await page_of(visit, "sun", f"/cases/{worked_on}/history?entry=2")
    finally:
        await asyncio.to_thread(sun.send, "/language", language="en")
    assert "本条带来的变化" in page
    assert "经办人 – han" in page
