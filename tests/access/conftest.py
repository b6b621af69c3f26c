"""The pages over a real PostgreSQL, with every relation of every role in it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from temporalio.client import Client
from werkzeug.test import TestResponse

from desk.cases import CaseDesk
from engine.connection import TemporalConnection
from rulebook.attachments import read_limits
from store.database import Sessions, close_database, open_database
from store.files.attachments import AttachmentFolder
from store.policies.packs import publish_all
from store.tables import PolicyVersionRow
from tests.access.cast import (
    VISITORS,
    Told,
    Visitor,
    link_all,
    people_the_bank,
    plots,
    tell,
    verify_badly,
)
from tests.builders import MONDAY
from tests.web.conftest import hidden, some_settings
from web import create_app
from web.reports import periodic

A_PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Bank:
    """The cases that were told, by name."""

    app: Flask
    cases: dict[str, Told]

    @property
    def hub(self) -> Told:
        """The case that all others are linked to."""
        return self.cases["nobodys"]

    def browser(self, visitor: Visitor | None) -> "Browser":
        client = self.app.test_client()
        if visitor is not None:
            with client.session_transaction() as session:
                session["person"], session["number"] = visitor.id, 1
        return Browser(client)


@dataclass(slots=True)
class Browser:
    """Asks for pages and sends forms with the token of this visitor's session."""

    client: FlaskClient
    token: str = ""

    def get(self, url: str) -> TestResponse:
        return self.client.get(url)

    def send(self, url: str, **typed: object) -> TestResponse:
        if not self.token:
            page = self.client.get("/login", follow_redirects=True).text
            self.token = hidden(page, "csrf_token")
        return self.client.post(url, data={"csrf_token": self.token, **typed})


@dataclass(slots=True)
class Cells:
    """What was asked: one visitor, one case, one thing is one cell; and which of them leak."""

    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def hold(self, thing: str, who: str, case: str, *, right: bool, seen: object = "") -> None:
        """Count one cell, and remember it if it is not as the table says."""
        self.asked[thing] += 1
        if not right:
            self.wrong.append(f"{thing}: {who} x {case} {seen}".rstrip())

    def hold_all(self, thing: str, who: str, told: dict[str, bool], seen: set[str]) -> None:
        """Count one cell for each case that should be in a list, or should not."""
        for name, expected in told.items():
            self.hold(thing, who, name, right=(name in seen) == expected, seen=name in seen)


ALL_CELLS = pytest.StashKey[Cells]()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Say at the end how many cells there were."""
    counted = config.stash.get(ALL_CELLS, None)
    if counted is not None:
        told = ", ".join(f"{thing} {number}" for thing, number in sorted(counted.asked.items()))
        total, wrong = counted.asked.total(), len(counted.wrong)
        terminalreporter.write_line(f"rights: {total} cells, {wrong} wrong ({told})")


@pytest.fixture(scope="package")
def all_cells(request: pytest.FixtureRequest) -> Cells:
    """Counts over all tests of this folder."""
    counted = Cells()
    request.config.stash[ALL_CELLS] = counted
    return counted


@pytest.fixture
def cells(all_cells: Cells) -> Iterator[Cells]:
    """The cells of one test; none of them may be wrong."""
    mine = Cells()
    yield mine
    all_cells.asked.update(mine.asked)
    all_cells.wrong += mine.wrong
    assert mine.wrong == []


@pytest.fixture(scope="package")
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A database with a bank in it."""
    sessions = open_database(new_database(), journal_key=b"k" * 32)
    with sessions.begin() as session:
        publish_all(session)
        since = datetime(2026, 10, 1, 4, tzinfo=UTC)
        session.execute(update(PolicyVersionRow).values(published_at=since))
        people_the_bank(session)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="package")
def bank(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """Every case there is to be told, behind the application as it is served."""
    folder: Path = tmp_path_factory.mktemp("var")
    settings = some_settings(REDRESS_VAR_DIR=str(folder))
    files = AttachmentFolder(settings.attachments_dir)
    digest = files.keep(BytesIO(A_PDF), "statement.pdf", read_limits()).digest
    cases = {}
    for plot in plots():
        with sessions.begin() as session:
            cases[plot.name] = tell(session, plot, digest)
    with sessions.begin() as session:
        hub = cases["nobodys"]
        link_all(session, hub, [each for each in cases.values() if each is not hub])
        verify_badly(session, cases.values())

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    desk = CaseDesk(sessions, connection)
    yield Bank(create_app(settings, sessions=sessions, desk=desk), cases)
    connection.close()


@pytest.fixture(autouse=True)
def a_monday_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are looked at on the day the complaints came in."""
    monkeypatch.setattr(periodic, "now", lambda: MONDAY)


@pytest.fixture(params=sorted(VISITORS))
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """Each visitor in turn."""
    return VISITORS[request.param]
