"""A whole bank with its pages and its mail, for the tasks of every pack."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from domain.complaint import Language
from store.database import Sessions, close_database, open_database
from store.tables import PersonRow
from tests.bank import WHOLE
from tests.mail_sink import MailSink, a_mail_sink
from tests.settings import PERSONAL_KEYS
from tests.stays import a_stay
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit
from tests.web.no_engine import pages_without_engine


@pytest.fixture(scope="package")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """Somebody in every office of it, each with an address; the packs are published."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
        WHOLE.moves_into(session)
        address = PersonRow.id + "@bank.example"
        session.execute(update(PersonRow).values(language=Language.EN, email=address))
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="package")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    """The mail server of the bank."""
    sink = a_mail_sink(tmp_path_factory.mktemp("mail"))
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="package")
def app(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as it is served; what is asked of it is stored, to be carried out after."""
    with pages_without_engine(sessions, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture
def visit(app: Flask, sessions: Sessions) -> Visit:
    """A browser of somebody who has logged in."""

    def log_in(person: str) -> Browser:
        client = app.test_client()
        with sessions.begin() as records:
            key = a_stay(records, person)
        with client.session_transaction() as session:
            session["key"] = key
        return Browser(client)

    return log_in


@pytest.fixture
def work(sessions: Sessions, sink: MailSink) -> Work:
    """What happens to the cases of this bank."""
    return Work(sessions, sink)


@pytest.fixture
def pages(visit: Visit, work: Work) -> Pages:
    """What people do on the pages of these cases."""
    return Pages(visit, work)
