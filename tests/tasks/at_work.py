"""A bank at work: its pages, its mail, and the people who act there. Taken up in `conftest.py` by
the rooms whose tests tell what happens to cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from store.database import Sessions
from tests.mail_sink import MailSink, a_listening_sink
from tests.stays import logged_in
from tests.tasks.pages import Pages
from tests.tasks.work import Work
from tests.web.browser import Browser, Visit
from tests.web.no_engine import pages_without_engine


@pytest.fixture(scope="package")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailSink]:
    """The server that takes the bank's mail."""
    with a_listening_sink(tmp_path_factory.mktemp("mail")) as sink:
        yield sink


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bank keeps its files."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="package")
def app(sessions: Sessions, folder: Path) -> Iterator[Flask]:
    """The application as it is served; what is asked of it is stored, to be carried out after."""
    with pages_without_engine(sessions, folder) as app:
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
