"""A bank with a year behind it: some hundred complaints here, all of them with `make year`, which
may be told of a folder of real ones to be beside them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from bench.year.writing import write_year
from domain.complaint import Language
from store.database import Sessions, close_database, open_database
from store.tables import PersonRow
from tests.report_days import Clock, clock_of_reports
from tests.settings import PERSONAL_KEYS
from tests.stays import logged_in
from tests.web.browser import Browser, Visit
from tests.web.no_engine import pages_without_engine
from tests.year.real_cases import import_real_cases
from tests.year.told import TOLD
from web.reports import returns

CASES = int(os.environ.get("YEAR", "300"))
"""Complaints of the year."""

DATA = os.environ.get("DATA")
"""The folder of real complaints, where they are to be counted too."""

collect_ignore = [] if DATA else ["test_real_cases.py"]


@pytest.fixture(scope="package")
def year(
    template_with_packs: Callable[[str], tuple[str, Callable[[], str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], str]:
    """Makes one more database with the year in it, which is written once."""
    url, make = template_with_packs("year")
    sessions = open_database(url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    write_year(sessions, CASES)
    if DATA:
        import_real_cases(sessions, Path(DATA), tmp_path_factory.mktemp("real"))
    close_database(sessions)
    return make


@pytest.fixture(scope="package")
def sessions(year: Callable[[], str]) -> Iterator[Sessions]:
    """The year, and beside it what its journals tell, worked out by SQL alone."""
    sessions = open_database(year(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
    with sessions.begin() as session:
        session.execute(update(PersonRow).values(language=Language.EN))
        session.connection().exec_driver_sql(TOLD)
    yield sessions
    close_database(sessions)


@pytest.fixture(scope="package")
def app(sessions: Sessions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as it is served; nothing is asked of the engine."""
    with pages_without_engine(sessions, tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture
def visit(app: Flask, sessions: Sessions) -> Visit:
    """A browser of somebody who has logged in."""

    return lambda person: Browser(logged_in(app, sessions, person))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Says what time it is on the pages of reports and returns."""
    return clock_of_reports(monkeypatch, returns)
