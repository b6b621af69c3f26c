"""Ports on the loopback: which are free, and which were chosen last time."""

import json
import random
import socket
from itertools import islice
from pathlib import Path

LOOPBACK = "127.0.0.1"


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


def remembered_ports(
    file: Path, names: tuple[str, ...], among: range | None = None
) -> dict[str, int]:
    """The port of each name, the same as last time unless one has been taken since.

    They are kept in `file`, so that an address noted down yesterday still works today.

    :param among: from which they are taken; the system's choice when not given
    """
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if ports.keys() != set(names) or not all(is_free(port) for port in ports.values()):
        ports = dict(zip(names, _free_ports(len(names), among), strict=True))
        file.write_text(json.dumps(ports, indent=2) + "\n")
    return ports


def _free_ports(count: int, among: range | None) -> list[int]:
    """`count` different free ports."""
    if among is not None:
        shuffled = random.sample(among, len(among))
        return list(islice(filter(is_free, shuffled), count))
    # All are held open until the last one is found.
    probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
