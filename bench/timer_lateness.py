"""How late are timers that are due in the same second? Usage: python -m bench.timer_lateness [N]

N cases (1,000), whose senders have all set a date within one and the same second, are received on
embedded engines and taken up by a real worker. When the second comes, every one of them breaches.
Lateness is what lies between the instant the policy asked for and

* `decided`: the instant at which the workflow carried the breach out, and
* `recorded`: the instant at which its entry was written to the journal.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from sqlalchemy import func, select

from bench.installation import trial_installation
from domain.case import Actor
from domain.classification import Channel, Role
from domain.complaint import Complaint
from domain.events import Event
from domain.journal import REDRESS
from engines.process_exit import leave_after
from store.database import Sessions, close_database, open_database
from store.outbox import Kind
from store.receipts import receive_each
from store.tables import JournalRow, OutboxRow

CASES = 1_000
DUE_AFTER = timedelta(seconds=240)
"""From the receipt: more than a busy machine takes to start all workflows."""

GIVE_UP_AFTER = 600.0
"""Seconds after which what has not breached counts as lost."""

INTAKE = Actor(person=REDRESS, roles=(Role.INTAKE,), unit="")


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of one breach, in seconds after the instant the policy asked for."""

    decided: float
    recorded: float


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with trial_installation() as settings:
        sessions = open_database(settings.database_url, journal_key=settings.journal_key)
        due_at = receive_all(sessions, cases)
        wait_for(lambda: not_started(sessions) == 0)
        ahead = (due_at - datetime.now(UTC)).total_seconds()
        print(f"{cases} workflows started, {ahead:.0f} s before the second they are all due in")
        wait_for(lambda: len(breaches(sessions)) == cases)
        found = breaches(sessions)
        close_database(sessions)
    print(f"{len(found)} of {cases} have breached")
    tell("decided", [each.decided for each in found])
    tell("recorded", [each.recorded for each in found])


def receive_all(sessions: Sessions, cases: int) -> datetime:
    """Cases whose senders' dates are spread over one second; returns when it begins."""
    now = datetime.now(UTC)
    due_at = now + DUE_AFTER
    complaints = [
        Complaint(
            intake_key=f"bench/{number}",
            received_at=now,
            channel=Channel.TRANSFERRED,
            unit="head-office",
            narrative="A complaint that nobody answers in time.",
            sender="Sample authority",
            sender_due_at=due_at + number * timedelta(seconds=1) / cases,
            imported_at=now,  # a reminder a working day before it would be past already
        )
        for number in range(cases)
    ]
    with sessions.begin() as session:
        receive_each(session, complaints, INTAKE)
    return due_at


def not_started(sessions: Sessions) -> int:
    with sessions() as session:
        waiting = select(func.count()).where(OutboxRow.kind == Kind.CASE)
        return session.scalar(waiting) or 0


def breaches(sessions: Sessions) -> list[Lateness]:
    with sessions() as session:
        rows = session.execute(
            select(
                JournalRow.at, JournalRow.recorded_at, JournalRow.facts["planned_at"].astext
            ).where(JournalRow.event == Event.BREACHED)
        ).all()
    return [
        Lateness(
            decided=(at - datetime.fromisoformat(planned_at)).total_seconds(),
            recorded=(recorded_at - datetime.fromisoformat(planned_at)).total_seconds(),
        )
        for at, recorded_at, planned_at in rows
    ]


def wait_for(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + GIVE_UP_AFTER
    while not holds() and time.monotonic() < give_up_at:
        time.sleep(0.5)


def tell(what: str, seconds: list[float]) -> None:
    percentiles = quantiles(seconds, n=100, method="inclusive")
    print(
        f"{what:<9} p50 {percentiles[49]:.3f} s   p99 {percentiles[98]:.3f} s"
        f"   max {max(seconds):.3f} s   earliest {min(seconds):.3f} s"
    )


if __name__ == "__main__":
    leave_after(main)
