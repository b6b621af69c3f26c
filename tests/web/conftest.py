"""The pages over a real PostgreSQL, with a bank in it; the engine behind the desk is away."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from temporalio.client import Client
from werkzeug.test import TestResponse

from config import Settings
from desk.cases import CaseDesk
from domain.complaint import Language
from engine.connection import TemporalConnection
from store.cases.receipts import receive
from store.database import Sessions, close_database, open_database
from store.people.people import set_password
from store.policies.packs import publish_all
from store.tables import PersonRow
from tests.bank import SMALL
from tests.builders import a_bank, a_complaint, actor
from web import create_app

PASSWORD = "four plain words here"


@pytest.fixture(scope="package")
def sessions(new_database: Callable[[], str]) -> Iterator[Sessions]:
    """A database with a bank in it whose people can log in."""
    sessions = open_database(new_database(), journal_key=b"k" * 32)
    with sessions.begin() as session:
        publish_all(session)
        a_bank(session)
        for person in SMALL.people:
            set_password(session, person, PASSWORD)
        session.execute(update(PersonRow).values(language=Language.EN))
    yield sessions
    close_database(sessions)


def some_settings(**over: str) -> Settings:
    """Settings of a test's own; nothing listens where they point."""
    key = "dGhpcnR5LXR3byBieXRlcyBvZiBhIHRlc3Qga2V5ISE="
    return Settings.from_env(
        {
            "DATABASE_URL": "postgresql://nowhere/none",
            "TEMPORAL_ADDRESS": "127.0.0.1:1",
            "REDRESS_SECRET_KEY": "a key for the tests, as long as it must be",
            "REDRESS_PAYLOAD_KEYS": f"test:{key}",
            "REDRESS_JOURNAL_KEY": "another key for tests, long enough as well",
            **over,
        }
    )


@pytest.fixture(scope="package")
def desk(sessions: Sessions) -> Iterator[CaseDesk]:
    """A desk whose engine is away: whatever is asked of it is stored and waits."""

    async def away() -> Client:
        raise RuntimeError("nobody listens")

    connection = TemporalConnection(away)
    yield CaseDesk(sessions, connection)
    connection.close()


@pytest.fixture(scope="package")
def app(sessions: Sessions, desk: CaseDesk, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as it is served."""
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")))
    return create_app(settings, sessions=sessions, desk=desk)


Visit = Callable[[str], "Browser"]


@pytest.fixture
def visit(app: Flask, sessions: Sessions) -> Visit:
    """A browser of somebody who has logged in."""

    def log_in(person: str) -> Browser:
        client = app.test_client()
        with sessions() as records:
            row = records.scalars(select(PersonRow).where(PersonRow.login == person)).one()
        with client.session_transaction() as session:
            session["person"], session["number"] = row.id, row.session_number
        return Browser(client)

    return log_in


class Browser:
    """Asks for pages and sends forms as a browser does: each form with the token of its page.

    Every page of every test is held to be well-formed.
    """

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._token = ""

    def get(self, url: str, **how: Any) -> TestResponse:
        return _looked_at(self._client.get(url, **how))

    def ask(self, url: str, method: str) -> TestResponse:
        """Without any token of a form."""
        return self._client.open(url, method=method)

    def send(self, url: str, **typed: Any) -> TestResponse:
        """Fill in and send a form."""
        if not self._token:
            page = self.get("/login", follow_redirects=True).text
            self._token = hidden(page, "csrf_token")
        answer = self._client.post(url, data={"csrf_token": self._token, **typed})
        if url in {"/login", "/logout"}:
            self._token = ""  # Another session has begun, with tokens of its own.
        return _looked_at(answer)


def _looked_at(answer: TestResponse) -> TestResponse:
    if answer.mimetype == "text/html" and answer.location is None:
        require_well_formed(answer.text)
    return answer


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"the page has no hidden field {name}"
    return found[1]


VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path", "circle"}


class _Elements(HTMLParser):
    """Every element is closed where it was opened, and every id is there once."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("id")
        assert named not in self.ids or named is None, f"the id {named} is there twice"
        self.ids.add(named or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> closes another element"


def require_well_formed(page: str) -> None:
    """A page is one whole document."""
    elements = _Elements()
    elements.feed(page)
    assert not elements.open, f"never closed: {elements.open}"
    assert re.search(r"<title>[^<]+</title>", page)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
    for field in fields:
        if 'type="hidden"' not in field:
            named = re.search(r' id="([^"]+)"', field)
            assert named is not None, f"no id on {field}"
            assert named[1] in labelled, f"no label for {field}"


@pytest.fixture
def a_received_case(sessions: Sessions) -> Callable[..., str]:
    """Takes a complaint down and gives its reference."""

    def take(by: str = "ines", **over: Any) -> str:
        with sessions.begin() as session:
            return receive(session, a_complaint(**over), actor(by)).reference

    return take
