"""How much of a processor each part of an installation uses, by the accounts of the system."""

import contextlib
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")

IDLE = 0.3
"""Seconds of a processor within one second. A worker that only polls uses 0.05 to 0.09 on our
machine, more on a slower one, and one that has work to do all that it can have."""


class Meter:
    """Reads what named parts have used since it was last set to nought."""

    def __init__(self, parts: Mapping[str, int]) -> None:
        """:param parts: the first process of each part; those it starts count with it"""
        self._parts = dict(parts)
        self.restart()

    def restart(self) -> None:
        """Count from now on."""
        self._before = self._now()

    def milliseconds(self, cases: int) -> dict[str, float]:
        """Of a processor, for each of so many cases, by part."""
        now = self._now()
        return {part: 1000 * (now[part] - self._before[part]) / cases for part in self._parts}

    def _now(self) -> dict[str, float]:
        return {part: seconds_of([pid]) for part, pid in self._parts.items()}


def are_idle(roots: Iterable[int]) -> bool:
    """Whether each of them does hardly anything; takes a second to look."""
    before = {root: seconds_of([root]) for root in roots}
    time.sleep(1)
    return all(seconds_of([root]) - used < IDLE for root, used in before.items())


def seconds_of(roots: Iterable[int]) -> float:
    """Processor seconds, user and system, of these processes and of all they started, those that
    have ended among them as far as they were waited for."""
    usage, children = _all()
    waiting, seen, ticks = list(roots), set[int](), 0
    assert usage.keys() >= set(waiting), "a process that is counted has ended"
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
