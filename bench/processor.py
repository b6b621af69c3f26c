"""How much of a processor each part of an installation has used."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(roots: Iterable[int]) -> float:
    """Processor seconds, user and system, of these processes and of all they started, those that
    have ended among them as far as they were waited for."""
    usage, children = _all()
    waiting, seen, ticks = list(roots), set[int](), 0
    while waiting:
        pid = waiting.pop()
        if pid in usage and pid not in seen:
            seen.add(pid)
            ticks += usage[pid]
            waiting += children.get(pid, [])
    return ticks / TICKS


def _all() -> tuple[dict[int, int], dict[int, list[int]]]:
    usage, children = dict[int, int](), dict[int, list[int]]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            usage[pid] = sum(int(each) for each in fields[11:15])
            children.setdefault(int(fields[1]), []).append(pid)
    return usage, children
