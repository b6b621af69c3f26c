"""Banks whose journals are sealed, each test with one of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.database import Sessions, close_database
from store.operations.erasures import Folders
from tests.store.evidence.sealed import a_sealing_bank


@pytest.fixture
def sessions(database_with_packs: Callable[[], str]) -> Iterator[Sessions]:
    """The records of a bank, whose dump is looked through whole."""
    sessions = a_sealing_bank(database_with_packs())
    yield sessions
    close_database(sessions)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Where its files lie."""
    return Folders(
        attachments=tmp_path / "attachments", uploads=tmp_path / "uploads", heads=tmp_path / "heads"
    )
