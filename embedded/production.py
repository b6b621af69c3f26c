"""The topology of `docker-compose.yml` on one machine, without containers: both engines and what
each of our own services is told, everything in one folder."""

import base64
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedded.certificates import Certificates, ensure_certificates
from embedded.compose import Compose
from embedded.contrib_postgres import postgres_programs
from embedded.problems import SetupProblem
from embedded.production_postgres import ProductionPostgres
from embedded.production_temporal import ProductionTemporal
from embedded.temporal_build import SQL_TOOL, built

PROGRAMS = Path(sys.executable).parent
"""Where `redress` and `gunicorn` are, beside our Python."""

_OURS = ("REDRESS_", "TEMPORAL_", "DATABASE_URL", "POSTGRES_", "SQL_")


def fresh_secrets() -> dict[str, str]:
    """Everything secret that the compose file asks for; docs/operations.md makes the same by hand.

    Whoever loses the keys loses what is encrypted with them.
    """
    payload, personal = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return {
        **{name: secrets.token_urlsafe(48) for name in _WORDS},
        "REDRESS_PAYLOAD_KEYS": f"first:{payload}:bound",
        "REDRESS_PERSONAL_KEYS": f"first:{personal}",
    }


_WORDS = (
    "POSTGRES_PASSWORD",
    "REDRESS_OWNER_PASSWORD",
    "REDRESS_DATABASE_PASSWORD",
    "TEMPORAL_DATABASE_PASSWORD",
    "REDRESS_SECRET_KEY",
    "REDRESS_JOURNAL_KEY",
)


class ProductionTopology:
    """Both engines of production in `folder`, and the environment of each service of ours."""

    def __init__(
        self, folder: Path, variables: Mapping[str, str], dynamic: Mapping[str, Any] | None = None
    ) -> None:
        """:param variables: what an operator writes into `.env`
        :param dynamic: settings of Temporal's dynamic configuration besides those of `deploy/`
        :raises SetupProblem: a variable is missing, or there is no PostgreSQL with contrib
        """
        self.folder = folder
        self._server, self._client = (
            Certificates(folder / "tls" / side) for side in ("server", "client")
        )
        kept = {name: folder / name for name in ("heads", "attachments", "uploads")}
        self.compose = Compose(
            variables,
            {**kept, "server-tls": self._server.folder, "client-tls": self._client.folder},
        )
        for each in kept.values():
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        ensure_certificates(self._server, self._client, self._names())
        self.postgres = ProductionPostgres(folder / "postgres", self.compose, self._server)
        self.temporal = ProductionTemporal(
            folder / "temporal", self.compose, self.postgres, dynamic
        )

    def _names(self) -> list[str]:
        """By which the servers are reached, as the job `certificates` is told."""
        told = self.compose.command("certificates")
        return [each.removeprefix("--name=") for each in told if each.startswith("--name=")]

    def environment(self, service: str, name: str = "") -> dict[str, str]:
        """What one life of a service of ours finds in its environment. Both engines have started.

        :param name: `worker-2`: each has a folder for its own word that it is well
        """
        own = self.folder / "run" / (name or service)
        own.mkdir(parents=True, exist_ok=True)
        told = self.compose.environment(
            service, postgres=self.postgres.address, temporal=self.temporal.address
        )
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(_OURS)},
            "PATH": f"{PROGRAMS}:{os.environ.get('PATH', os.defpath)}",
            **told,
            "REDRESS_VAR_DIR": str(own),
        }

    def listening_file(self, name: str) -> Path:
        """Where a worker leaves word of itself (`relay.listening`)."""
        return self.folder / "run" / name / f"listening-{socket.gethostname()}"

    def python_arguments(self, service: str, *, bind: str = "") -> tuple[str, ...]:
        """What our Python is told to be this service.

        :param bind: where it listens, in the place of the container's door
        """
        program, *given = self.compose.command(service)
        here = (f"--bind={bind}" if each.startswith("--bind=") else each for each in given)
        return tuple(here) if program == "python" else (str(PROGRAMS / program), *here)

    def migrate(self) -> None:
        """The job `migrate`: schema, policies and namespace; harmless when they are there."""
        done = subprocess.run(
            self.compose.command("migrate"),
            env=self.environment("migrate"),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise SetupProblem(f"The job `migrate` failed: {(done.stderr or done.stdout).strip()}")


if __name__ == "__main__":
    # What is built or downloaded once, so that no test waits for it in silence.
    try:
        print(built(SQL_TOOL), postgres_programs())
    except SetupProblem as problem:
        sys.exit(str(problem))
