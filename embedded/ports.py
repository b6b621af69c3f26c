"""Ports on the loopback: which are free, and which were chosen last time."""

import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"

OURS = range(10_000, 32_000)
"""Ports of our servers, below those that a system lends to whoever connects, from 32,768 on: one of
these may be lent out between the choice of it and the start of its server. Nor does Temporal's
schema for PostgreSQL, in which a member's port is a smallint, take a higher one."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a port in TIME_WAIT after a crash counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something accepts connections on `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def free_ports() -> Iterator[int]:
    """Ports on which nobody listens, none of them twice, in no order."""
    return filter(is_free, random.sample(OURS, len(OURS)))


def remembered_ports(file: Path, names: tuple[str, ...]) -> dict[str, int]:
    """The port of each name, the same as last time unless one has been taken since.

    They are kept in `file`, so that an address noted down yesterday still works today; one that was
    cut short is made anew.
    """
    try:
        ports: dict[str, int] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        ports = {}
    if ports.keys() != set(names) or not all(is_free(port) for port in ports.values()):
        ports = dict(zip(names, free_ports(), strict=False))
        file.write_text(json.dumps(ports, indent=2) + "\n")
    return ports
