"""What an installation does by itself in a bank with many cases, and what it costs.

    python -m bench.upkeep CASES [--keep FOLDER]

Each look that comes back by the clock, every second, every twenty, every hour: how long it takes
while there is nothing to do, and the statement of it that takes longest. A statement may take
thirty seconds (`store.database`). No Temporal runs beside: what it is asked is not measured.
"""

import argparse
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.pages import Statements, filled, open_records
from domain.upkeep import Chore, Upkeep
from embedded.process_exit import leave_after
from relay.relay import AT_ONCE
from rulebook.analysis.warning import read_warning_rules
from rulebook.notices import read_sending
from rulebook.staffing import today_in_the_bank
from rulebook.upkeep import read_upkeep
from store.cases.approved_acts import end_late_requests
from store.cases.commands import put_back_forgotten
from store.cases.erasing import carry_on
from store.cases.unfinished import count_unfinished, unfinished
from store.database import DatabaseSession, Sessions, close_database
from store.evidence.checkpoints import write_checkpoint
from store.notices import remember_forgotten
from store.operations import retries
from store.operations.failures import suspects
from store.operations.histories import latest_archived
from store.operations.incidents import open_assignments
from store.operations.verification import cases_in_rows, disagreements_in_rows, tamperings
from store.outbox import messages
from store.outbox.messages import MessageKind
from store.people.kept_forms import let_go_of_what_is_over
from store.reports.asked import make_next
from store.reports.early_warnings import tell_of_early_warnings
from store.reports.late_reports import tell_of_late_case_reports
from store.reports.telling import tell_of_reports

KEY = b"k" * 32


def main() -> None:
    """Fill, look, print the table."""
    asked = argparse.ArgumentParser(prog="python -m bench.upkeep")
    asked.add_argument("cases", type=int)
    asked.add_argument("--keep", type=Path)
    chosen = asked.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="redress-upkeep-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with filled(folder, chosen.cases) as server:
            sessions = open_records(server.url)
            _measure(sessions, folder / "heads")
            close_database(sessions)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _measure(sessions: Sessions, heads: Path) -> None:
    statements = Statements()
    statements.listen(sessions)
    shutil.rmtree(heads, ignore_errors=True)
    heads.mkdir()
    for name, look in _looks(sessions, heads, read_upkeep()):
        statements.asked.clear()
        began = time.monotonic()
        look()
        took = time.monotonic() - began
        longest = max((seconds for seconds, _, _ in statements.asked), default=0.0)
        print(
            f"{name:44} {1000 * took:8.0f} ms, {len(statements.asked):4} statements,"
            f" the longest {1000 * longest:7.0f} ms",
            flush=True,
        )


def _looks(
    sessions: Sessions, heads: Path, upkeep: Upkeep
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each look by its name; the first one of each chore takes longest."""

    def asking(question: Callable[[DatabaseSession], object]) -> Callable[[], object]:
        def ask() -> object:
            with sessions.begin() as session:
                return question(session)

        return ask

    for kind in MessageKind:
        yield (
            f"every second: the outbox, {kind}",
            asking(partial(messages.take, kind=kind, at_most=AT_ONCE)),
        )
    yield "every second: cases tried again", asking(retries.under_way)
    yield "every second: reports asked for", lambda: make_next(sessions, datetime.now(UTC))
    sweep = f"every {upkeep.sweep_every.total_seconds():.0f} s"
    yield f"{sweep}: cases that need a workflow, counted", asking(count_unfinished)
    yield f"{sweep}: commands that were forgotten", asking(put_back_forgotten)
    yield f"{sweep}: requests that are too late", asking(end_late_requests)
    yield f"{sweep}: begun forms that are over", asking(let_go_of_what_is_over)
    yield f"{sweep}: erasures", lambda: carry_on(sessions)
    yield (
        "every minute: forgotten notices",
        asking(lambda session: remember_forgotten(session, read_sending())),
    )
    yield "every minute: failed cases, by the rows", asking(suspects)
    yield "every minute: incidents in hand", asking(open_assignments)
    yield "every minute: what is archived", asking(latest_archived)
    yield (
        "every 5 min: cases that need a workflow",
        asking(lambda session: unfinished(session, upkeep.sweep_every)),
    )
    yield (
        f"{Chore.CHECKS}: reports and checks",
        asking(
            lambda session: tell_of_reports(
                session, datetime.now(UTC), upkeep.announced_working_days
            )
        ),
    )
    yield (
        f"{Chore.CHECKS}: reports on cases",
        asking(lambda session: tell_of_late_case_reports(session, datetime.now(UTC))),
    )
    yield (
        f"{Chore.WARNINGS}",
        asking(
            lambda session: tell_of_early_warnings(
                session, read_warning_rules(), today_in_the_bank()
            )
        ),
    )
    yield f"{Chore.HEADS}: the first file", lambda: _take_heads(sessions, heads)
    yield f"{Chore.HEADS}: one with nothing new", lambda: _take_heads(sessions, heads)
    yield f"{Chore.VERIFY}: cases", asking(cases_in_rows)
    yield (
        f"{Chore.VERIFY}: disagreements in rows",
        asking(lambda session: deque(disagreements_in_rows(session, upkeep.patience), maxlen=1)),
    )
    yield (
        f"{Chore.VERIFY}: journals and heads",
        asking(lambda session: deque(tamperings(session, heads, KEY), maxlen=1)),
    )


def _take_heads(sessions: Sessions, heads: Path) -> Path:
    return write_checkpoint(sessions, heads, KEY, datetime.now(UTC))


if __name__ == "__main__":
    leave_after(main)
