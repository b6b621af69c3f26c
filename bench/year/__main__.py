"""A bank's year, and how long its reports take: `python -m bench.year [CASES] [--keep FOLDER]`.

Writes as many complaints (20,000 unless told otherwise) and asks for the pages of the widest
reports as their readers do, through the application in this process. A report of a year is to take
ten seconds at most, the pack for the board thirty. `--keep` leaves the database in a folder, where
the next run takes it up.
"""

import argparse
import shutil
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from bench.pages import Page, asking, desk_of_no_engine
from bench.year.bank import YEAR, bank_of_the_year
from bench.year.writing import CASES, write_year
from embedded.postgres import EmbeddedPostgres
from embedded.process_exit import leave_after
from store.database import Sessions, close_database, migrate_as_owner, open_database
from store.reports.periodic import submit_periodic_report
from store.tables import CaseRow
from tests.settings import PERSONAL_KEYS, some_settings
from web import create_app
from web.reports import periodic, returns

AFTER = datetime(2027, 1, 8, 2, tzinfo=UTC)
"""From when the year is looked back at."""

AT_MOST_SECONDS, OF_THE_BOARD_PACK = 10.0, 30.0

OWED = "/reports-owed/head-office"
SUBMITTED = Page(
    name="the same once submitted",
    who="head-supervisor",
    url=f"{OWED}/analysis-year-to-leaders/2026-01-01",
)
BOARD_PACK = Page(
    name="pack for the board",
    who="head-hr",
    url="/analysis/board-packs?from=2026-01&to=2026-12",
    is_sent=True,
)

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
        name="the same as PDF",
        who="head-supervisor",
        url=f"{OWED}/analysis-year-to-leaders/2026-01-01.pdf",
    ),
    BOARD_PACK,
    SUBMITTED,
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
    Page(name="analysis", who="head-hr", url="/analysis?from=2026-01&to=2026-12"),
)


def main() -> None:
    """Write the year, ask for each page, print the seconds."""
    asked = argparse.ArgumentParser(prog="python -m bench.year")
    asked.add_argument("cases", type=int, nargs="?", default=CASES)
    asked.add_argument("--keep", type=Path)
    chosen = asked.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="redress-year-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
            owner = open_database(
                server.owner_url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS
            )
            with owner() as records:
                there = records.scalar(select(func.count()).select_from(CaseRow)) or 0
            if not there:
                began = time.monotonic()
                write_year(owner, chosen.cases)
                took = time.monotonic() - began
                print(f"{chosen.cases} complaints of a year in {took:.0f} s", flush=True)
            close_database(owner)
            sessions = open_database(server.url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
            measure(sessions)
            close_database(sessions)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def measure(sessions: Sessions) -> None:
    """Each page once to warm up and once that counts."""
    periodic.now = returns.now = lambda: AFTER
    app = create_app(some_settings(), sessions=sessions, desk=desk_of_no_engine(sessions))
    for page in PAGES:
        if page is SUBMITTED:
            _submit(sessions)
        ask = asking(app.test_client(), sessions, page)
        ask()
        began, used = time.perf_counter(), time.process_time()
        ask()
        took, processor = time.perf_counter() - began, time.process_time() - used
        at_most = OF_THE_BOARD_PACK if page is BOARD_PACK else AT_MOST_SECONDS
        verdict = "" if took <= at_most else ", too long"
        print(f"{page.name:26} {took:6.2f} s, {processor:5.2f} of a processor{verdict}", flush=True)


def _submit(sessions: Sessions) -> None:
    began = time.perf_counter()
    words = {"problems": "None.", "proposals": "None."}
    with sessions.begin() as session:
        year = ("head-office", "analysis-year-to-leaders", date(YEAR, 1, 1))
        by = bank_of_the_year().actor("head-supervisor")
        submit_periodic_report(session, *year, by, AFTER, words)
    print(f"{'submitting it':26} {time.perf_counter() - began:6.2f} s", flush=True)


if __name__ == "__main__":
    leave_after(main)
