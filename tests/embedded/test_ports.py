"""Ports of the engines of one machine: the same as last time, and none that is taken."""

import socket
from itertools import islice
from pathlib import Path

from embedded.ports import LOOPBACK, OURS, free_ports, remembered_ports

NAMES = ("page", "smtp")


def test_a_port_is_the_same_as_last_time(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = remembered_ports(file, NAMES)
    assert set(first) == set(NAMES)
    assert remembered_ports(file, NAMES) == first


def test_a_port_that_another_program_has_taken_since_is_chosen_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = remembered_ports(file, NAMES)
    with socket.create_server((LOOPBACK, first["page"])):
        second = remembered_ports(file, NAMES)
    assert first["page"] not in second.values()
    assert remembered_ports(file, NAMES) == second


def test_no_port_is_given_twice() -> None:
    ports = list(islice(free_ports(), 500))
    assert len(set(ports)) == 500
    assert set(ports) <= set(OURS)


def test_a_file_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text("{")
    ports = remembered_ports(file, NAMES)
    assert ports.keys() == set(NAMES)
    assert remembered_ports(file, NAMES) == ports
