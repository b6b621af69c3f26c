"""Machines beside this one, as far as one machine can be several: each with a network and a name of
its own where this account may make them (root on Linux), else at another address of the loopback;
always with a folder, a copy of the program and an environment of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.architecture.code import ROOT

_NOT_THE_PROGRAM = (".*", "var", "tests", "bench", "docs", "findings", "tools", "__pycache__")

_FOR_TRYING = IPv4Network("198.18.0.0/15")
"""Addresses that no network has (RFC 2544)."""

_ADDRESSES = 8


class Network:
    """One network of this machine and the machines beside it, for as long as the `with` lasts."""

    def __init__(self, machines: Sequence[str]) -> None:
        self._machines = machines
        self._bridge = f"rd{os.getpid()}"
        self._is_apart = False
        self.address = "127.0.0.2"
        """Of this machine, where the others reach it."""

    def __enter__(self) -> Self:
        subnets = _FOR_TRYING.num_addresses // _ADDRESSES
        first = _FOR_TRYING[os.getpid() % subnets * _ADDRESSES]
        here, *there = list(IPv4Network(f"{first}/29").hosts())
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            try:
                self._make(str(here), [str(each) for each in there])
            except subprocess.CalledProcessError:
                self._remove()
                raise
            self._is_apart, self.address = True, str(here)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_apart:
            self._remove()

    def on(self, machine: str) -> tuple[str, ...]:
        """What is written before a command that is to run on that machine."""
        if not self._is_apart:
            return ()
        named = ("unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', machine)
        return ("ip", "netns", "exec", self._namespace(machine), *named)

    def _namespace(self, machine: str) -> str:
        return f"{self._bridge}-{machine}"

    def _make(self, here: str, there: Sequence[str]) -> None:
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{here}/29", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for number, (machine, address) in enumerate(zip(self._machines, there, strict=False)):
            namespace, cable = self._namespace(machine), f"{self._bridge}v{number}"
            _ip("netns", "add", namespace)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
            _ip("link", "set", cable, "master", self._bridge, "up")
            _ip("-n", namespace, "addr", "add", f"{address}/29", "dev", "eth0")
            for each in ("lo", "eth0"):
                _ip("-n", namespace, "link", "set", each, "up")

    def _remove(self) -> None:
        for machine in self._machines:
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self._namespace(machine))
        with contextlib.suppress(subprocess.CalledProcessError):
            _ip("link", "del", self._bridge)


class MachineApart:
    """One machine with a worker."""

    def __init__(self, network: Network, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._network = network
        self._worker: subprocess.Popen[bytes] | None = None
        shutil.copytree(ROOT, folder / "program", ignore=shutil.ignore_patterns(*_NOT_THE_PROGRAM))
        self.environ: Mapping[str, str] = {}

    def start(self, **told: str) -> None:
        """Start its worker; `told` goes before what is written down there."""
        with (self.folder / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen(
                [*self._network.on(self.name), sys.executable, "-m", "worker"],
                cwd=self.folder / "program",
                env={**self._environ(), **told},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Let its worker end, which gives its cases to the others."""
        if self._worker is None:
            return
        self._worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._worker.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._worker.pid, signal.SIGKILL)
        self._worker.wait()
        self._worker = None

    def is_well(self) -> bool:
        """What its health check says."""
        asked = [*self._network.on(self.name), sys.executable, "-m", "cli.main", "listening"]
        done = subprocess.run(
            asked, cwd=self.folder / "program", env=self._environ(), capture_output=True
        )
        return done.returncode == 0

    def ended_saying(self) -> str:
        """What a worker that does not start leaves as its last words."""
        assert self._worker is not None
        assert self._worker.wait(120) == 1
        self._worker = None
        return self.said()

    def said(self) -> str:
        """Its log."""
        return (self.folder / "worker.log").read_text()

    @property
    def pid(self) -> int:
        assert self._worker is not None
        return self._worker.pid

    def _environ(self) -> dict[str, str]:
        """Nothing of this machine's but where programs are."""
        return {"PATH": os.environ.get("PATH", os.defpath), **self.environ}


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
