"""A whole bank with its pages and its mail, for the tasks of every pack."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from store.database import Sessions
from tests.mail_sink import MailSink, a_listening_sink
from tests.stays import logged_in
from tests.tasks.letters import Letters
from tests.tasks.pages import Pages
from tests.tasks.whole_bank import a_whole_bank
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit
from tests.web.no_engine import pages_without_engine


@pytest.fixture(scope="package")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """The bank of all files that say nothing else."""
    with a_whole_bank(database_with_packs()) as sessions:
        yield sessions


@pytest.fixture(scope="package")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    """The mail server of the bank."""
    with a_listening_sink(tmp_path_factory.mktemp("mail")) as sink:
        yield sink


@pytest.fixture(scope="package")
def app(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as it is served; what is asked of it is stored, to be carried out after."""
    with pages_without_engine(sessions, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture
def visit(app: Flask, sessions: Sessions) -> Visit:
    """A browser of somebody who has logged in."""

    return lambda person: Browser(logged_in(app, sessions, person))


@pytest.fixture
def work(sessions: Sessions, sink: MailSink) -> Work:
    """What happens to the cases of this bank."""
    return Work(sessions, sink)


@pytest.fixture
def pages(visit: Visit, work: Work) -> Pages:
    """What people do on the pages of these cases."""
    return Pages(visit, work)


@pytest.fixture
def letters(app: Flask, sessions: Sessions, sink: MailSink, work: Work, visit: Visit) -> Letters:
    """Stan's, on the pages of letters."""
    return Letters(app, sessions, sink, work, visit("stan"))
