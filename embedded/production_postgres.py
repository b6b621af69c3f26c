"""PostgreSQL as `docker-compose.yml` has it, without a container: its settings, its roles and its
certificate, on one loopback port."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from embedded.certificates import Certificates
from embedded.compose import ROOT, Compose
from embedded.contrib_postgres import postgres_programs
from embedded.ports import LOOPBACK
from embedded.postgres import OWNER, ROLE, EmbeddedPostgres
from embedded.problems import SetupProblem

ROLES = ROOT / "deploy" / "postgres-roles.sh"

_HERE = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""What the image or the network of the containers settles."""

_PASSWORDS = {
    "postgres": "POSTGRES_PASSWORD",
    OWNER: "REDRESS_OWNER_PASSWORD",
    ROLE: "REDRESS_DATABASE_PASSWORD",
    "temporal": "TEMPORAL_DATABASE_PASSWORD",
}


class ProductionPostgres(EmbeddedPostgres):
    """One PostgreSQL with contrib: a database for Redress and two for Temporal."""

    def __init__(self, folder: Path, compose: Compose, shown: Certificates) -> None:
        """:param shown: the certificate it shows, which everybody who asks verifies"""
        super().__init__(folder)
        self._compose = compose
        self._shown = shown
        self._programs = postgres_programs()
        self._told = compose.environment("postgres")

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self._port}"

    def temporal_url_of(self, database: str) -> str:
        """Any database of this server, as the role `temporal`."""
        return self._url("temporal", database)

    def ruler_url_of(self, database: str) -> str:
        """Any database of this server, as its superuser, whom no service of ours knows."""
        return self._url("postgres", database)

    def start(self, output: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it; at the first start its roles and databases are made, or nothing is kept."""
        if not self._has_roles.exists():
            shutil.rmtree(self._data, ignore_errors=True)
        return super().start(output)

    @property
    def _has_roles(self) -> Path:
        return self.folder / "roles-are-made"

    def _make_passwords(self) -> None:
        """They are the operator's."""

    def _password(self, user: str) -> str:
        return self._told[_PASSWORDS[user]]

    def _cluster_options(self) -> tuple[str, ...]:
        return tuple(shlex.split(self._told["POSTGRES_INITDB_ARGS"]))

    def _settings(self) -> dict[str, str]:
        """Those of the compose file, the files of TLS where this account may read them."""
        given = (each.removeprefix("-c") for each in self._compose.command("postgres"))
        told = dict(each.split("=", 1) for each in given)
        place = self.folder / "tls"
        for setting in ("ssl_cert_file", "ssl_key_file"):
            told[setting] = str(place / Path(told[setting]).name)
        return {**told, **_HERE}

    def _run_server(self, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        # As `deploy/postgres-start.sh` does: PostgreSQL takes no key that others could read.
        place = self.folder / "tls"
        place.mkdir(exist_ok=True)
        self._owner.own(place)
        for file in (self._shown.certificate, self._shown.key):
            copy = place / file.name
            copy.unlink(missing_ok=True)
            copy.touch(mode=0o600)
            copy.write_bytes(file.read_bytes())
            self._owner.own(copy)
        return super()._run_server(output)

    def _program(self, name: str) -> Path:
        installed, programs = self._programs.parent, Path(self._programs.name)
        if self._owner.can_enter(self._programs):
            return self._programs / name
        parts = (str(programs), "lib", "share")  # of the index, where it lies together
        return (
            self._owner.reachable_copy(installed, parts, self._programs / "postgres")
            / programs
            / name
        )

    def _ensure_roles_and_database(self) -> None:
        if self._has_roles.exists():
            return
        host, _, port = self.address.partition(":")
        made = subprocess.run(
            ["sh", str(ROLES)],
            env={
                **_shell(self._program("psql").parent),
                **self._told,
                "PGHOST": host,
                "PGPORT": port,
                "PGPASSWORD": self._password("postgres"),
            },
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if made.returncode != 0:
            self.stop()
            raise SetupProblem(f"The roles in PostgreSQL could not be made: {made.stderr.strip()}")
        self._has_roles.touch()


def _shell(programs: Path) -> Mapping[str, str]:
    return {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
