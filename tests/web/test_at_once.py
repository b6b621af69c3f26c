"""Many send at the same moment, over real engines: one form is one complaint, and of two who are
after the same case the second is shown what the first has done.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from temporalio.client import Client
from werkzeug.test import TestResponse

from desk.cases import CaseDesk
from domain.case_report_templates import ReportText
from engine.connection import TemporalConnection
from store.database import Sessions, close_database, open_database
from store.tables import ComplaintRow
from tests.settings import PERSONAL_KEYS, some_settings
from tests.web.browser import Browser, Taker, Visit, a_filled_form
from tests.web.engine import connect, opened
from tests.web.seen import Page
from web import create_app
from web.kit.forms import typed_instant

FIFTY = 50

PATIENCE = timedelta(seconds=60)
"""How long an answer of the engine is waited for here: on a busy machine the loser would be told to
look again, and not what the other has done."""


@pytest.fixture(scope="module")
def wide(sessions: Sessions) -> Iterator[Sessions]:
    """The records, with connections enough for fifty pages: each reads, and writes beside that."""
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)
    wide = open_database(url, journal_key=b"k" * 32, pool_size=FIFTY, personal_keys=PERSONAL_KEYS)
    yield wide
    close_database(wide)


@pytest.fixture(scope="module")
def app(
    wide: Sessions, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application as it is served, with the engine in reach."""
    folder: Path = tmp_path_factory.mktemp("var")
    connection = TemporalConnection(lambda: connect(temporal_address))
    settings = some_settings(REDRESS_VAR_DIR=str(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desk.cases.PATIENCE", PATIENCE)
        yield create_app(settings, sessions=wide, desk=CaseDesk(wide, connection))
    connection.close()


def at_once(*sends: Callable[[], TestResponse]) -> list[TestResponse]:
    """All of these forms leave at the same moment."""
    barrier = Barrier(len(sends))

    def one(send: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait()
        return send()

    with ThreadPoolExecutor(len(sends)) as threads:
        return list(threads.map(one, sends))


def test_fifty_times_the_same_form_at_once_is_one_case_with_one_answer(
    visit: Visit, sessions: Sessions
) -> None:
    browsers = [visit("ines") for _ in range(FIFTY)]
    typed = a_filled_form(browsers[0])

    def sending(browser: Browser) -> Callable[[], TestResponse]:
        browser.get("/register")
        return lambda: browser.send("/register", **typed)

    answers = at_once(*(sending(browser) for browser in browsers))

    assert {answer.status_code for answer in answers} == {302}
    [location] = {answer.location for answer in answers}
    with sessions() as session:
        wanted = ComplaintRow.intake_key == typed["intake_key"]
        assert session.scalar(select(func.count()).where(wanted)) == 1
        reference = session.scalars(select(ComplaintRow.reference).where(wanted)).one()
    assert location == f"/registered/{reference}"


async def test_of_two_who_assign_at_once_the_loser_is_shown_the_case_as_it_is_now(
    engine: Client, visit: Visit, a_received_case: Taker
) -> None:
    reference = await opened(engine, a_received_case)
    url = f"/cases/{reference}"

    def sending(person: str, handler: str) -> Callable[[], TestResponse]:
        browser = visit(person)
        form = Page(browser.get(url)).form("Assign or transfer")
        typed = {name: form.hidden(name) for name in ("command_id", "seen_version")}
        return lambda: browser.send(f"{url}/acts/assign", **typed, handler=handler)

    wishes = {"han": sending("sun", "han"), "hugo": sending("ines", "hugo")}
    answers = await asyncio.to_thread(at_once, *wishes.values())

    outcome = {
        answer.status_code: (who, answer) for who, answer in zip(wishes, answers, strict=True)
    }
    assert set(outcome) == {302, 409}
    winner, _ = outcome[302]
    wanted, answer = outcome[409]
    page = Page(answer)
    assert "Somebody changed the case since you opened this page." in page.alert
    assert page.fact("Handler") == winner
    again = page.form("Assign or transfer")
    assert again.hidden("seen_version") == "2"
    assert wanted in again.field("Handler").value


async def test_of_two_who_note_the_receipt_of_a_report_the_loser_reads_both_numbers(
    engine: Client, visit: Visit, a_received_case: Taker
) -> None:
    major = partial(a_received_case, amount_fen=60_000_00)
    reference = await opened(engine, major)
    report = f"{reference}/report/1"

    def submits() -> None:
        lin, hong = visit("lin"), visit("hong")
        case = Page(lin.get(f"/cases/{reference}")).form("Begin a report to the regulator")
        begun = lin.send(case.action, command_id=case.hidden("command_id"))
        assert begun.status_code == 302, begun.text
        texts = {each.value: "said so on Monday" for each in ReportText}
        worded = lin.send(f"/reports/{report}", command_id=str(uuid4()), **texts)
        assert worded.status_code == 302, worded.text
        asked_for = lin.send(
            f"/reports/submission/{report}", command_id=str(uuid4()), reason="promptly"
        )
        assert asked_for.status_code == 302, asked_for.text
        asked = re.search(r"/approvals/[0-9a-f-]{36}", hong.get("/approvals").text)
        assert asked is not None
        hong.send(asked[0], outcome="approved")

    def noting(receipt: str) -> Callable[[], TestResponse]:
        browser = visit("lin")
        browser.get(f"/reports/{report}")
        typed = {
            "command_id": str(uuid4()),
            "receipt": receipt,
            "acknowledged_at": typed_instant(datetime.now(UTC)),
        }
        return lambda: browser.send(f"/reports/receipts/1/{report}", **typed)

    await asyncio.to_thread(submits)
    numbers = ("R-1", "R-2")
    answers = await asyncio.to_thread(at_once, *map(noting, numbers))
    told = dict(zip(numbers, answers, strict=True))
    assert {answer.status_code for answer in answers} == {302, 409}
    [winner] = [number for number, answer in told.items() if answer.status_code == 302]
    [loser] = set(numbers) - {winner}
    page = Page(told[loser])
    assert page.alert.endswith("The receipt of this submission is noted already.")
    assert f"Receipt number {winner}" in page.words
    assert f"It has the receipt number {winner} already; {loser} (" in page.words
