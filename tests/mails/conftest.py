"""A bank with its pages, its mail and its mailbox."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from store.database import Sessions
from tests.imap_server import ImapServer, an_imap_server
from tests.mail_sink import MailSink
from tests.mails.post import Post
from tests.tasks.at_work import app, folder, pages, sink, visit, work
from tests.tasks.whole_bank import a_whole_bank
from tests.tasks.work import Work

__all__ = ["app", "folder", "pages", "sink", "visit", "work"]


@pytest.fixture(scope="package")
def database(database_with_packs: Callable[[], str]) -> str:
    """Where the bank of these tests keeps its records."""
    return database_with_packs()


@pytest.fixture(scope="package")
def sessions(database: str) -> Iterator[Sessions]:
    """Somebody in every office."""
    with a_whole_bank(database) as sessions:
        yield sessions


@pytest.fixture(scope="package")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """The server in which mail to the bank comes in."""
    server = an_imap_server(tmp_path_factory.mktemp("imap"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def post(app: Flask, sessions: Sessions, imap: ImapServer, sink: MailSink, work: Work) -> Post:
    """The mail between the bank and its customers."""
    settings = app.extensions["redress"].settings
    return Post(sessions, imap, sink, work, settings.attachments_dir)
