"""The chores of upkeep as activities: verifying, signing the heads of the journals, and telling of
what units owe and of what has left its usual range."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from temporalio import activity

from activities.verification import Verifier
from crashpoints import crashpoint
from domain.upkeep import Chore, Upkeep
from rulebook.analysis.warning import read_warning_rules
from rulebook.staffing import today_in_the_bank
from store.database import Sessions, write_in_thread
from store.evidence.checkpoints import write_checkpoint
from store.operations.verification import keep_verification
from store.reports.early_warnings import tell_of_early_warnings
from store.reports.late_reports import tell_of_late_case_reports
from store.reports.telling import tell_of_reports

BEAT_SECONDS = 5
"""Between two heartbeats of a verification (default)."""


class UpkeepChores:
    """What the upkeep workflow has done. Each may be run twice without harm."""

    def __init__(
        self, sessions: Sessions, verifier: Verifier, upkeep: Upkeep, heads: Path, key: bytes
    ) -> None:
        self._sessions = sessions
        self._upkeep = upkeep
        self._verifier = verifier
        self._heads = heads
        self._key = key

    @activity.defn
    async def verify(self) -> int:
        """Compare everything and keep the result; returns how many things disagree."""
        beating = asyncio.create_task(_beat())
        try:
            verification = await self._verifier.verify()
        finally:
            beating.cancel()
        crashpoint("verification.found")
        await write_in_thread(self._sessions, keep_verification, verification)
        return len(verification.disagreements)

    @activity.defn
    def take_heads(self) -> str:
        """Sign the heads that moved into a new file; returns its name."""
        path = write_checkpoint(self._sessions, self._heads, self._key, datetime.now(UTC))
        crashpoint("heads.written")
        return path.name

    @activity.defn
    def tell_missed_checks(self) -> datetime | None:
        """Tell of every report that falls due or is overdue and every check that was missed;
        returns when something may next be due, if that comes before the next look."""
        instant = now()
        with self._sessions.begin() as session:
            closing = tell_of_reports(session, instant, self._upkeep.announced_working_days)
            tell_of_late_case_reports(session, instant)
            crashpoint("checks.told")
        next_look = instant + self._upkeep.every[Chore.CHECKS]
        return closing if closing is not None and closing <= next_look else None

    @activity.defn
    def tell_early_warnings(self) -> int:
        """Tell of every unit and cause that has left its usual range; returns how many are new."""
        with self._sessions.begin() as session:
            told = tell_of_early_warnings(session, read_warning_rules(), today_in_the_bank())
            crashpoint("warnings.told")
        return told


def now() -> datetime:
    """By which it is told what is due."""
    return datetime.now(UTC)


async def _beat() -> None:
    """Send heartbeats, so that another worker soon takes over when this one dies."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_SECONDS)
