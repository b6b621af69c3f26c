"""The doors are those of an installation of their own, whose worker runs."""

from dataclasses import replace

import pytest

from config import Settings
from desk.cases import CaseDesk
from store.database import Sessions
from tests.bank import WHOLE
from tests.installation import client, desk, sessions, settings, terminal, working
from tests.oddities.house import House
from web import create_app

__all__ = ["client", "desk", "sessions", "settings", "terminal", "working"]


@pytest.fixture(scope="module")
def bank(sessions: Sessions) -> None:
    """Every level of a bank, and somebody in every office."""
    with sessions.begin() as session:
        WHOLE.moves_into(session)


@pytest.fixture(scope="module")
async def house(
    settings: Settings, sessions: Sessions, desk: CaseDesk, bank: None, working: None
) -> House:
    """The whole of it, with a system that may file as fast as it can."""
    unhurried = replace(settings.sign_in, token_requests_a_minute=1_000_000)
    app = create_app(replace(settings, sign_in=unhurried), sessions=sessions, desk=desk)
    return House(app, sessions, desk)
