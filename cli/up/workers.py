"""The workers that `redress up` keeps side by side: as many as the machine has processors to spare,
each with its share of the cases that are kept ready, and each with its own sign of life."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import Settings, whole_number

HOW_MANY = "REDRESS_WORKERS"
"""How many there are to be."""

AT_MOST = 64
"""Workers of one machine (default)."""

CONNECTIONS = 50
"""To PostgreSQL that a worker may have at once: two for each of its threads, and its bell."""

OTHER_CONNECTIONS = 100
"""Of the web and of commands (default)."""


@dataclass(frozen=True, slots=True)
class WorkerOfMany:
    """One of them."""

    name: str
    """As the log calls it."""
    environ: Mapping[str, str]
    """What it is told that differs from the others."""
    listening_file: Path
    """Where it leaves word of itself (`relay.listening`)."""


def how_many(environ: Mapping[str, str]) -> int:
    """As many as somebody has said, else a processor each, one left for the engines and the web.

    :raises SettingsRefused: what was said is no such number
    """
    spare = max(1, _processors() - 1)
    return whole_number(environ, HOW_MANY, min(spare, AT_MOST), AT_MOST)


def connections(count: int) -> int:
    """How many the embedded PostgreSQL allows for so many workers."""
    return OTHER_CONNECTIONS + CONNECTIONS * max(count, 2)


def names(count: int) -> tuple[str, ...]:
    """What so many workers are called."""
    if count == 1:
        return ("worker",)
    return tuple(f"worker-{number}" for number in range(1, count + 1))


def side_by_side(settings: Settings, count: int) -> tuple[WorkerOfMany, ...]:
    """So many workers of one installation. One alone has the installation's own folder."""
    if count == 1:
        return tuple(WorkerOfMany(name, {}, settings.listening_file) for name in names(count))
    return tuple(_one_of(settings, count, name) for name in names(count))


def _one_of(settings: Settings, count: int, name: str) -> WorkerOfMany:
    own = settings.var_dir / "run" / name
    own.mkdir(parents=True, exist_ok=True)
    told = {
        "REDRESS_CASES_IN_MEMORY": str(max(1, settings.cases_in_memory // count)),
        # A folder of its own for its word of itself; what all of them share stays where it is.
        "REDRESS_VAR_DIR": str(own),
        "REDRESS_HEADS_DIR": str(settings.heads_dir),
        "REDRESS_ATTACHMENTS_DIR": str(settings.attachments_dir),
        "REDRESS_UPLOADS_DIR": str(settings.uploads_dir),
    }
    return WorkerOfMany(name, told, own / settings.listening_file.name)


def _processors() -> int:
    """Those this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
