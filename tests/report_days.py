"""What time it is on the pages of reports, and since when a bank owes them."""

from collections.abc import Callable
from datetime import datetime
from types import ModuleType

import pytest
from sqlalchemy import update

from store.database import Sessions
from store.tables import PolicyVersionRow, UnitRow
from web.kit import checks
from web.reports import periodic

Clock = Callable[[datetime], None]
"""Says what time it is."""


def in_force_since(sessions: Sessions, since: datetime) -> None:
    """Every unit owes reports since then, by rules that were published then."""
    with sessions.begin() as session:
        session.execute(update(PolicyVersionRow).values(published_at=since))
        session.execute(update(UnitRow).values(checked_since=since))


def clock_of_reports(monkeypatch: pytest.MonkeyPatch, *others: ModuleType) -> Clock:
    """The clock of these pages and of others that have one, for one test."""

    def is_now(instant: datetime) -> None:
        for module in (checks, periodic, *others):
            monkeypatch.setattr(module, "now", lambda: instant)

    return is_now
