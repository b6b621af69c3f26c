"""A whole bank with its pages and its mail, for the tasks of every pack."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from store.database import Sessions
from tests.mail_sink import MailSink
from tests.tasks.at_work import app, folder, pages, sink, visit, work
from tests.tasks.letters import Letters
from tests.tasks.whole_bank import a_whole_bank
from tests.tasks.work import Work
from tests.web.browser import Visit

__all__ = ["app", "folder", "pages", "sink", "visit", "work"]


@pytest.fixture(scope="package")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """The bank of all files that say nothing else."""
    with a_whole_bank(database_with_packs()) as sessions:
        yield sessions


@pytest.fixture
def letters(app: Flask, sessions: Sessions, sink: MailSink, work: Work, visit: Visit) -> Letters:
    """Stan's, on the pages of letters."""
    return Letters(app, sessions, sink, work, visit("stan"))
