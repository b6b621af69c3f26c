"""The history page while the engine answers and no worker is at work."""

import pytest
from flask import Flask

from desk.cases import CaseDesk
from embedded.temporal_namespace import prepare_namespace
from engine.connection import TemporalConnection
from store.database import Sessions
from tests.settings import some_settings
from tests.temporal import a_client
from tests.web.browser import Taker, Visit
from tests.web.seen import Page
from web import create_app
from workflows.names import SEARCH_ATTRIBUTES

NAMESPACE = "redress-pages-without-worker"


@pytest.fixture(scope="module")
async def app(
    sessions: Sessions, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """The application, beside an engine that no worker has ever asked for work here."""
    await prepare_namespace(temporal_address, NAMESPACE, SEARCH_ATTRIBUTES)
    desk = CaseDesk(sessions, TemporalConnection(lambda: a_client(temporal_address, NAMESPACE)))
    settings = some_settings(REDRESS_VAR_DIR=str(tmp_path_factory.mktemp("var")))
    return create_app(settings, sessions=sessions, desk=desk)


def test_a_history_is_told_without_a_worker_and_says_that_there_is_none(
    a_received_case: Taker, visit: Visit
) -> None:
    url = f"/cases/{a_received_case()}/history"
    for asked in ("", "?entry=1", "?lane=people&lane=engine"):
        page = Page(visit("sun").get(f"{url}{asked}")).words
        assert "No worker is at work." in page
        assert "The engine does not answer" not in page
        assert "Complaint received" in page
    assert "Status Received" in Page(visit("sun").get(f"{url}?entry=1")).words
