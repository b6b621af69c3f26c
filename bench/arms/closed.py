"""What a closed case keeps on disk, in all stores together: PostgreSQL, where its history lies too,
sealed, and Temporal's files, for as long as its retention lasts."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import text

from bench.arms.life import CLOSED, desk_at_work, wait_until_quiet
from bench.figures import OURS, Measured
from bench.installation import Installation, an_installation
from bench.sizes import Sizes
from bench.topology import Topology
from bench.wrong import Wrong
from engine.connection import connect
from relay.archive import Archivist

GIVES: Sequence[str] = ("bytes.kib_a_closed_case", "bytes.temporal_kib_a_closed_case")

DATABASE = text("select pg_database_size(current_database())")
ARCHIVED = text("select count(distinct reference) from histories")


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """As many lives as asked for; the first tenth only makes files have their first pages."""
    first, cases = max(sizes.closed // 10, 1), sizes.closed
    with an_installation(topology) as machine:
        machine.start_workers()
        _live(machine, "first", first)
        postgres, temporal = machine.count(DATABASE), _bytes_of_temporal(machine)
        _live(machine, "more", cases)
        if (machine.count(CLOSED), machine.count(ARCHIVED)) != (first + cases, first + cases):
            raise Wrong(
                f"bytes: {machine.count(CLOSED)} closed, {machine.count(ARCHIVED)} archived"
            )
        postgres = machine.count(DATABASE) - postgres
        temporal = _bytes_of_temporal(machine) - temporal
    print(f"  {cases} closed: {postgres // 1024} KiB in PostgreSQL, {temporal // 1024} in Temporal")
    return {
        "bytes.kib_a_closed_case": {OURS: (postgres + temporal) / 1024 / cases},
        "bytes.temporal_kib_a_closed_case": {OURS: temporal / 1024 / cases},
    }


def _live(machine: Installation, policy: str, cases: int) -> None:
    """So many whole lives, and their histories in the archive."""
    machine.publish(policy)
    with desk_at_work(machine, policy, cases) as desk:
        for stage in ("ready", "received", "prepared", "closed"):
            desk.hear(stage)
            if stage != "ready":
                wait_until_quiet(machine)
                desk.go_on()
    asyncio.run(_archive(machine))


async def _archive(machine: Installation) -> None:
    """What the worker does every ten minutes."""
    await Archivist(machine.sessions, await connect(machine.settings)).sweep()


def _bytes_of_temporal(machine: Installation) -> int:
    """Pages that hold something, in its state and in its lists."""
    used = 0
    for name in ("state", "visibility"):
        file = f"file:{machine.temporal.folder / name}.db?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as store:
            (pages,), (free,), (size,) = (
                store.execute(f"pragma {each}").fetchone()
                for each in ("page_count", "freelist_count", "page_size")
            )
            used += (pages - free) * size
    return used
