"""Two people in a real browser over one letter: its author hands it over, the second reader sends
it back with a word why, reads the next version and agrees; in both languages, by day and by night,
on a wide page and on a telephone's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from domain.complaint import Language
from store.database import Sessions
from store.tables import PersonRow
from tests.mail_sink import a_listening_sink
from tests.second_readers import READ_BY_TWO, publish_read_by_two
from tests.stays import logged_in
from tests.tasks.letters import in_stans_hands
from tests.tasks.whole_bank import a_whole_bank
from tests.tasks.work import Work
from tests.walk.accessible import require_accessible
from tests.walk.served import a_chromium, seen_by, served
from tests.walk.speech import Says
from tests.walk.staff import PATIENCE_MS, require_one_line_and_no_sideways_scrolling
from tests.web.no_engine import app_without_engine

LANGUAGES = ("en", "zh")

WANTED = (
    "This policy wants a second person to read this letter first. It goes out when they agree; by"
    " post or by hand, send it then."
)


@pytest.fixture(scope="module")
def sessions(
    database_with_packs: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sessions]:
    """A bank of its own, in which answers are read by two."""
    with a_whole_bank(database_with_packs()) as sessions:
        with sessions.begin() as session:
            publish_read_by_two(session, tmp_path_factory.mktemp("policies"))
        yield sessions


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
    expect.set_options(timeout=PATIENCE_MS)
    with a_chromium(chromium) as browser:
        yield browser


@pytest.fixture
def before_them(
    browser: Browser, app: Flask, sessions: Sessions, address: str
) -> Iterator[Callable[[str], Page]]:
    """The page of somebody who has logged in."""
    contexts = []

    def log_in(person: str) -> Page:
        contexts.append(seen_by(browser, address, logged_in(app, sessions, person)))
        return contexts[-1].new_page()

    yield log_in
    for each in contexts:
        each.close()


def look(page: Page) -> None:
    """No fault that axe-core knows, and no wider than any screen."""
    require_accessible(page)
    require_one_line_and_no_sideways_scrolling(page)


def press(page: Page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button).click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_sent_back_changed_agreed_to_and_goes_out(
    work: Work,
    before_them: Callable[[str], Page],
    sessions: Sessions,
    language: str,
) -> None:
    says = Says(language)
    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language=Language(language)))
    reference = in_stans_hands(work, READ_BY_TWO)
    author, reader = before_them("stan"), before_them("sun")
    address = f"/cases/{reference}/letters/new/final-reply/zh"

    def keeps(found: str) -> None:
        author.locator("#findings").fill(found)
        author.locator("#result").fill("款项已退还。")
        author.locator("#handler_phone").fill("88886666")
        press(author, says("Keep it as a version"))
        work.carry_out_what_waits(reference)
        author.reload()

    def hands_over() -> None:
        press(author, says("Hand it to a second reader"))
        expect(
            author.get_by_text(says("It is with a second reader, and goes out when they agree."))
        ).to_be_visible()

    author.goto(address)
    keeps("机器重复扣款。")
    expect(author.get_by_text(says(WANTED))).to_be_visible()
    look(author)
    author.locator("#reply-satisfaction").select_option(index=1)
    author.locator("#reply-handled_at").fill("2026-11-20T10:00")
    author.locator("#reply-persons").fill("None at fault.")
    author.locator("#reply-lessons").fill("The machine was replaced.")
    hands_over()
    look(author)

    reader.goto("/approvals")
    expect(reader.locator(".letter-sheet")).to_contain_text("机器重复扣款。")
    expect(reader.locator(".letter-sheet")).to_contain_text(reference)
    look(reader)
    press(reader, says("Send it back"))
    expect(reader.get_by_role("alert")).to_contain_text(says("What is to be changed"))
    reader.get_by_label(says("What is to be changed")).fill("请写明到账日期。")
    press(reader, says("Send it back"))
    expect(reader.get_by_role("status").first).to_have_text(
        says("Sent back. Whoever wrote it is told why.")
    )

    author.goto("/approvals")
    answer = author.get_by_role("region").filter(has_text=reference)
    expect(answer).to_contain_text("请写明到账日期。")
    look(author)
    answer.get_by_role("link", name=says("Open the letter")).click()
    expect(author.get_by_text("请写明到账日期。")).to_be_visible()
    look(author)
    author.get_by_role("link", name=says("Go on from here, as a new version")).click()
    keeps("机器重复扣款，三日内到账。")
    expect(author.locator("#reply-persons")).to_have_value("None at fault.")
    hands_over()

    reader.goto("/approvals")
    expect(reader.locator(".letter-sheet").first).to_contain_text("三日内到账")
    press(reader, says("Agree, and let it go out"))
    work.carry_out_what_waits(reference)
    author.goto(f"/cases/{reference}/letters")
    expect(author.get_by_role("main")).to_contain_text(
        says("read before by %(person)s").partition("%")[0]
    )
    look(author)
