"""Starts of the whole of Redress by its one command, and of the worker alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from embedded.processes import ProcessIdentity, wait_until

READY_WITHIN = 150.0
"""Seconds: it takes some ten on a machine with nothing else to do."""

STOPS_WITHIN = 90.0
"""Seconds: a worker has three parts, one after the other, and each lets its work finish, twenty at
most (`worker.STOP_WITHIN`)."""

PIDS = {
    "postgres": "postgres/server.pid",
    "temporal": "temporal/server.pid",
    "worker": "run/worker.pid",
    "web": "run/web.pid",
}

OTHERS = {"DATABASE_URL", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
"""Engines that a person's own environment may name are not for these tests."""


class Up:
    """One `redress up` on a folder of its own, its output in a file."""

    verb = "up"
    pids: Mapping[str, str] = PIDS

    def __init__(self, var_dir: Path, port: int, **environ: str) -> None:
        self.var_dir = var_dir
        self.port = port
        self.output = var_dir.with_suffix(".log")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", self.verb],
                env={
                    **{k: v for k, v in os.environ.items() if k not in OTHERS},
                    "REDRESS_VAR_DIR": str(var_dir),
                    "REDRESS_PORT": str(port),
                    "REDRESS_WORKERS": "1",  # however many processors there are
                    **environ,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def is_ready(self) -> bool:
        return wait_until(
            lambda: "ready after" in self.said() or self.process.poll() is not None, READY_WITHIN
        ) and (self.process.poll() is None)

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(READY_WITHIN)

    def parts(self) -> dict[str, ProcessIdentity]:
        noted = {
            name: ProcessIdentity.read(self.var_dir / file) for name, file in self.pids.items()
        }
        return {name: identity for name, identity in noted.items() if identity is not None}

    def running(self) -> set[str]:
        return {name for name, identity in self.parts().items() if identity.is_running()}


class Two(Up):
    """One `redress up` with two workers."""

    pids: Mapping[str, str] = MappingProxyType(
        {
            **{name: file for name, file in PIDS.items() if name != "worker"},
            **{name: f"run/{name}.pid" for name in ("worker-1", "worker-2")},
        }
    )

    def __init__(self, var_dir: Path, port: int) -> None:
        super().__init__(var_dir, port, REDRESS_WORKERS="2")


class Production(Up):
    """One `redress production`; what it keeps lies in a folder below."""

    verb = "production"
    pids: Mapping[str, str] = MappingProxyType(
        {
            "postgres": "production/postgres/server.pid",
            "temporal": "production/temporal/server.pid",
            **{
                name: f"production/run/{name}.pid"
                for name in ("worker-1", "worker-2", "web-1", "web-2")
            },
        }
    )


class Worker:
    """The worker as a process of its own, as it runs in a bank."""

    def __init__(self, environ: Mapping[str, str], log: Path, **first_life: str) -> None:
        self._environ = environ
        self._log = log
        self.process = self._run(first_life)

    def _run(self, also: Mapping[str, str] = MappingProxyType({})) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "worker"],
                env={**os.environ, **self._environ, **also},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def killed_and_started_again(self) -> None:
        self.stop(signal.SIGKILL)
        self.process = self._run()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(STOPS_WITHIN)

    def dies(self, within: float) -> bool:
        """Whether it kills itself in time, at the point for which its first life is armed."""
        return self.process.wait(within) == -signal.SIGKILL

    def starts_again(self) -> None:
        """As the keeper starts it again; it is armed no more."""
        self.process = self._run()
