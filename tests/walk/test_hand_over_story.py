"""HR in a real browser: what is new, a file of it saved, its receipt, and nothing left; in both
languages, on a wide page and on a telephone's.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from domain.acts import Commend
from domain.complaint import Language
from store.database import Sessions, close_database, open_database
from store.tables import PersonRow
from tests.bank import WHOLE
from tests.mail_sink import a_listening_sink
from tests.settings import PERSONAL_KEYS
from tests.stays import logged_in
from tests.tasks.held_responsible import closed
from tests.tasks.work import Work
from tests.walk.accessible import require_accessible
from tests.walk.served import a_chromium, seen_by, served
from tests.web.no_engine import app_without_engine

PICTURES = os.environ.get("REDRESS_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


@pytest.fixture(scope="module")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A bank of its own."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        WHOLE.moves_into(session)
        session.execute(update(PersonRow).values(language=Language.EN))
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="module")
def work(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    with a_listening_sink(tmp_path_factory.mktemp("mail")) as sink:
        yield Work(sessions, sink)


app = app_without_engine


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with a_chromium(chromium) as browser:
        yield browser


@pytest.fixture
def hong(browser: Browser, app: Flask, sessions: Sessions, address: str) -> Iterator[Page]:
    """HR, logged in."""
    context = seen_by(browser, address, logged_in(app, sessions, "hong"))
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    """The page has no fault that axe-core knows, and fits a telephone's width."""
    require_accessible(page)
    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} wide on {width}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1200, "height": 900})


def test_human_resources_take_over_what_was_decided(
    work: Work, hong: Page, sessions: Sessions
) -> None:
    hong.goto("/hr-hand-over")
    expect(hong.get_by_text("Nothing waits to be handed over.")).to_be_visible()
    look(hong, "empty")
    references = [closed(work), closed(work)]
    for reference in references:
        work.does(reference, Commend(person="hugo"), "sun")

    hong.goto("/tasks")
    hong.get_by_role("link", name="Note the receipt of HR").first.click()
    expect(hong.get_by_role("row")).to_have_count(3)
    look(hong, "new")
    hong.get_by_role("button", name="Make a file of these").click()
    expect(hong.get_by_text("Nothing waits to be handed over.")).to_be_visible()
    with hong.expect_download() as fetched:
        hong.get_by_role("link", name="XLSX").click()
    assert fetched.value.suggested_filename.endswith(".xlsx")
    for reference in references:
        work.carry_out_what_waits(reference)

    hong.get_by_role("button", name="It is in our system").click()
    expect(hong.get_by_role("alert").filter(has_text="Write down the number")).to_be_visible()
    look(hong, "refused")
    hong.get_by_label("Receipt of your system").fill("HR-2026-0815")
    hong.get_by_role("button", name="It is in our system").click()
    expect(hong.get_by_text("Receipt: HR-2026-0815")).to_be_visible()
    for reference in references:
        work.carry_out_what_waits(reference)
    look(hong, "received")
    hong.get_by_role("link", name="What is in file 1").click()
    expect(hong.get_by_role("row")).to_have_count(3)
    look(hong, "contents")
    hong.goto("/tasks")
    expect(hong.get_by_role("link", name="Note the receipt of HR")).to_have_count(0)

    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language=Language.ZH))
    hong.goto("/hr-hand-over")
    expect(hong.get_by_role("heading", name="人力资源移交")).to_be_visible()
    look(hong, "chinese")
