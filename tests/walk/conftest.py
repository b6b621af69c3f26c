"""The trial bank that the stories of the pages happen in, and what they cost those who act."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from playwright.sync_api import Browser, expect, sync_playwright

from embedded.ports import free_ports
from tests.imap_server import ImapServer, an_imap_server
from tests.starts import Up
from tests.walk.effort import Hand
from tests.walk.staff import PATIENCE_MS, Bank

EFFORTS = pytest.StashKey[dict[str, Hand]]()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what it took somebody to get things done."""
    for what, hand in config.stash.get(EFFORTS, {}).items():
        terminalreporter.write_line(f"effort: {what}: {hand}")


@pytest.fixture(scope="session")
def efforts(request: pytest.FixtureRequest) -> dict[str, Hand]:
    """What was counted of whom, by what they did."""
    return request.config.stash.setdefault(EFFORTS, {})


@pytest.fixture(scope="package")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The server in which mail to the trial bank comes in."""
    server = an_imap_server(tmp_path_factory.mktemp("imap"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def up(engine_folder: Path, imap: ImapServer) -> Iterator[Up]:
    """Redress as a newcomer starts it, with the trial bank in it and a mailbox to read."""
    up = Up(engine_folder / "browser-story", next(free_ports()), REDRESS_MAILBOX_URL=imap.url)
    assert up.is_ready(), up.said()
    yield up
    assert up.end(signal.SIGINT) == 0
    assert up.running() == set()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One for each file: while it is there, nothing else has an event loop in this process."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def bank(browser: Browser, up: Up) -> Iterator[Bank]:
    bank = Bank(browser, up)
    yield bank
    bank.close()
    assert bank.asked_elsewhere == []
    assert bank.complaints_of_the_browser == []
