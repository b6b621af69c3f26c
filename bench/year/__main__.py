"""A bank's year, and how long its reports take: `python -m bench.year [CASES]`.

Writes as many complaints (20,000 unless told otherwise) and asks for the pages of the widest
reports as their readers do, through the application in this process. A report of a year is to take
ten seconds at most.
"""

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.pages import Page, asking, desk_of_no_engine
from bench.year.writing import CASES, write_year
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from store.database import Sessions, close_database, migrate_as_owner, open_database
from tests.settings import PERSONAL_KEYS, some_settings
from web import create_app
from web.reports import periodic, returns

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)
"""From when the year is looked back at."""

AT_MOST_SECONDS = 10.0

OWED = "/reports-owed/head-office"
PAGES = (
    Page(
        name="report of the year",
        who="head-supervisor",
        url=f"{OWED}/analysis-year-to-leaders/2026-01-01",
    ),
    Page(
        name="the same as XLSX",
        who="head-supervisor",
        url=f"{OWED}/analysis-year-to-leaders/2026-01-01.xlsx",
    ),
    Page(
        name="report of a half-year",
        who="head-supervisor",
        url=f"{OWED}/analysis-to-leaders/2026-07-01",
    ),
    Page(
        name="quarterly return",
        who="head-regulator_liaison",
        url="/returns/cn-quarterly/2026-10-01",
    ),
    Page(
        name="the same on two days",
        who="head-regulator_liaison",
        url="/returns/cn-quarterly/2026-07-01?known=2026-12-31&against=2026-09-30",
    ),
    Page(
        name="assessment, all units", who="head-hr", url="/assessment?cadence=year&day=2026-01-01"
    ),
    Page(
        name="assessment, head office",
        who="head-hr",
        url="/assessment/head-office?cadence=year&day=2026-01-01",
    ),
)


def main() -> None:
    """Write the year, ask for each page, print the seconds."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    folder = Path(tempfile.mkdtemp(prefix="redress-year-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
            owner = open_database(
                server.owner_url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
            )
            began = time.monotonic()
            write_year(owner, cases)
            print(f"{cases} complaints of a year in {time.monotonic() - began:.0f} s", flush=True)
            close_database(owner)
            sessions = open_database(server.url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
            measure(sessions)
            close_database(sessions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(sessions: Sessions) -> None:
    """Each page once to warm up and once that counts."""
    periodic.now = returns.now = lambda: AFTER
    app = create_app(some_settings(), sessions=sessions, desk=desk_of_no_engine(sessions))
    for page in PAGES:
        ask = asking(app.test_client(), sessions, page)
        ask()
        began, used = time.perf_counter(), time.process_time()
        ask()
        took, processor = time.perf_counter() - began, time.process_time() - used
        verdict = "" if took <= AT_MOST_SECONDS else ", too long"
        print(f"{page.name:26} {took:6.2f} s, {processor:5.2f} of a processor{verdict}", flush=True)


if __name__ == "__main__":
    leave_after(main)
