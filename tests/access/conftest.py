"""The pages over a real PostgreSQL, with every relation of every role in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from sqlalchemy import update
from temporalio.client import Client

from desk.cases import CaseDesk
from engine.connection import TemporalConnection
from rulebook.attachments import read_limits
from store.database import Sessions, close_database, open_database
from store.files.attachments import AttachmentFolder
from store.tables import PolicyVersionRow
from tests.access.asking import Bank, Cells
from tests.access.cast import (
    VISITORS,
    Visitor,
    link_all,
    people_the_bank,
    plots,
    tell,
    verify_badly,
)
from tests.builders import MONDAY
from tests.settings import PERSONAL_KEYS, some_settings
from web import create_app
from web.reports import periodic

A_PDF = b"%PDF-1.7\n%%EOF\n"


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
def cells(all_cells: Cells, record_property: Callable[[str, object], None]) -> Iterator[Cells]:
    """The cells of one test; none of them may be wrong."""
    mine = Cells()
    yield mine
    record_property("checked", mine.asked.total())
    all_cells.asked.update(mine.asked)
    all_cells.wrong += mine.wrong
    assert mine.wrong == []


@pytest.fixture(scope="package", autouse=True)
def all_escalations() -> Iterator[None]:
    """Supervision shows all of them here, and not the oldest alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("store.reads.tasks.ESCALATIONS_SHOWN", 1_000)
        yield


@pytest.fixture(scope="package")
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """A database with a bank in it."""
    sessions = open_database(
        database_with_packs(), journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
    )
    with sessions.begin() as session:
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
    with files.laid_down(BytesIO(A_PDF), "statement.pdf", read_limits()) as kept:
        digest = kept.digest
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
    yield Bank(create_app(settings, sessions=sessions, desk=desk), connection, cases, sessions)
    connection.close()


@pytest.fixture(autouse=True)
def a_monday_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are looked at on the day the complaints came in."""
    monkeypatch.setattr(periodic, "now", lambda: MONDAY)


@pytest.fixture(params=sorted(VISITORS))
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """Each visitor in turn."""
    return VISITORS[request.param]
