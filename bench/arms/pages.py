"""What people wait for when a bank has many open cases: every page whose price may grow with it.

The cases are written straight into PostgreSQL, as an import would leave them, and the pages asked
for by whoever opens them, one after the other (`bench.pages`).
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.cases_in_bulk import fill
from bench.figures import OURS, Measured
from bench.pages import measure as measure_pages
from bench.sizes import Sizes
from bench.topology import Topology
from embedded.postgres import EmbeddedPostgres
from store.database import Sessions, close_database, migrate_as_owner, open_database
from tests.settings import PERSONAL_KEYS

KINDS = ("queue", "search", "case", "history", "supervision")

GIVES: Sequence[str] = (
    *(f"pages.{kind}_p95_ms" for kind in KINDS), "pages.growth",
)  # fmt: skip


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """The dearest page of each kind in the middle size, and how they grow from the smallest to the
    largest."""
    found = {cases: _dearest(cases, sizes.looks) for cases in dict.fromkeys(sizes.queues)}
    smallest, middle, largest = (found[cases] for cases in sizes.queues)
    figures = {f"pages.{kind}_p95_ms": {OURS: middle[kind]} for kind in KINDS}
    return {
        **figures,
        "pages.growth": {OURS: max(largest[kind] / smallest[kind] for kind in KINDS)},
    }


def _dearest(cases: int, looks: int) -> dict[str, float]:
    """Milliseconds below which nineteen of twenty answers came, by kind of page, the dearest page
    of each kind."""
    dearest = dict.fromkeys(KINDS, 0.0)
    with _a_bank_with(cases) as (sessions, postgres):
        for each in measure_pages(sessions, postgres, cases, looks):
            kind = each.page.name.partition(",")[0]
            if kind in dearest and each.p95 > dearest[kind]:
                dearest[kind] = each.p95
                print(f"  {cases:,} open: {each.page.name} of {each.page.who}: p50 {each.p50:.0f},"
                      f" p95 {each.p95:.0f} ms", flush=True)  # fmt: skip
    return dearest


@contextmanager
def _a_bank_with(cases: int) -> Iterator[tuple[Sessions, int]]:
    """Its rows, and the number of the server's process."""
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder / "postgres") as server:
            migrate_as_owner(server.owner_url, server.url, personal_keys=PERSONAL_KEYS)
            owner = _open(server.owner_url)
            fill(owner, cases)
            close_database(owner)
            migrate_as_owner(server.owner_url, server.url)
            sessions = _open(server.url)
            assert server.process is not None
            yield sessions, server.process.pid
            close_database(sessions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open(url: str) -> Sessions:
    return open_database(url, journal_key=b"k" * 32, personal_keys=PERSONAL_KEYS)
