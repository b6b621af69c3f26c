"""An embedded Temporal server: the official one, as one process on SQLite files.

All four services run in it, every port is on the loopback, and its state survives `kill -9`. Our
own facts lie in PostgreSQL; production keeps Temporal's state there too.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import yaml

from embedded.certificates import Certificates
from embedded.ports import LOOPBACK, answers, remembered_ports
from embedded.problems import SetupProblem, disk_problem
from embedded.processes import wait_until
from embedded.server import EmbeddedServer
from embedded.temporal_build import temporal_server_binary

SERVICES = ("frontend", "history", "matching", "worker")

TIME_SKIPPING_NAMESPACES = ("redress-test", "redress-rehearsal")
"""Where a case may be moved in time. Never the namespace that holds real cases."""

DYNAMIC = Path(__file__).parents[1] / "deploy" / "temporal-dynamic.yaml"
"""The dynamic settings that production has too."""

READY_WITHIN = 60.0
"""Seconds until it must listen (default)."""

COLLECTS_AFTER = "400"
"""Percent by which its memory may grow before Go collects what is left over (default). With the 100
of Go itself a server with little in memory collects all the time, also while nothing happens."""

_PORTS = tuple(f"{service}.{use}" for service in SERVICES for use in ("grpc", "membership"))


class TemporalServer(EmbeddedServer):
    """One Temporal server."""

    name = "temporal"
    ends_on = signal.SIGTERM
    ends_within = 10.0
    ports_wanted = _PORTS

    def __init__(
        self,
        folder: Path,
        dynamic: Mapping[str, Any] | None = None,
        tls: Certificates | None = None,
    ) -> None:
        """:param dynamic: settings of the server's dynamic configuration besides our own
        :param tls: what it shows to everybody; then it answers only whom the same authority signed
        """
        super().__init__(folder.absolute())
        self._dynamic = dict(dynamic or {})
        self._tls = tls
        self._ports: dict[str, int] = {}

    @property
    def address(self) -> str:
        """Host and port of the frontend, for clients and workers."""
        return f"{LOOPBACK}:{self._ports['frontend.grpc']}"

    def start(self, output: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it, building it first on a machine that never had it; back when it listens."""
        binary = temporal_server_binary()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.end_predecessor()
            self._ports = remembered_ports(self.folder / "ports.json", self.ports_wanted)
            self._write_configuration()
            if output is None:
                with (self.folder / "server.log").open("ab") as log:
                    self.process = self._run(binary, log)
            else:
                self.process = self._run(binary, output)
        except OSError as error:
            raise disk_problem(error, self.folder) or error from error
        self._wait_until_listening(self.process)
        return self.process

    def _run(self, binary: Path, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self._command(binary),
            cwd=self.folder,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for whoever started us, who ends it in order
        )
        self.note(process)
        return process

    def _command(self, binary: Path) -> list[str]:
        # fmt: off
        return [str(binary), "--config-file", str(self._configuration_file),
                "--allow-no-auth",  # reachable from this machine only
                "start"]
        # fmt: on

    def _environ(self) -> dict[str, str]:
        return {"GOGC": COLLECTS_AFTER, **os.environ}

    def _wait_until_listening(self, process: subprocess.Popen[bytes]) -> None:
        port = self._ports["frontend.grpc"]
        wait_until(lambda: process.poll() is not None or answers(port), READY_WITHIN)
        if process.poll() is not None or not answers(port):
            self.stop()
            raise SetupProblem(
                "The Temporal server did not start; its own words are in the log above or in"
                f" {self.folder / 'server.log'}."
            )

    @property
    def _configuration_file(self) -> Path:
        return self.folder / "server.yaml"

    def _write_configuration(self) -> None:
        dynamic = self.folder / "dynamic.yaml"
        more = {name: [{"value": value}] for name, value in self._dynamic.items()}
        dynamic.write_text(yaml.safe_dump({**_dynamic_configuration(), **more}))
        self._configuration_file.write_text(yaml.safe_dump(self._configuration(dynamic)))

    def _configuration(self, dynamic: Path) -> dict[str, Any]:
        frontend = f"{LOOPBACK}:{self._ports['frontend.grpc']}"
        return {
            "log": {"stdout": True, "level": "warn", "format": "console"},
            "persistence": {
                "defaultStore": "state",
                "visibilityStore": "visibility",
                "numHistoryShards": 4,
                "datastores": {
                    "state": _sqlite(self.folder / "state.db"),
                    "visibility": _sqlite(self.folder / "visibility.db"),
                },
            },
            "global": {
                "membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK},
                **({"tls": _mutual_tls(self._tls)} if self._tls else {}),
            },
            "services": {
                service: {
                    "rpc": {
                        "grpcPort": self._ports[f"{service}.grpc"],
                        "membershipPort": self._ports[f"{service}.membership"],
                        "bindOnLocalHost": True,
                    }
                }
                for service in SERVICES
            },
            "clusterMetadata": {
                "enableGlobalNamespace": False,
                "failoverVersionIncrement": 10,
                "masterClusterName": "active",
                "currentClusterName": "active",
                "clusterInformation": {
                    "active": {
                        "enabled": True,
                        "initialFailoverVersion": 1,
                        "rpcName": "frontend",
                        "rpcAddress": frontend,
                    }
                },
            },
            "dcRedirectionPolicy": {"policy": "noop"},
            "dynamicConfigClient": {"filepath": str(dynamic), "pollInterval": "10s"},
        }


def _mutual_tls(certificates: Certificates) -> dict[str, Any]:
    """Every port wants a certificate, those by which the services of the server speak to each other
    too."""
    shown = {
        "certFile": str(certificates.certificate.absolute()),
        "keyFile": str(certificates.key.absolute()),
        "clientCaFiles": [str(certificates.authority.absolute())],
        "requireClientAuth": True,
    }
    trusted = {"serverName": LOOPBACK, "rootCaFiles": [str(certificates.authority.absolute())]}
    return {side: {"server": shown, "client": trusted} for side in ("internode", "frontend")}


def _sqlite(file: Path) -> dict[str, Any]:
    """A store in one SQLite file: what is answered as done is on the disk."""
    return {
        "sql": {
            "pluginName": "sqlite",
            "databaseName": str(file),
            "connectAddr": "localhost",
            "connectProtocol": "tcp",
            "connectAttributes": {
                "mode": "rwc",
                "cache": "private",
                "setup": "true",  # creates the schema; harmless when it is there
                "journal_mode": "wal",
                "synchronous": "2",
            },
            "maxConns": 1,
            "maxIdleConns": 1,
            "maxConnLifetime": "1h",
        }
    }


def shared_dynamic_settings() -> dict[str, Any]:
    """What both servers have, embedded and in production: one file is the source of both."""
    shared: dict[str, Any] = yaml.safe_load(DYNAMIC.read_text(encoding="utf-8"))
    return shared


def _dynamic_configuration() -> dict[str, Any]:
    """What production has, and time to skip where no real case is."""
    skipping = [
        {"value": True, "constraints": {"namespace": namespace}}
        for namespace in TIME_SKIPPING_NAMESPACES
    ]
    return {**shared_dynamic_settings(), "frontend.WorkflowTimeSkippingEnabled": skipping}
