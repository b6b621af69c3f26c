"""Starts of the whole of Redress by its one command."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from embedded.processes import ProcessIdentity, wait_until

READY_WITHIN = 90.0

PIDS = {
    "postgres": "postgres/server.pid",
    "temporal": "temporal/server.pid",
    "worker": "run/worker.pid",
    "web": "run/web.pid",
}

OTHERS = {"DATABASE_URL", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
"""Engines that a person's own environment may name are not for these tests."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Up:
    """One `redress up` on a folder of its own, its output in a file."""

    def __init__(self, var_dir: Path, port: int, **environ: str) -> None:
        self.var_dir = var_dir
        self.port = port
        self.output = var_dir.with_suffix(".log")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "up"],
                env={
                    **{k: v for k, v in os.environ.items() if k not in OTHERS},
                    "REDRESS_VAR_DIR": str(var_dir),
                    "REDRESS_PORT": str(port),
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
        return self.process.wait(30)

    def parts(self) -> dict[str, ProcessIdentity]:
        noted = {name: ProcessIdentity.read(self.var_dir / file) for name, file in PIDS.items()}
        return {name: identity for name, identity in noted.items() if identity is not None}

    def running(self) -> set[str]:
        return {name for name, identity in self.parts().items() if identity.is_running()}
